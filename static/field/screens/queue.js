/** What became of each record. */

import { ltr } from "../../map/words.js";
import { button, el } from "../dom.js";
import { exportQueue } from "../export.js";
import { linkInWords } from "../queue_words.js";

/** @type {import("../app.js").Screen} */
export async function queue(app) {
  const list = el("ul", { class: "queue", id: "queue" });
  const link = el("p", { id: "link-words" });
  const draw = async () => {
    const events = (await app.database.events()).reverse();
    const photos = await app.database.photos();
    list.replaceChildren(...(await Promise.all(events.map((event) => row(app, event, photos)))));
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
      : el("p", { id: "export-no-key" }, app.t("export-no-key")),
    app.enrolled.desk_key && el("p", { id: "export-note" }, app.t("export-note")),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../database.js").StoredEvent} event
 * @param {import("../database.js").StoredPhoto[]} photos
 */
async function row(app, event, photos) {
  const sending = app.sync?.sending === event.event_id;
  const state = sending ? "sending" : event.state;
  const photo = photos.find((one) => one.event_id === event.event_id);
  const reason = await app.open.unsealReason(event.reason, event.event_id);
  return el(
    "li",
    { "data-state": state },
    el("strong", {}, app.t("queue-record", { number: event.seq })),
    el("p", {}, app.t(`queue-${state}`)),
    reason && el("p", {}, app.t("queue-why"), " ", el("bdi", { dir: "auto" }, why(app, reason))),
    event.received_at && el("p", {}, app.t("queue-received-at"), " ", minute(event.received_at)),
    ...(await photoWords(app, photo)),
    el("p", {}, app.t("queue-saved-at"), " ", minute(event.saved_ms)),
    event.state === "refused" && button(app.t("queue-again"), () => again(app, event.event_id)),
  );
}

/**
 * A moment to the minute; what is none is shown as it is.
 *
 * @param {number | string} moment
 */
function minute(moment) {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return el("bdi", { dir: "auto" }, String(moment));
  return ltr(`${date.toISOString().slice(0, 16).replace("T", " ")} UTC`);
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../database.js").StoredPhoto | undefined} photo
 */
async function photoWords(app, photo) {
  if (!photo) return [];
  const reason = await app.open.unsealReason(photo.reason, photo.sha256);
  if (!reason) return [el("p", {}, app.t(photo.done ? "queue-photo-sent" : "queue-photo-waits"))];
  const anew = () => app.database.changePhoto(photo.sha256, { reason: null }).then(() => app.sync?.soon(0));
  return [
    el("p", { class: "warning" }, app.t("queue-photo-refused"), " ", el("bdi", { dir: "auto" }, reason)),
    button(app.t("queue-photo-again"), anew),
  ];
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
  const { texts, records, photos } = await exportQueue(app.database, app.open, app.enrolled.device_id);
  if (texts.length === 0) return app.tell(app.t("export-nothing"));
  const day = new Date().toISOString().slice(0, 10);
  texts.forEach((text, i) => download(text, `records-${day}${i === 0 ? "" : `-${i + 1}`}.uxofield`));
  app.tell(app.t("export-done", { records, photos, files: texts.length }));
}

/**
 * @param {string} text
 * @param {string} name
 */
function download(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
