/** Records in words. */

import { ltr, messageId } from "../map/words.js";

/**
 * @param {import("./app.js").App} app
 * @param {string} category
 */
export function categoryInWords(app, category) {
  return category === "unknown" ? app.t("not-sure") : app.words.t(messageId("category", category));
}

/**
 * @param {import("./app.js").App} app
 * @param {{ kind: string, category: string | null, evidence_class?: string | null }} record
 */
export function recordInWords(app, { kind, category, evidence_class }) {
  const word = evidence_class ? `${kind}_${evidence_class}` : kind;
  const what = app.words.t(messageId("kind", word));
  if (!category) return what;
  return `${what}${app.t("list-comma")}${app.words.t(messageId("category", category))}`;
}

/**
 * @param {import("./app.js").App} app
 * @param {{ pcode: string, name_en: string | null, name_ar: string | null }} community
 */
export function communityInWords(app, { pcode, name_ar, name_en }) {
  return (app.words.language === "ar" ? name_ar : name_en) ?? name_en ?? name_ar ?? pcode;
}

/**
 * @param {import("./app.js").App} app
 * @param {Record<string, string>} state
 */
export function stateInWords(app, state) {
  return Object.entries(state)
    .map(([question, answer]) => `${app.t(`state-${question}-short`)}: ${app.t(`state-${question}-${answer}`)}`)
    .join(app.t("list-comma"));
}

/** @param {string} moment ISO 8601. */
export const dayInWords = (moment) => ltr(moment.slice(0, 10));

/** @param {string} moment ISO 8601; shown by the phone's own clock and zone. */
export function momentInWords(moment) {
  const at = new Date(moment);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return ltr(local.toISOString().slice(0, 16).replace("T", " "));
}
