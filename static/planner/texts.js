/** Lengths, statuses, positions and refusals in words of the page's language. */

import { lineSample } from "../map/lines.js";
import { element } from "../map/panel.js";
import { code, ltr, messageId, plain } from "../map/words.js";

export class Texts {
  /**
   * @param {import("../map/words.js").Words} words
   * @param {any} symbols Lines of the statuses and their words.
   */
  constructor(words, symbols) {
    this.words = words;
    this.symbols = symbols;
  }

  /**
   * @param {string} id Without its prefix.
   * @param {Record<string, string | number>} [values]
   */
  t(id, values) {
    return this.words.t(`planner-${id}`, values);
  }

  /** @param {string} word */
  status(word) {
    return this.words.t(messageId("status", word));
  }

  /** @param {number} metres */
  km(metres) {
    if (metres > 0 && metres < 1000) return this.t("metres", { metres: ltr(Math.max(1, Math.round(metres))) });
    return this.t("km", { km: ltr((metres / 1000).toFixed(1)) });
  }

  /** @param {string | null | undefined} time ISO 8601. */
  day(time) {
    return time ? ltr(time.slice(0, 10)) : this.t("unknown");
  }

  /** @param {string} time ISO 8601. */
  moment(time) {
    return ltr(`${time.slice(0, 16).replace("T", " ")} UTC`);
  }

  /** @param {number} lat @param {number} lon */
  position(lat, lon) {
    return ltr(`${lat.toFixed(5)}, ${lon.toFixed(5)}`);
  }

  /** @param {string} id */
  id(id) {
    return code(String(id));
  }

  /**
   * @param {{ name_en?: string | null, name_ar?: string | null, name?: string | null, pcode?: string | null }} named
   */
  name(named) {
    const { name_en: english, name_ar: arabic, name, pcode } = named;
    const own = this.words.language === "ar" ? arabic || name || english : english || name || arabic;
    return plain(own || pcode || this.t("unnamed"));
  }

  /** @param {string | null | undefined} name */
  road(name) {
    return name ? plain(name) : this.words.t("piece-unnamed");
  }

  /** @param {number} count */
  people(count) {
    return ltr(Number.isInteger(count) ? String(count) : count.toFixed(1));
  }

  /** @param {any} error A refusal; anything else is thrown on. */
  refusal(error) {
    if (typeof error?.status !== "number") throw error;
    if (error.status === 0) return this.t("no-answer");
    if (error.status === 401) return this.t("signed-out");
    if (error.status === 403) return `${this.t("not-allowed")} ${plain(error.message)}`;
    if (error.status === 404 && error.code === "not-found" && !error.message) return this.t("not-there");
    return `${this.t("refused")} ${plain(error.message)}`;
  }

  /**
   * A line sample with its word: never the colour alone.
   *
   * @param {string} word
   */
  sample(word) {
    const rank = this.symbols.statuses.indexOf(word);
    return element("span", { className: "sample" }, [
      lineSample(this.symbols.lines[rank], 40, 18),
      element("span", { text: this.status(word) }),
    ]);
  }

  /**
   * A bar of metres by status, worst first, with its figures as text below.
   *
   * @param {Record<string, number>} metres By the word of the status.
   * @returns {Element}
   */
  bar(metres) {
    const there = this.symbols.statuses.filter((/** @type {string} */ word) => metres[word] > 0);
    const total = there.reduce((/** @type {number} */ sum, /** @type {string} */ word) => sum + metres[word], 0);
    const parts = there.map((/** @type {string} */ word) => {
      const part = /** @type {HTMLElement} */ (element("span", { className: `part of-${word}` }));
      part.style.flexGrow = String(metres[word] / total);
      part.style.backgroundColor = this.symbols.lines[this.symbols.statuses.indexOf(word)].colour;
      return part;
    });
    const rows = there.map((/** @type {string} */ word) =>
      element("li", {}, [this.sample(word), element("span", { className: "km", text: this.km(metres[word]) })]),
    );
    return element("div", { className: "by-status" }, [
      element("div", { className: "bar", "aria-hidden": "true" }, parts),
      element("ul", {}, rows),
    ]);
  }
}

/**
 * @param {string} text
 * @param {() => void} act
 * @param {Record<string, string | undefined>} [given]
 */
export function button(text, act, given = {}) {
  const made = element("button", { type: "button", text, ...given });
  made.addEventListener("click", act);
  return made;
}

/**
 * An input with its label; the label holds the input.
 *
 * @param {string} text
 * @param {Record<string, string | undefined>} given
 * @returns {[Element, HTMLInputElement]}
 */
export function field(text, given) {
  const input = /** @type {HTMLInputElement} */ (element("input", given));
  const box = given.type === "checkbox" || given.type === "radio";
  const label = element("label", { className: box ? "choice" : "field" });
  const said = element("span", { text });
  label.append(...(box ? [input, said] : [said, input]));
  return [label, input];
}
