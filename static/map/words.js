/** Words of the page in the chosen language, from the catalogues that the server reads too. */

const LRI = "\u2066";
const PDI = "\u2069";

/**
 * Isolate a date, range, coordinate or code, so that Arabic text cannot turn it around.
 *
 * @param {string | number} text
 */
export function ltr(text) {
  return `${LRI}${text}${PDI}`;
}

/**
 * Drop direction controls from text of the field; whoever shows it isolates it (`<bdi>`, Fluent).
 *
 * @param {string} text
 */
export function plain(text) {
  return text.replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f]/g, "");
}

/**
 * Text of the field that is a code (an id, a team) stays in one piece and from the left: an id cut
 * at its hyphen in an Arabic line would read as another.
 *
 * @param {string} text
 */
export function code(text) {
  return /^[\x21-\x7e]{1,40}$/.test(text) ? ltr(text) : plain(text);
}

/**
 * Name the message for a word of the vocabulary: `status`, `not_surveyed` -> `status-not-surveyed`.
 *
 * @param {string} group
 * @param {string} word
 */
export function messageId(group, word) {
  return `${group}-${word.replaceAll("_", "-")}`;
}

/**
 * @param {number} minutes Since 1970, UTC.
 * @returns {string} `2026-11-21`, isolated.
 */
export function day(minutes) {
  return ltr(new Date(minutes * 60000).toISOString().slice(0, 10));
}

/**
 * @param {number} minutes Since 1970, UTC.
 * @returns {string} `2026-11-21 14:35 UTC`, isolated.
 */
export function moment(minutes) {
  return ltr(`${new Date(minutes * 60000).toISOString().slice(0, 16).replace("T", " ")} UTC`);
}

/**
 * Write a length with at most one decimal, isolated. Digits are Latin in both languages, because
 * teams read figures to each other across them.
 *
 * @param {number} metres
 */
export function length(metres) {
  return ltr(String(Math.round(metres * 10) / 10));
}

export class Words {
  /**
   * @param {Record<string, string>} catalogues Language -> Fluent source.
   * @param {string} language
   */
  constructor(catalogues, language) {
    const { FluentBundle, FluentResource } = /** @type {any} */ (globalThis).FluentBundle;
    /** @type {Record<string, any>} */
    this.bundles = {};
    for (const [name, source] of Object.entries(catalogues)) {
      const bundle = new FluentBundle(name === "ar" ? "ar-u-nu-latn" : name);
      bundle.addResource(new FluentResource(source));
      this.bundles[name] = bundle;
    }
    this.language = language;
  }

  /** @returns {"rtl" | "ltr"} */
  get direction() {
    return this.language === "ar" ? "rtl" : "ltr";
  }

  /** The language that the switch leads to. */
  get other() {
    return this.language === "ar" ? "en" : "ar";
  }

  /**
   * Write a message. An unknown one is shown by its id: a gap in the words must not stop the page.
   *
   * @param {string} id
   * @param {Record<string, string | number>} [values]
   * @returns {string}
   */
  t(id, values) {
    const bundle = this.bundles[this.language];
    const message = bundle.getMessage(id);
    return message?.value ? bundle.formatPattern(message.value, values ?? {}, []) : id;
  }
}
