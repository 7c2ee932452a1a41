/** An area or a line: drawn on the map, or walked. */

import { button, el } from "../dom.js";
import { isRelease, onward } from "../flows.js";
import { exactPlace } from "./exact.js";
import { draw } from "./shape_draw.js";
import { walk } from "./shape_walk.js";

const WAYS = { draw, walk };

/** @param {import("../app.js").App} app */
export const formOf = (app) => app.draft.form ?? "area";

/** @type {import("../app.js").Screen} */
export async function shape(app) {
  const place = el("div", { class: "form", id: "way" });
  const tabs = Object.keys(WAYS).map((name) =>
    button(app.t(`rec-shape-${name}`), () => open(name), { "data-way": name, "aria-pressed": "false" }),
  );
  /** @param {string} name */
  async function open(name) {
    for (const end of app.endings.splice(0)) end();
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.way === name));
    place.replaceChildren(await WAYS[/** @type {keyof typeof WAYS} */ (name)](app));
  }
  await open(app.draft.track ? "walk" : "draw");
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t(`rec-shape-${formOf(app)}`)),
    el("div", { class: "chips two", role: "group", "aria-label": app.t("rec-shape-how") }, ...tabs),
    place,
    // A whole community is never released or surveyed for want of a drawing.
    !isRelease(app.draft) && (await exactPlace(app, place)),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../shapes.js").Shape} drawn
 */
export async function useShape(app, drawn) {
  await onward(app, { shape: drawn, community: null, drawing: undefined, track: undefined });
}
