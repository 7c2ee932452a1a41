/**
 * What phones told about a record beside its columns, in words. What this page does not know is
 * shown as the phone wrote it; nothing is left out.
 */

import { element } from "../map/panel.js";
import { length, ltr, plain } from "../map/words.js";

/** @typedef {import("./texts.js").Texts} Texts */
/** @typedef {[string, string]} Row Name and value. */

/**
 * @param {Texts} texts
 * @param {any[]} told One for each record of a phone, the first first.
 * @returns {Node[]}
 */
export function toldParts(texts, told) {
  return told.filter((one) => one.details !== null).flatMap((one) => [
    element("p", { className: "when", text: heading(texts, one) }),
    element("dl", {}, rows(texts, one.details).flatMap(([name, value]) => [
      element("dt", { text: name }),
      element("dd", { text: value }),
    ])),
    ...readings(texts, one.details.where?.fixes),
  ]);
}

/**
 * @param {Texts} texts
 * @param {any} one
 */
function heading(texts, one) {
  return texts.t("desk-told-by", {
    team: texts.team(one.team), number: one.device_seq, when: texts.moment(one.received_at),
  });
}

/**
 * @param {Texts} texts
 * @param {any} details
 * @returns {Row[]}
 */
function rows(texts, details) {
  const { state, where, ...others } = details;
  return [...seen(texts, state), ...made(texts, where), ...unknown("", others)];
}

/**
 * The answers of the phone's questions, in the phone's own words.
 *
 * @param {Texts} texts
 * @param {any} state
 * @returns {Row[]}
 */
function seen(texts, state) {
  if (!isObject(state)) return unknown("", state === undefined ? {} : { state });
  return Object.entries(state).map(([question, answer]) => {
    const name = known(texts, `field-state-${question}-short`);
    const value = typeof answer === "string" ? known(texts, `field-state-${question}-${answer}`) : null;
    return name && value ? [name, value] : unknown("state.", { [question]: answer })[0];
  });
}

/**
 * @param {Texts} texts
 * @param {any} where
 * @returns {Row[]}
 */
function made(texts, where) {
  if (!isObject(where)) return unknown("", where === undefined ? {} : { where });
  const left = { ...where };
  const rows = MAKERS.flatMap((maker) => maker(texts, left));
  if (Array.isArray(left.fixes) && left.fixes.every(isFix)) delete left.fixes;
  return [...rows, ...unknown("where.", left)];
}

/** Each takes out of `left` what it puts into words. */
const MAKERS = [observer, bearing, distance, receiver, typed, zoom];

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function observer(texts, left) {
  const at = left.observer;
  if (!isObject(at) || !numbers(at.lat, at.lon)) return [];
  const { lat, lon, accuracy_m, worry, ...others } = at;
  delete left.observer;
  const place = ltr(`${lat.toFixed(6)} ${lon.toFixed(6)}`);
  const parts = [place, accuracy(texts, accuracy_m), ...worried(texts, worry)];
  return [[texts.t("desk-told-from"), parts.join(", ")], ...unknown("where.observer.", others)];
}

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function bearing(texts, left) {
  if (!("bearing_deg" in left)) return [];
  const { bearing_deg, bearing_north, bearing_from, declination_deg } = left;
  const north = known(texts, `desk-told-north-${bearing_north}`);
  const from = known(texts, `desk-told-bearing-${bearing_from}`);
  if (!north || !from || !(bearing_deg === null || numbers(bearing_deg))) return [];
  for (const name of ["bearing_deg", "bearing_north", "bearing_from"]) delete left[name];
  if (bearing_deg === null) return [[texts.t("desk-told-bearing"), texts.t("desk-told-any-direction")]];
  const degrees = (/** @type {number} */ angle) => ltr(`${Math.round(angle * 10) / 10}\u00b0`);
  const parts = [degrees(bearing_deg), north, from];
  if (numbers(declination_deg)) {
    parts.push(texts.t("desk-told-declination", { degrees: degrees(declination_deg) }));
    delete left.declination_deg;
  } else if (declination_deg === null) delete left.declination_deg;
  return [[texts.t("desk-told-bearing"), parts.join(", ")]];
}

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function distance(texts, left) {
  const { distance: button, distance_m, distance_sigma_m } = left;
  if (!numbers(distance_m, distance_sigma_m)) return [];
  for (const name of ["distance", "distance_m", "distance_sigma_m"]) delete left[name];
  const given = { metres: length(distance_m), sigma: length(distance_sigma_m) };
  const value = texts.t("desk-told-distance-line", given);
  const chosen = button === "unsure" ? texts.t("field-not-sure") : ltr(plain(String(button ?? "")));
  return [[texts.t("desk-told-distance"), button === undefined ? value : `${value} (${chosen})`]];
}

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function receiver(texts, left) {
  if (!("accuracy_m" in left) || !(left.accuracy_m === null || numbers(left.accuracy_m))) return [];
  const { accuracy_m, count, seconds, worry } = left;
  delete left.accuracy_m;
  const parts = [accuracy(texts, accuracy_m), ...worried(texts, worry)];
  delete left.worry;
  if (numbers(count, seconds)) {
    parts.unshift(texts.t("desk-told-readings-line", { count, seconds: Math.round(seconds) }));
    delete left.count;
    delete left.seconds;
  }
  return [[texts.t("desk-told-receiver"), parts.join(", ")]];
}

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function typed(texts, left) {
  if (typeof left.text !== "string" || typeof left.swapped !== "boolean") return [];
  const { text, form, swapped } = left;
  for (const name of ["text", "form", "swapped"]) delete left[name];
  const how = form === undefined ? "" : ` (${ltr(plain(String(form)))})`;
  /** @type {Row[]} */
  const rows = [[texts.t("desk-told-typed"), `${ltr(plain(text))}${how}`]];
  return swapped ? [...rows, [texts.t("desk-told-typed"), texts.t("desk-told-swapped")]] : rows;
}

/**
 * @param {Texts} texts
 * @param {any} left
 * @returns {Row[]}
 */
function zoom(texts, left) {
  if (!numbers(left.zoom)) return [];
  const shown = ltr(String(left.zoom));
  delete left.zoom;
  return [[texts.t("desk-told-zoom"), shown]];
}

/**
 * @param {Texts} texts
 * @param {unknown} metres
 */
function accuracy(texts, metres) {
  if (typeof metres !== "number") return texts.t("desk-told-no-accuracy");
  return texts.t("desk-told-accuracy", { metres: length(metres) });
}

/**
 * @param {Texts} texts
 * @param {unknown} worry
 */
function worried(texts, worry) {
  if (worry === null || worry === undefined) return [];
  return [known(texts, `desk-told-worry-${String(worry).replaceAll("_", "-")}`) ?? plain(String(worry))];
}

/**
 * Every reading of the receiver, folded away.
 *
 * @param {Texts} texts
 * @param {unknown} fixes
 * @returns {Node[]}
 */
function readings(texts, fixes) {
  if (!Array.isArray(fixes) || fixes.length === 0 || !fixes.every(isFix)) return [];
  const lines = fixes.map((fix) => element("li", {
    text: `${ltr(`${fix.lat.toFixed(6)} ${fix.lon.toFixed(6)}`)}, ${accuracy(texts, fix.accuracy_m)}`,
  }));
  const summary = element("summary", { text: texts.t("desk-told-fixes", { count: fixes.length }) });
  return [element("details", {}, [summary, element("ol", {}, lines)])];
}

/** @param {any} fix */
const isFix = (fix) => isObject(fix) && numbers(fix.lat, fix.lon);

/**
 * What has no words here: the key, and the value as the phone wrote it.
 *
 * @param {string} before
 * @param {Record<string, unknown>} values
 * @returns {Row[]}
 */
function unknown(before, values) {
  return Object.entries(values).map(([key, value]) => [
    ltr(`${before}${key}`),
    plain(typeof value === "string" ? value : JSON.stringify(value)),
  ]);
}

/**
 * @param {Texts} texts
 * @param {string} id
 * @returns {string | null} Null: the catalogue has no such words.
 */
function known(texts, id) {
  const found = texts.t(id);
  return found === id ? null : found;
}

/** @param {unknown} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {unknown[]} values */
const numbers = (...values) => values.every((value) => typeof value === "number");
