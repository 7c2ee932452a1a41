/** Questions with one press for an answer: evidence, form, width, depth. */

import { ltr } from "../../map/words.js";
import { plainCoordinates } from "../coordinates.js";
import { button, el } from "../dom.js";
import { onward } from "../flows.js";
import { field } from "./pin.js";

const WIDTHS_M = [1, 2, 3, 4, 6, 8];
const WIDEST_M = 1_000;
const DEPTHS_CM = [10, 13, 20, 25, 50, 100];
const DEEPEST_CM = 3_000;

/**
 * @param {string} title
 * @param {...(Node | string | false)} parts
 */
function question(title, ...parts) {
  return el("div", { class: "form" }, el("h1", {}, title), ...parts);
}

/**
 * Confirmed or suspected, in plain words. Who is not sure gets the more careful answer.
 *
 * @type {import("../app.js").Screen}
 */
export function evidenceClass(app) {
  const choose = (/** @type {string} */ evidence_class) => () => onward(app, { evidence_class });
  return question(
    app.t("rec-class-title"),
    button(app.t("rec-class-direct"), choose("direct"), { class: "main", "data-class": "direct" }),
    button(app.t("rec-class-indirect"), choose("indirect"), { class: "main", "data-class": "indirect" }),
    button(app.t("not-sure"), choose("direct"), { "data-class": "unsure" }),
    el("p", {}, app.t("rec-class-unsure")),
  );
}

/** @type {import("../app.js").Screen} */
export function form(app) {
  const kind = app.draft.kind === "closure" ? "closure" : "release";
  const choose = (/** @type {"area" | "line"} */ chosen) => () =>
    onward(app, { form: chosen, shape: null, drawing: undefined, track: undefined, width_m: undefined });
  return question(
    app.t("rec-form-title"),
    button(app.t(`rec-form-area-${kind}`), choose("area"), { class: "main", "data-form": "area" }),
    button(app.t(`rec-form-line-${kind}`), choose("line"), { class: "main", "data-form": "line" }),
  );
}

/**
 * A number that is typed, in any digits; null when it is none within the limits.
 *
 * @param {string} text
 * @param {number} most
 */
export function numberOf(text, most) {
  const number = Number(plainCoordinates(text).trim().replace(",", "."));
  return text.trim() !== "" && number > 0 && number <= most ? number : null;
}

/**
 * @param {import("../app.js").App} app
 * @param {string} label
 * @param {number} most
 * @param {(number: number) => void} use
 */
function typed(app, label, most, use) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const read = () => {
    const input = /** @type {HTMLInputElement} */ (document.getElementById("number"));
    const number = numberOf(input.value, most);
    fault.hidden = number !== null;
    fault.textContent = number === null ? app.t("rec-number-unreadable", { most: ltr(most) }) : "";
    if (number !== null) use(number);
  };
  return el(
    "div",
    { class: "form" },
    field("number", label, { inputmode: "decimal", autocomplete: "off", dir: "ltr", maxlength: 8 }),
    fault,
    button(app.t("next"), read, { id: "number-next" }),
  );
}

/**
 * The whole width of the strip. There is no "not sure": what nobody measured, nobody released.
 *
 * @type {import("../app.js").Screen}
 */
export function width(app) {
  const choose = (/** @type {number} */ width_m) => onward(app, { width_m });
  const chips = WIDTHS_M.map((metres) =>
    button(app.t("metres", { metres: ltr(metres) }), () => choose(metres), { "data-width": metres }),
  );
  return question(
    app.t("rec-width-title"),
    el("p", { class: "warning" }, app.t("rec-width-hint")),
    el("div", { class: "chips" }, ...chips),
    typed(app, app.t("rec-width-other"), WIDEST_M, choose),
  );
}

/** @type {import("../app.js").Screen} */
export function depth(app) {
  const choose = (/** @type {number | null} */ cm) => onward(app, { depth_m: cm === null ? null : cm / 100 });
  const chips = DEPTHS_CM.map((cm) =>
    button(app.t("rec-centimetres", { count: ltr(cm) }), () => choose(cm), { "data-depth": cm }),
  );
  return question(
    app.t("rec-depth-title"),
    el("p", {}, app.t("rec-depth-hint")),
    el("div", { class: "chips" }, ...chips),
    button(app.t("not-known"), () => choose(null), { "data-depth": "unknown" }),
    typed(app, app.t("rec-depth-other"), DEEPEST_CM, choose),
  );
}
