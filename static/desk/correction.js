/** The fields of a correction; only what the person changes is sent. */

import { element } from "../map/panel.js";
import { ltr, messageId } from "../map/words.js";

const RELEASES = ["survey", "technical_survey", "clearance"];
const CATEGORIES = [
  "ap_mine", "av_mine", "submunition", "projectile", "mortar", "rocket", "missile", "grenade",
  "aircraft_bomb", "barrel_bomb", "axo_cache", "ied", "booby_trap", "fuze", "saa", "unknown",
];
const EXAMPLE = "2026-03-02T09:30:00Z";
const METHODS = ["gps_averaged", "gps", "network", "bearing_distance", "map", "typed", "exif", "unknown"];

/**
 * Which fields a kind has; see the rule's table in uxo/services/record_evidence.py.
 *
 * @param {string} kind
 * @returns {[string, "words" | "metres" | "time", string[]?][]}
 */
function fieldsOf(kind) {
  /** @type {[string, "words" | "metres" | "time", string[]?][]} */
  const fields = [["observed_at", "time"]];
  if (!RELEASES.includes(kind) && kind !== "closure") fields.unshift(["category", "words", CATEGORIES]);
  if (kind === "hazard_area") fields.push(["evidence_class", "words", ["direct", "indirect"]]);
  if (kind === "find") fields.push(["disposed_at", "time"]);
  if (kind === "closure") fields.push(["starts_at", "time"], ["ends_at", "time"]);
  if (kind === "clearance") fields.push(["depth_m", "metres"]);
  fields.push(["position_method", "words", METHODS], ["position_error_m", "metres"]);
  return fields;
}

export class CorrectionFields {
  /**
   * @param {import("./texts.js").Texts} texts
   * @param {any} properties Of the record.
   */
  constructor(texts, properties) {
    this.texts = texts;
    this.properties = properties;
    /** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
    this.inputs = new Map();
    /** @type {Map<string, string>} */
    this.before = new Map();
    const rows = fieldsOf(properties.kind).map((field) => this.row(...field));
    this.root = element("div", { className: "fields" }, rows);
  }

  /**
   * @param {string} name
   * @param {"words" | "metres" | "time"} sort
   * @param {string[]} [words]
   */
  row(name, sort, words) {
    const value = this.properties[name];
    const id = `correct-${name}`;
    let input;
    if (sort === "words") {
      input = /** @type {HTMLSelectElement} */ (element("select", { id }));
      for (const word of ["", ...(words ?? [])]) input.append(this.option(name, word));
      input.value = value ?? "";
    } else {
      // Text, not a number or a date field: those hide what was typed wrongly.
      input = /** @type {HTMLInputElement} */ (element("input", { id, type: "text", dir: "ltr" }));
      input.value = value === null ? "" : String(value);
      if (sort === "metres") input.inputMode = "decimal";
    }
    this.inputs.set(name, input);
    this.before.set(name, input.value);
    return element("p", {}, [element("label", { for: id, text: this.label(name, sort) }), input]);
  }

  /**
   * @param {string} name
   * @param {"words" | "metres" | "time"} sort
   */
  label(name, sort) {
    const field = this.texts.field(name);
    if (sort === "words") return field;
    return this.texts.t(`desk-correct-${sort}`, { field, example: ltr(EXAMPLE) });
  }

  /**
   * @param {string} name
   * @param {string} word
   */
  option(name, word) {
    if (word === "") return element("option", { value: "", text: this.texts.t("desk-unknown") });
    const group = { position_method: "method", evidence_class: "desk-class" }[name] ?? name;
    return element("option", { value: word, text: this.texts.t(messageId(group, word)) });
  }

  /** @returns {Record<string, any>} The properties that differ; null erases one. */
  changed() {
    /** @type {Record<string, any>} */
    const changed = {};
    for (const [name, input] of this.inputs) {
      const text = input.value.trim();
      if (text === this.before.get(name)) continue;
      const metres = name.endsWith("_m") && text !== "" && Number.isFinite(Number(text));
      changed[name] = text === "" ? null : metres ? Number(text) : text;
    }
    return changed;
  }
}
