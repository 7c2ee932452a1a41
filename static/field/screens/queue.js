/** What became of each record. */

import { ltr } from "../../map/words.js";
import { button, el } from "../dom.js";
import { exportQueue } from "../outbox.js";
import { linkInWords } from "../queue_words.js";

/** @type {import("../app.js").Screen} */
export async function queue(app) {
  const list = el("ul", { class: "queue", id: "queue" });
  const link = el("p", { id: "link-words" });
  const draw = async () => {
    const events = (await app.database.events()).reverse();
    const photos = await app.database.photos();
    const rows = await Promise.all(
      events.map(async (event) => row(app, event, photos, await noteWords(app, event))),
    );
    list.replaceChildren(...rows);
    link.textContent = linkInWords(app);
  };
  app.onQueue = draw;
  await draw();
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("queue-title")),
    link,
    button(app.t("queue-now"), () => app.sync?.soon(0), { class: "main", id: "send-now" }),
    list,
    el("p", {}, app.t("queue-empty-note")),
    app.enrolled.desk_key
      ? button(app.t("export-file"), () => saveFile(app), { id: "export" })
      : el("p", {}, app.t("export-no-key")),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../database.js").StoredEvent} event
 * @param {import("../database.js").StoredPhoto[]} photos
 * @param {string} note
 */
function row(app, event, photos, note) {
  const sending = app.sync?.sending === event.event_id;
  const state = sending ? "sending" : event.state;
  const photo = photos.find((one) => one.event_id === event.event_id);
  const saved = ltr(new Date(event.saved_ms).toISOString().slice(0, 16).replace("T", " ") + " UTC");
  return el(
    "li",
    { "data-state": state },
    el("strong", {}, app.t("queue-record", { number: event.seq })),
    el("p", {}, app.t(`queue-${state}`)),
    event.reason && el("p", {}, app.t("queue-why"), " ", el("bdi", { dir: "auto" }, why(app, event.reason))),
    event.received_at && el("p", {}, app.t("queue-received-at"), " ", el("bdi", { dir: "ltr" }, event.received_at)),
    photo && el("p", {}, app.t(photo.done ? "queue-photo-sent" : "queue-photo-waits")),
    el("p", {}, app.t("queue-saved-at"), " ", saved),
    note && el("p", {}, app.t("note-title"), " ", note),
    note && button(app.t("note-drop"), () => dropNote(app, event.event_id)),
    event.state === "refused" && button(app.t("queue-again"), () => again(app, event.event_id)),
  );
}

/**
 * What was seen of the item and cannot be sent yet, in words.
 *
 * @param {import("../app.js").App} app
 * @param {import("../database.js").StoredEvent} event
 */
async function noteWords(app, event) {
  if (!event.note) return "";
  const { state } = await app.open.unsealJson(event.note, `note ${event.event_id}`);
  return Object.entries(state)
    .map(([question, answer]) => `${app.t(`state-${question}-short`)}: ${app.t(`state-${question}-${answer}`)}`)
    .join(app.t("list-comma"));
}

/**
 * @param {import("../app.js").App} app
 * @param {string} eventId
 */
async function dropNote(app, eventId) {
  await app.database.changeEvent(eventId, { note: null });
  await app.onQueue?.();
}

/**
 * @param {import("../app.js").App} app
 * @param {string} reason
 */
const why = (app, reason) => (reason === "lost" ? app.t("queue-lost") : reason);

/**
 * @param {import("../app.js").App} app
 * @param {string} eventId
 */
async function again(app, eventId) {
  await app.database.changeEvent(eventId, { state: "waiting", reason: null });
  app.sync?.soon(0);
  await app.onQueue?.();
}

/** @param {import("../app.js").App} app */
async function saveFile(app) {
  const text = await exportQueue(app.database, app.enrolled.device_id);
  const day = new Date().toISOString().slice(0, 10);
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = el("a", { href: url, download: `records-${day}.uxofield` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
