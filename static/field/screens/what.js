/** Stand back; then: what is it? */

import { messageId } from "../../map/words.js";
import { el, button, picture } from "../dom.js";
import { kindOf, onward } from "../flows.js";

/** "Not sure" first and largest: a wrong guess does harm, no guess does none. */
export const CATEGORIES = [
  "unknown",
  "submunition",
  "mortar",
  "projectile",
  "rocket",
  "grenade",
  "ap_mine",
  "av_mine",
  "aircraft_bomb",
  "barrel_bomb",
  "ied",
  "axo_cache",
  "fuze",
  "saa",
];

/** @type {Record<string, string>} */
const TITLES = {
  hazard_area: "rec-what-area",
  strike: "rec-what-strike",
  accident: "rec-what-accident",
  report: "rec-what-report",
};

/** What a strike may have brought. */
const MUNITIONS = ["unknown", "submunition", "aircraft_bomb", "barrel_bomb", "mortar", "projectile", "rocket", "missile"];

/** @type {import("../app.js").Screen} */
export function stop(app) {
  const on = async () => {
    await onward(app, { observed_at: new Date().toISOString() });
  };
  return el(
    "div",
    { class: "form" },
    el("div", { class: "stop" }, picture("stop"), el("h1", {}, app.t("stop-title"))),
    el("p", { class: "warning" }, app.t("stop-no-nearer")),
    el("p", { class: "warning" }, app.t("stop-no-touch")),
    el("p", { class: "warning" }, app.t("stop-way-back")),
    button(app.t("stop-done"), on, { class: "main", id: "stopped" }),
  );
}

/** @type {import("../app.js").Screen} */
export function what(app) {
  const choose = async (/** @type {string} */ category) => {
    await onward(app, { category });
  };
  const kind = kindOf(app.draft);
  const offered = kind === "strike" ? MUNITIONS : CATEGORIES;
  const tiles = offered.map((category, i) =>
    el(
      "button",
      {
        type: "button",
        class: i === 0 ? "tile wide" : "tile",
        "data-category": category,
        "aria-pressed": String(app.draft.category === category),
        onclick: () => choose(category),
      },
      picture(category),
      el("span", {}, category === "unknown" ? app.t("not-sure") : app.words.t(messageId("category", category))),
    ),
  );
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t(kind in TITLES ? TITLES[kind] : "what-title")),
    el("p", {}, app.t("what-hint")),
    kind === "accident" && el("p", { class: "warning" }, app.t("rec-accident-no-names")),
    el("div", { class: "grid" }, ...tiles),
  );
}
