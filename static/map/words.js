/** Words of the page in the chosen language, from the catalogues that the server reads too. */

const LRI = "\u2066";
const PDI = "\u2069";
/** Complete, and read by whoever lacks a translation. */
export const FALLBACK = "en";

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
    /** Languages that hold at least one message, in the order of the catalogues. */
    this.offered = [];
    /** @type {Set<string>} Texts that the chosen language lacks and that were given in English. */
    this.borrowed = new Set();
    for (const [name, source] of Object.entries(catalogues)) {
      // Where a browser knows nothing of a language, plurals go by English, not by the phone's own.
      const bundle = new FluentBundle(name === "ar" ? "ar-u-nu-latn" : [name, FALLBACK]);
      const resource = new FluentResource(source);
      bundle.addResource(resource);
      this.bundles[name] = bundle;
      if (resource.body.length > 0) this.offered.push(name);
    }
    this.language = language;
  }

  /**
   * @param {string} language
   * @returns {string} Its own name; its code where its catalogue does not name it.
   */
  nameOf(language) {
    const message = this.bundles[language].getMessage("language-name");
    return message?.value ? this.bundles[language].formatPattern(message.value) : language;
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
   * Write a message, in English where the language has none. An unknown one is shown by its id: a
   * gap in the words must not stop the page.
   *
   * @param {string} id
   * @param {Record<string, string | number>} [values]
   * @returns {string}
   */
  t(id, values) {
    for (const language of [this.language, FALLBACK]) {
      const bundle = this.bundles[language];
      const message = bundle?.getMessage(id);
      if (!message?.value) continue;
      const text = bundle.formatPattern(message.value, values ?? {}, []);
      if (language !== this.language) this.borrowed.add(text);
      return text;
    }
    return id;
  }
}
