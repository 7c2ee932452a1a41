/** Everything at a glance; saved only when it lies on the disk. */

import { length, ltr, messageId } from "../../map/words.js";
import { button, el, picture } from "../dom.js";
import { placeOf } from "../features.js";
import { isRelease, kindOf } from "../flows.js";
import { UNDO_MS } from "../held.js";
import { base64 } from "../ids.js";
import { pathSketch } from "../path_sketch.js";
import { placeText } from "../place_text.js";
import { categoryInWords, communityInWords, dayInWords, momentInWords, recordInWords } from "../record_words.js";
import { keepForGood } from "../save.js";
import { crossesItself } from "../shapes.js";
import { sketch } from "../sketch.js";
import { drawAnew } from "../upload.js";
import { field } from "./pin.js";

/** @type {import("../app.js").Screen} */
export function review(app) {
  const { draft } = app;
  if (!isComplete(draft)) return el("p", { class: "warning" }, app.t("review-missing"));
  const fault = el("p", { class: "warning", role: "alert", hidden: true, id: "fault" });
  const keep = async () => {
    if (await ready(app, fault)) await keepForGood(app, save, fault);
  };
  const save = button(app.t("review-save"), keep, { class: "main", id: "save" });
  return el(
    "div",
    { class: "form" },
    el("div", { class: "titled" }, el("h1", {}, app.t("review-title")), picture(draft.category ?? draft.about?.category ?? (kindOf(draft) === "find" ? "unknown" : kindOf(draft)))),
    summary(app),
    ...drawings(app),
    draft.shape?.form === "area" && crossesItself(draft.shape.path) && el("p", { class: "warning", id: "crossing" }, app.t("rec-crossing")),
    isRelease(draft) && el("p", {}, app.t("rec-release-note")),
    draft.deed === "wrong" && field("why", app.t("rec-why"), { maxlength: 500, dir: "auto", autocomplete: "off", value: draft.why }),
    takesPhoto(draft) && photoPart(app),
    fault,
    save,
  );
}

/** @param {import("../app.js").Draft} draft */
function isComplete(draft) {
  if (draft.deed === "gone") return Boolean(draft.about && draft.observed_at);
  if (draft.deed === "wrong") return Boolean(draft.about && draft.wrong);
  const asked = isRelease(draft) || kindOf(draft) === "closure" || Boolean(draft.category);
  return asked && placeOf(draft) !== null && draft.observed_at !== undefined;
}

/** @param {import("../app.js").Draft} draft A photo of an accident would show people. */
function takesPhoto(draft) {
  return (!draft.deed || draft.deed === "again") && kindOf(draft) !== "accident";
}

/**
 * A correction needs words where nothing else says what is wrong.
 *
 * @param {import("../app.js").App} app
 * @param {HTMLElement} fault
 */
async function ready(app, fault) {
  if (app.draft.deed !== "wrong") return true;
  const why = /** @type {HTMLInputElement} */ (document.getElementById("why")).value.trim();
  await app.keep({ why });
  const silent = app.draft.wrong === "other" && why === "";
  fault.textContent = silent ? app.t("rec-why-needed") : "";
  fault.hidden = !silent;
  return !silent;
}

/** @param {import("../app.js").App} app */
function drawings(app) {
  const { shape, where } = app.draft;
  if (shape) return [pathSketch(shape.path, shape.form, app.t("rec-walk-sketch"))];
  if (!where) return [];
  const shown = {
    error_m: where.error_m,
    bearing_deg: where.raw.bearing_deg ?? null,
    distance_m: where.raw.distance_m ?? 0,
    label: app.t("sketch-bearing"),
  };
  return [sketch(shown)];
}

/** @param {import("../app.js").App} app */
function summary(app) {
  const rows = [...recordRows(app), ...placeRows(app), ...timeRows(app), ...stateRows(app)];
  return el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

/** @param {import("../app.js").App} app */
function recordRows(app) {
  const { about, category, deed, depth_m, evidence_class, width_m, wrong } = app.draft;
  const kind = kindOf(app.draft);
  const rows = [];
  if (deed) rows.push([app.t("rec-row-deed"), app.t(`rec-deed-${deed}`)]);
  if (about) rows.push([app.t("rec-row-about"), recordInWords(app, about)]);
  if (wrong) rows.push([app.t("rec-row-wrong"), app.t(`rec-wrong-${wrong}`)]);
  if (!deed && kind !== "find") rows.push([app.t("rec-row-kind"), app.t(messageId("rec-kind", kind))]);
  if (evidence_class) rows.push([app.t("rec-row-class"), app.t(`rec-class-${evidence_class}`)]);
  if (category) rows.push([app.t("review-what"), categoryInWords(app, category)]);
  if (width_m && app.draft.form === "line") rows.push([app.t("rec-row-width"), app.t("metres", { metres: ltr(width_m) })]);
  if (kind === "clearance" && !deed) rows.push([app.t("rec-row-depth"), depthInWords(app, depth_m ?? null)]);
  return rows;
}

/**
 * @param {import("../app.js").App} app
 * @param {number | null} depth_m
 */
function depthInWords(app, depth_m) {
  return depth_m === null ? app.t("not-known") : app.t("rec-centimetres", { count: ltr(Math.round(depth_m * 1_000) / 10) });
}

/** @param {import("../app.js").App} app */
function placeRows(app) {
  const { community, where } = app.draft;
  const place = placeOf(app.draft);
  if (!place) return [];
  if (community) return [[app.t("review-place"), app.t("rec-whole", { name: communityInWords(app, community) })]];
  const error = place.error_m === null ? app.t("not-known") : app.t("metres", { metres: length(Math.ceil(place.error_m)) });
  return [
    [app.t("review-where"), app.words.t(messageId("method", place.method))],
    ...(where ? [[app.t("review-place"), placeText(where)]] : []),
    [app.t("review-error"), error],
  ];
}

/** @param {import("../app.js").App} app */
function timeRows(app) {
  const { deed, ends_at, observed_at, starts_at } = app.draft;
  const kind = kindOf(app.draft);
  if (kind === "closure") {
    return [
      [app.t("rec-row-starts"), starts_at ? momentInWords(starts_at) : app.t("not-known")],
      [app.t("rec-row-ends"), ends_at ? momentInWords(ends_at) : app.t("rec-ends-open")],
    ];
  }
  if (deed === "wrong" || (kind === "find" && deed !== "gone")) return [];
  const none = app.t(kind === "clearance" && !deed ? "rec-when-under-way" : "not-known");
  return [[app.t("rec-row-when"), observed_at ? dayInWords(observed_at) : none]];
}

/** @param {import("../app.js").App} app */
function stateRows(app) {
  return Object.entries(app.draft.state ?? {}).map(([question, answer]) => [
    app.t(`state-${question}-short`),
    app.t(`state-${question}-${answer}`),
  ]);
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
