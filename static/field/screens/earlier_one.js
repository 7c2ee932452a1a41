/** One earlier record: it is gone, it is wrong, or it is seen again. */

import { length, ltr } from "../../map/words.js";
import { button, el, picture } from "../dom.js";
import { begin, onward } from "../flows.js";
import { recordInWords } from "../record_words.js";

/** @type {import("../app.js").Screen} */
export function earlierOne(app) {
  const { about } = app.draft;
  if (!about) return el("p", { class: "warning" }, app.t("review-missing"));
  const find = about.kind === "find";
  const gone = () => begin(app, { about, deed: "gone" });
  const mistaken = () => begin(app, { about, deed: "wrong", kind: about.kind, form: "area" });
  return el(
    "div",
    { class: "form" },
    el("div", { class: "titled" }, el("h1", {}, recordInWords(app, about)), picture(about.category ?? about.kind)),
    el(
      "dl",
      {},
      el("dt", {}, app.t("rec-seen")),
      el("dd", {}, about.observed_day ? ltr(about.observed_day) : app.t("not-known")),
      el("dt", {}, app.t("review-error")),
      el("dd", {}, error(app, about)),
    ),
    find && button(app.t("rec-deed-again"), () => seenAgain(app), { class: "main", id: "again" }),
    find && button(app.t("rec-deed-gone"), gone, { class: "main", id: "gone" }),
    button(app.t("rec-deed-wrong"), mistaken, { class: "main", id: "wrong" }),
    el("p", {}, app.t("rec-deed-note")),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../around.js").Earlier} about
 */
function error(app, { position_error_m }) {
  if (position_error_m === null) return app.t("not-known");
  return app.t("metres", { metres: length(Math.ceil(position_error_m)) });
}

/**
 * A find of its own, which the desk puts beside the first. What is known of the first is not asked
 * a second time.
 *
 * @param {import("../app.js").App} app
 */
async function seenAgain(app) {
  const { about } = app.draft;
  if (!about) return;
  const { category, geometry, position_error_m, position_method } = about;
  await begin(app, {
    about,
    deed: "again",
    category: category ?? "unknown",
    copied: { geometry, method: position_method ?? "unknown", error_m: position_error_m },
    observed_at: new Date().toISOString(),
  });
}

/** What can be wrong with a kind of record: which question is asked again. */
const FAULTS = {
  find: ["what", "state", "where", "other"],
  hazard_area: ["what", "class", "shape", "other"],
  accident: ["what", "where", "other"],
  report: ["what", "where", "other"],
  strike: ["what", "where", "other"],
};

/** @type {import("../app.js").Screen} */
export function wrong(app) {
  const kind = /** @type {keyof typeof FAULTS} */ (app.draft.about?.kind ?? "find");
  const choose = (/** @type {string} */ fault) =>
    onward(app, { wrong: fault, category: undefined, where: null, shape: null, community: null, state: undefined, evidence_class: undefined });
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("rec-wrong-title")),
    ...FAULTS[kind].map((fault) =>
      button(app.t(`rec-wrong-${fault}`), () => choose(fault), { class: "main", "data-fault": fault }),
    ),
    el("p", {}, app.t("rec-wrong-note")),
  );
}
