/** Finds places by name in Arabic and English, by P-code, or by typed coordinates. */

import { readCoordinates } from "../field/coordinates.js";
import { element, fill } from "../map/panel.js";
import { plain } from "../map/words.js";
import { read } from "./asks.js";
import { button, field } from "./texts.js";

const MOST = 12;

/**
 * @typedef {object} Place
 * @property {number} lon
 * @property {number} lat
 * @property {string | null} pcode
 * @property {string | null} name_en
 * @property {string | null} name_ar
 */

/** One box to search in, with the list of what was found below it. */
export class Search {
  /**
   * @param {import("./main.js").Planner} page
   * @param {{ id: string, label: string, chosen: (place: Place) => void, pick?: boolean }} given
   *   `pick`: a place may also be taken from the map.
   */
  constructor(page, { id, label, chosen, pick = false }) {
    this.page = page;
    this.chosen = chosen;
    this.asked = 0;
    const { texts } = page;
    const [shown, input] = field(texts.t(label), {
      type: "search", id, dir: "auto", autocomplete: "off", spellcheck: "false", maxlength: "100",
    });
    this.input = input;
    this.form = element("form", { role: pick ? undefined : "search", className: "search" }, [
      shown, element("button", { type: "submit", text: texts.t("search-go") }),
    ]);
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.look();
    });
    this.list = element("ul", { className: "found" });
    this.note = element("p", { role: "status", className: "note" });
    const buttons = element("div", { className: "buttons" }, pick ? this.pickers(id) : []);
    this.root = element("div", { className: "chooser" }, [this.form, buttons, this.note, this.list]);
  }

  /** @param {string} id */
  pickers(id) {
    const { texts } = this.page;
    const take = (/** @type {number} */ lat, /** @type {number} */ lon) => this.take(positioned(lat, lon));
    return [
      button(texts.t("pick-click"), () => this.page.pick(take), { id: `${id}-click` }),
      button(texts.t("pick-centre"), () => {
        const { lat, lon } = this.page.centre();
        take(lat, lon);
      }, { id: `${id}-centre` }),
    ];
  }

  /** @param {Place} place */
  take(place) {
    this.list.replaceChildren();
    fill(this.note, "");
    this.show(place);
    this.chosen(place);
  }

  /** @param {Place} place */
  show(place) {
    const { texts } = this.page;
    const named = place.name_en || place.name_ar || place.pcode;
    this.input.value = named ? texts.name(place) : `${place.lat.toFixed(5)}, ${place.lon.toFixed(5)}`;
  }

  async look() {
    const { texts } = this.page;
    const typed = this.input.value.trim();
    if (!typed) return;
    this.asked += 1;
    const own = this.asked;
    const at = await readCoordinates(typed);
    if (at) {
      this.take(positioned(at.lat, at.lon));
      return;
    }
    fill(this.note, texts.t("searching"));
    try {
      const said = await read("/api/v1/places", { q: typed, limit: MOST });
      if (own === this.asked) this.list_(said.places ?? []);
    } catch (error) {
      this.list.replaceChildren();
      const missing = /** @type {any} */ (error).status === 404;
      fill(this.note, missing ? texts.t("search-missing") : texts.refusal(error));
    }
  }

  /** @param {any[]} places */
  list_(places) {
    const { texts } = this.page;
    fill(this.note, texts.t(places.length ? "search-found" : "search-none", { count: places.length }));
    this.list.replaceChildren(...places.map((place) => {
      const other = texts.words.language === "ar" ? place.name_en : place.name_ar;
      const district = place.district ?? place.admin3 ?? place.admin2;
      const small = [other, district, place.pcode].filter(Boolean).map((one) => plain(String(one))).join(" \u00b7 ");
      const chosen = button("", () => this.take(place), { "data-pcode": place.pcode });
      chosen.append(element("bdi", { text: texts.name(place) }), element("small", { text: small, dir: "auto" }));
      return element("li", {}, [chosen]);
    }));
  }
}

/**
 * @param {number} lat
 * @param {number} lon
 * @returns {Place}
 */
export const positioned = (lat, lon) => ({
  lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)), pcode: null, name_en: null, name_ar: null,
});
