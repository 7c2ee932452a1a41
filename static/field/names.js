/** Names as people type them: the usual spellings of one name are equal, as in the office's search. */

/** @type {Record<string, string>} */
const ALIKE = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ة: "ه", ؤ: "و", ئ: "ي", ـ: "" };

/** @param {string} text */
export function folded(text) {
  const plain = text.replace(/[أإآٱىةؤئـ]/g, (letter) => ALIKE[letter]).normalize("NFKD");
  return plain.replace(/\p{M}/gu, "").toLowerCase().trim();
}

/**
 * @param {string} typed
 * @param {{ pcode: string, name_en: string | null, name_ar: string | null }} place
 */
export function isCalled(typed, { pcode, name_en, name_ar }) {
  const wanted = folded(typed);
  return [pcode, name_en, name_ar].some((name) => name && folded(name).includes(wanted));
}
