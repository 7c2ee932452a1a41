/** What the phone keeps of an area, in words: of when it is, how old, how large, what is not known. */

import { ltr } from "../map/words.js";
import { communityInWords } from "./record_words.js";

const DAY_MS = 86_400_000;

/** @param {number} bytes */
export const megabytes = (bytes) => ltr((bytes / 1e6).toFixed(1));

/**
 * The day of a moment by the phone's own calendar, with the name of its month.
 *
 * @param {string} language
 * @param {string} moment ISO 8601.
 */
export function dayByName(language, moment) {
  const own = navigator.language.startsWith(`${language}-`) ? navigator.language : { ar: "ar-SY" }[language] ?? language;
  const [known = "en-GB"] = Intl.DateTimeFormat.supportedLocalesOf([own]);
  const format = { day: "numeric", month: "long", year: "numeric", numberingSystem: "latn", calendar: "gregory" };
  return new Intl.DateTimeFormat(known, /** @type {any} */ (format)).format(new Date(moment));
}

/**
 * @param {import("./app.js").App} app
 * @param {import("./pack.js").Pack} pack
 * @returns {string} Of which day the status is, and how many days ago that was.
 */
export function ageInWords(app, { as_of }) {
  const day = dayByName(app.words.language, as_of);
  const days = Math.floor((Date.now() - Date.parse(as_of)) / DAY_MS);
  // A clock that is a little slow is no reason for a warning.
  return days < -1 ? app.t("district-age-unknown", { day }) : app.t("district-age", { day, days: Math.max(0, days) });
}

/**
 * @param {import("./app.js").App} app
 * @param {import("./pack.js").Pack} pack
 * @returns {string[]} Sentences for the settings.
 */
export function packInWords(app, pack) {
  const lines = [app.t("district-kept", { name: communityInWords(app, pack.community) }), ageInWords(app, pack)];
  if (pack.numbers) lines.push(app.t("district-unknown", { roads: pack.numbers.length, unknown: pack.unknown_roads ?? 0 }));
  if (pack.map) lines.push(app.t("district-size", { size: megabytes(pack.map.size) }));
  if (pack.exercise) lines.push(app.words.t("exercise-banner"));
  return lines;
}

/**
 * @param {import("./app.js").App} app
 * @param {import("./pack.js").Pack | null} pack
 * @returns {string} For below a map that is drawn.
 */
export function mapInWords(app, pack) {
  if (!pack) return app.t("home-nothing-known");
  return [ageInWords(app, pack), pack.map ? app.t("district-outside") : "", app.t("home-nothing-known")].filter(Boolean).join(" ");
}
