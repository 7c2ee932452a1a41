/** Coordinates that somebody reads out. */

import { looksSwapped, readCoordinates } from "../coordinates.js";
import { button, el } from "../dom.js";
import { Gps } from "../gps.js";
import { placeText } from "../place_text.js";
import { field } from "./pin.js";
import { use } from "./where.js";

/** A rounding below this hides in the error that the programme takes for typed places. */
const FINE_M = 20;
/** The shipped figure for typed places: a rounded place is never known better than a full one. */
const TYPED_M = 100;

const EXAMPLES = [
  "36.2021 37.1615",
  "36\u00b012'07.6\" N 37\u00b009'41\" E",
  "37S 334753 4007925",
  "37S CV 34753 07925",
];

/** @type {import("../app.js").Screen} */
export function typed(app) {
  const answers = el("div", { class: "form", id: "readings", "aria-live": "polite" });
  const gps = new Gps(() => undefined);
  app.endings.push(() => gps.stop());
  const read = async () => {
    const text = /** @type {HTMLInputElement} */ (document.getElementById("coordinates")).value;
    const found = await readCoordinates(text);
    if (!found) {
      answers.replaceChildren(el("p", { class: "warning" }, app.t("typed-unreadable")));
      return;
    }
    answers.replaceChildren(...readings(app, text, found, expected(app, gps)));
  };
  const input = field("coordinates", app.t("typed-label"), { autocomplete: "off", dir: "ltr", maxlength: 80 });
  input.addEventListener("keydown", (event) => {
    if (/** @type {KeyboardEvent} */ (event).key === "Enter") read();
  });
  return el(
    "div",
    { class: "form" },
    input,
    el("p", { id: "forms" }, app.t("typed-forms"), ...EXAMPLES.flatMap((one) => [el("br"), el("bdi", { dir: "ltr" }, one)])),
    button(app.t("typed-read"), read, { class: "main", id: "read" }),
    answers,
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {Gps} gps
 * @returns {import("../geodesy.js").Place[]} Where the place may be expected.
 */
function expected(app, gps) {
  const own = gps.result;
  const community = app.community;
  return [...(own ? [own] : []), ...(community ? [community] : [])];
}

/**
 * @param {import("../app.js").App} app
 * @param {string} text
 * @param {import("../coordinates.js").Typed} found
 * @param {import("../geodesy.js").Place[]} near
 */
function readings(app, text, found, near) {
  const error_m = found.rounding_m > FINE_M ? TYPED_M + found.rounding_m : null;
  const take = (/** @type {import("../geodesy.js").Place} */ at, /** @type {boolean} */ swapped) =>
    use(app, { method: "typed", lat: at.lat, lon: at.lon, error_m, raw: { text, form: found.form, swapped } });
  const asTyped = button(app.t("typed-use", { place: placeText(found) }), () => take(found, false), {
    class: "main",
    "data-reading": "typed",
  });
  if (!looksSwapped(found, near)) return [asTyped];
  const other = { lat: found.lon, lon: found.lat };
  return [
    el("p", { class: "warning" }, app.t("typed-swapped")),
    button(app.t("typed-use-swapped", { place: placeText(other) }), () => take(other, true), {
      class: "main",
      "data-reading": "swapped",
    }),
    asTyped,
  ];
}
