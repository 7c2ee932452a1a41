/** Stand back; then: what is it? */

import { messageId } from "../../map/words.js";
import { el, button, picture } from "../dom.js";

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

/** @type {import("../app.js").Screen} */
export function stop(app) {
  const on = async () => {
    await app.keep({ step: "what", observed_at: new Date().toISOString() });
    await app.go("what");
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
    await app.keep({ step: "where", category });
    await app.go("where");
  };
  const tiles = CATEGORIES.map((category, i) =>
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
    el("h1", {}, app.t("what-title")),
    el("p", {}, app.t("what-hint")),
    el("div", { class: "grid" }, ...tiles),
  );
}
