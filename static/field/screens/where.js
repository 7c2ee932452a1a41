/** Where is it? Four ways to say so; direction and distance first, because nobody has to go there. */

import { button, el } from "../dom.js";
import { onward } from "../flows.js";
import { exactPlace } from "./exact.js";
import { bearing } from "./where_bearing.js";
import { here } from "./where_here.js";
import { map } from "./where_map.js";
import { typed } from "./where_typed.js";

const WAYS = { bearing, here, map, typed };

/** @type {import("../app.js").Screen} */
export async function where(app) {
  const place = el("div", { class: "form", id: "way" });
  const tabs = Object.keys(WAYS).map((name) =>
    button(app.t(`where-${name}`), () => open(name), { "data-way": name, "aria-pressed": "false" }),
  );
  /** @param {string} name */
  async function open(name) {
    for (const end of app.endings.splice(0)) end();
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.way === name));
    place.replaceChildren(await WAYS[/** @type {keyof typeof WAYS} */ (name)](app));
  }
  await open("bearing");
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("where-title")),
    place,
    el("fieldset", {}, el("legend", {}, app.t("where-other")), el("div", { class: "chips two" }, ...tabs)),
    await exactPlace(app, place),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../outbox.js").Where} chosen
 */
export async function use(app, chosen) {
  await onward(app, { where: chosen, community: null });
}
