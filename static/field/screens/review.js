/** Everything at a glance; saved only when it lies on the disk. */

import { length, messageId } from "../../map/words.js";
import { button, el, picture } from "../dom.js";
import { base64, newId } from "../ids.js";
import { findFeature, UNDO_MS } from "../outbox.js";
import { placeText } from "../place_text.js";
import { sketch } from "../sketch.js";
import { drawAnew } from "../upload.js";

/** @type {import("../app.js").Screen} */
export function review(app) {
  const { category, where } = app.draft;
  if (!category || !where) return el("p", { class: "warning" }, app.t("review-missing"));
  const fault = el("p", { class: "warning", role: "alert", hidden: true, id: "fault" });
  const save = button(app.t("review-save"), () => keepForGood(app, save, fault), { class: "main", id: "save" });
  return el(
    "div",
    { class: "form" },
    el("div", { class: "titled" }, el("h1", {}, app.t("review-title")), picture(category)),
    summary(app),
    sketch({
      error_m: where.error_m,
      bearing_deg: where.raw.bearing_deg ?? null,
      distance_m: where.raw.distance_m ?? 0,
      label: app.t("sketch-bearing"),
    }),
    photoPart(app),
    fault,
    save,
  );
}

/** @param {import("../app.js").App} app */
function summary(app) {
  const { category = "unknown", where, state = {} } = app.draft;
  const rows = [
    [app.t("review-what"), category === "unknown" ? app.t("not-sure") : app.words.t(messageId("category", category))],
    [app.t("review-where"), where ? app.words.t(messageId("method", where.method)) : ""],
    [app.t("review-place"), where ? placeText(where) : ""],
    [
      app.t("review-error"),
      where && where.error_m !== null ? app.t("metres", { metres: length(Math.ceil(where.error_m)) }) : app.t("not-known"),
    ],
    ...Object.entries(state).map(([question, answer]) => [
      app.t(`state-${question}-short`),
      app.t(`state-${question}-${answer}`),
    ]),
  ];
  return el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** @param {import("../app.js").App} app */
function photoPart(app) {
  const kept = app.draft.photo;
  const input = /** @type {HTMLInputElement} */ (
    el("input", { type: "file", accept: "image/*", capture: "environment", id: "photo", "aria-label": app.t("photo-add") })
  );
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const photo = await drawAnew(file);
      await app.keep({
        photo: { base64: base64(photo.bytes), sha256: photo.sha256, filetype: photo.filetype },
      });
      await app.show("review");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      app.tell(app.t("photo-unreadable"));
    }
  });
  return el(
    "div",
    { class: "form" },
    kept && el("img", { class: "photo", alt: app.t("photo-yours"), src: `data:${kept.filetype};base64,${kept.base64}` }),
    kept && button(app.t("photo-drop"), () => app.keep({ photo: null }).then(() => app.show("review"))),
    !kept && el("div", { class: "button filebutton" }, el("span", {}, app.t("photo-add")), input),
    el("p", {}, app.t("photo-hint")),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {HTMLElement} save
 * @param {HTMLElement} fault
 */
async function keepForGood(app, save, fault) {
  const { category, where, state = {}, observed_at, photo } = app.draft;
  if (!category || !where || !observed_at) throw new Error("an unfinished draft");
  save.setAttribute("disabled", "");
  const feature = findFeature({ category, where, state, observed_at }, app.enrolled.team);
  const content = { type: "evidence_recorded", entity: newId(), base: [], data: feature, details: { state, where: where.raw } };
  const bytes = photo && Uint8Array.from(atob(photo.base64), (sign) => sign.charCodeAt(0));
  try {
    const event = await app.outbox.add(content, photo && bytes ? { ...photo, bytes } : null);
    app.draft = { step: "home" };
    app.justSaved = event.event_id;
  } catch (error) {
    if (!(error instanceof DOMException) || !/Quota|Abort/.test(error.name)) throw error;
    fault.textContent = app.t("save-full");
    fault.hidden = false;
    save.removeAttribute("disabled");
    return;
  }
  navigator.vibrate?.(200);
  await app.replace("saved");
  app.sync?.soon(UNDO_MS);
}

/** @type {import("../app.js").Screen} */
export function saved(app) {
  const undo = button(app.t("saved-undo"), take, { id: "undo" });
  const told = el("p", { class: "good", id: "saved-words" }, app.t("saved-not-sent"));
  const timer = setTimeout(() => undo.remove(), UNDO_MS);
  app.endings.push(() => clearTimeout(timer));
  async function take() {
    const undone = app.justSaved && (await app.database.undo(app.justSaved, Date.now()));
    undo.remove();
    app.tell(app.t(undone ? "saved-undone" : "saved-too-late"));
    if (undone) await app.replace("home");
  }
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("saved-title")),
    told,
    undo,
    button(app.t("saved-home"), () => app.replace("home"), { class: "main", id: "home" }),
  );
}
