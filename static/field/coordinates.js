/** Reads coordinates as people type and dictate them. */

import { distance_m } from "./geodesy.js";
import { mgrs, proj4 } from "./packages.js";

/**
 * @typedef {"decimal" | "dms" | "utm" | "mgrs"} Form
 * @typedef {{ lat: number, lon: number, form: Form, rounding_m: number }} Typed
 */

const ZEROS = ["\u0660", "\u06f0"].map((zero) => zero.charCodeAt(0));
/** Names of the directions: whole words first, then the letters that maps use. */
const DIRECTIONS = [
  [/\u0634\u0645\u0627\u0644[\u0627\u064b]*/g, "N"],
  [/\u062c\u0646\u0648\u0628[\u0627\u064b]*/g, "S"],
  [/\u0634\u0631\u0642[\u0627\u064b]*/g, "E"],
  [/\u063a\u0631\u0628[\u0627\u064b]*/g, "W"],
];

/**
 * Turn other digits, signs and names into those of ASCII.
 *
 * @param {string} text
 */
export function plainCoordinates(text) {
  let plain = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => {
    const code = digit.charCodeAt(0);
    return String(code - (code >= ZEROS[1] ? ZEROS[1] : ZEROS[0]));
  });
  for (const [name, letter] of DIRECTIONS) plain = plain.replace(name, /** @type {string} */ (letter));
  return plain
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replace(/\u066b/g, ".")
    .replace(/[\u060c\u061b;]/g, " ; ")
    .replace(/[\u2212\u2013]/g, "-")
    .replace(/[\u2032\u2019`]/g, "'")
    .replace(/[\u2033\u201d]|''/g, '"')
    .replace(/[\u00ba\u02da]/g, "\u00b0")
    .trim()
    .toUpperCase();
}

/**
 * Read a place. Null: it is in none of the known forms.
 *
 * @param {string} text
 * @returns {Promise<Typed | null>}
 */
export async function readCoordinates(text) {
  const plain = plainCoordinates(text);
  const found = (await readMgrs(plain)) ?? (await readUtm(plain)) ?? readDegrees(plain);
  return found && Math.abs(found.lat) <= 90 && Math.abs(found.lon) <= 180 ? found : null;
}

/**
 * @param {string} plain
 * @returns {Promise<Typed | null>}
 */
async function readMgrs(plain) {
  const squeezed = plain.replace(/[\s;]/g, "");
  const parts = /^(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])((?:\d\d){1,5})$/.exec(squeezed);
  if (!parts || Number(parts[1]) < 1 || Number(parts[1]) > 60) return null;
  try {
    const [lon, lat] = (await mgrs()).toPoint(squeezed);
    return { lat, lon, form: "mgrs", rounding_m: 10 ** (5 - parts[5].length / 2) };
  } catch {
    return null; // a square that does not exist in this zone
  }
}

/**
 * `37 S 334210 4007654`. The letter is a latitude band; "S" is both a band of the north (32 to 40
 * degrees) and what some write for "south": the band counts wherever the place lies in it.
 *
 * @param {string} plain
 * @returns {Promise<Typed | null>}
 */
async function readUtm(plain) {
  const parts = /^(\d{1,2})\s*([C-HJ-NP-X])[\s;,]+(\d{6})(?:\.\d+)?\s*(?:M?E)?[\s;,]+(\d{1,8})(?:\.\d+)?\s*(?:M?N)?$/.exec(
    plain,
  );
  if (!parts || Number(parts[1]) < 1 || Number(parts[1]) > 60) return null;
  const transform = await proj4();
  /** @param {string} south */
  const inverse = (south) =>
    transform(`+proj=utm +zone=${Number(parts[1])} ${south} +datum=WGS84 +units=m`, "EPSG:4326", [
      Number(parts[3]),
      Number(parts[4]),
    ]);
  const [lon, lat] = inverse("");
  const southern = parts[2] < "N" || (parts[2] === "S" && (lat < 31 || lat > 41));
  const [x, y] = southern ? inverse("+south") : [lon, lat];
  return { lat: y, lon: x, form: "utm", rounding_m: 1 };
}

const DMS = String.raw`[+-]?\d{1,3}\s*(?:\u00b0|:|\s)\s*\d{1,2}(?:\.\d+)?\s*(?:['\u00b4:]|\s)?\s*(?:\d{1,2}(?:\.\d+)?\s*["]?)?`;
const NUMBER = String.raw`[+-]?\d{1,3}(?:\.\d+)?`;

/**
 * @param {string} plain
 * @returns {Typed | null}
 */
function readDegrees(plain) {
  return readPair(decimalCommas(plain), `${NUMBER}\\s*\u00b0?`, "decimal") ?? readPair(decimalCommas(plain), `(?:${DMS})`, "dms");
}

/**
 * `36,2021 37,1615` has decimal commas; in `36.2021, 37.1615` the comma parts.
 *
 * @param {string} plain
 */
function decimalCommas(plain) {
  if (plain.includes(".")) return plain.replaceAll(",", " ; ");
  const decimals = plain.replace(/(\d),(\d)/g, "$1.$2");
  return decimals.replaceAll(",", " ; ");
}

/**
 * @param {string} plain
 * @param {string} number How one number is written.
 * @param {Form} form
 * @returns {Typed | null}
 */
function readPair(plain, number, form) {
  const parts = splitPair(plain, number);
  if (!parts) return null;
  const [one, two] = parts.map(({ letter, text }) => ({ letter, text, value: degrees(text) }));
  if (one.value === null || two.value === null) return null;
  const eastFirst = "EW".includes(one.letter ?? "-");
  if (one.letter && eastFirst === "EW".includes(two.letter ?? "-")) return null;
  const [lat, lon] = eastFirst ? [two, one] : [one, two];
  const rounding_m = Math.max(roundingDegrees(one.text, form), roundingDegrees(two.text, form)) * 111_320;
  return { lat: signed(lat), lon: signed(lon), form, rounding_m };
}

/**
 * Letters stand before both numbers, behind both, or nowhere.
 *
 * @param {string} plain
 * @param {string} number
 * @returns {{ letter: string | undefined, text: string }[] | null}
 */
function splitPair(plain, number) {
  const before = new RegExp(`^([NSEW])\\s*(${number})[\\s;]*([NSEW])\\s*(${number})$`).exec(plain);
  if (before) return [{ letter: before[1], text: before[2] }, { letter: before[3], text: before[4] }];
  const behind = new RegExp(`^(${number})\\s*([NSEW])[\\s;]*(${number})\\s*([NSEW])$`).exec(plain);
  if (behind) return [{ letter: behind[2], text: behind[1] }, { letter: behind[4], text: behind[3] }];
  const bare = new RegExp(`^(${number})[\\s;]+(${number})$`).exec(plain);
  return bare && [{ letter: undefined, text: bare[1] }, { letter: undefined, text: bare[2] }];
}

/** @param {{ letter: string | undefined, value: number | null }} part */
function signed({ letter, value }) {
  return (letter === "S" || letter === "W" ? -1 : 1) * (value ?? NaN);
}

/** @param {string} text */
function degrees(text) {
  const numbers = text.match(/\d+(?:\.\d+)?/g)?.map(Number) ?? [];
  if (numbers.length < 1 || numbers.slice(1).some((part) => part >= 60)) return null;
  const value = numbers.reduce((sum, part, i) => sum + part / 60 ** i, 0);
  return text.trim().startsWith("-") ? -value : value;
}

/**
 * The step of the last digit that was written, in degrees.
 *
 * @param {string} text
 * @param {Form} form
 */
function roundingDegrees(text, form) {
  const numbers = text.match(/\d+(?:\.\d+)?/g) ?? ["0"];
  const decimals = (numbers[numbers.length - 1].split(".")[1] ?? "").length;
  return 10 ** -decimals / 60 ** (form === "dms" ? numbers.length - 1 : 0);
}

/**
 * Tell whether latitude and longitude were probably typed in each other's place: read the other way
 * round, the place lies far nearer to where it is expected.
 *
 * @param {import("./geodesy.js").Place} typed
 * @param {import("./geodesy.js").Place[]} expected The chosen community, the own position.
 */
export function looksSwapped(typed, expected) {
  if (Math.abs(typed.lon) > 90 || expected.length === 0) return false;
  const other = { lat: typed.lon, lon: typed.lat };
  /** @param {import("./geodesy.js").Place} at */
  const nearest = (at) => Math.min(...expected.map((one) => distance_m(at, one)));
  return nearest(other) * 2 < nearest(typed) && nearest(typed) > 20_000;
}
