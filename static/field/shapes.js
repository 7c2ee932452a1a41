/** Outlines and lines: how long, how far apart, and whether an outline crosses itself. */

import { distance_m } from "./geodesy.js";

/**
 * @typedef {[number, number]} Corner Longitude, latitude.
 * @typedef {object} Shape
 * @property {"area" | "line"} form
 * @property {"map" | "gps"} method
 * @property {Corner[]} path The ring of an area is not closed here.
 * @property {number} error_m Radius of 95 %.
 * @property {Record<string, any>} raw What it was made from.
 */

/** @param {Corner} corner */
const place = ([lon, lat]) => ({ lat, lon });

/**
 * @param {Corner[]} path
 * @param {"area" | "line"} form
 * @returns {number[]} Metres of each side; an area has one more, back to its start.
 */
export function sides_m(path, form) {
  const ends = form === "area" && path.length > 2 ? [...path, path[0]] : path;
  return ends.slice(1).map((end, i) => distance_m(place(ends[i]), place(end)));
}

/**
 * @param {Corner[]} path
 * @param {"area" | "line"} form
 */
export const enough = (path, form) => path.length >= (form === "area" ? 3 : 2);

/**
 * @param {Corner} a
 * @param {Corner} b
 * @param {Corner} c
 */
function turn(a, b, c) {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}

/**
 * @param {Corner} a
 * @param {Corner} b
 * @param {Corner} p On the line through both.
 */
function between(a, b, p) {
  return (
    Math.min(a[0], b[0]) <= p[0] &&
    p[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= p[1] &&
    p[1] <= Math.max(a[1], b[1])
  );
}

/**
 * @param {Corner} a
 * @param {Corner} b
 * @param {Corner} c
 * @param {Corner} d
 */
function touch(a, b, c, d) {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)];
  if (abc !== abd && cda !== cdb) return true;
  return (
    (abc === 0 && between(a, b, c)) ||
    (abd === 0 && between(a, b, d)) ||
    (cda === 0 && between(c, d, a)) ||
    (cdb === 0 && between(c, d, b))
  );
}

/**
 * Say whether two sides of an outline meet elsewhere than at the corner that they share.
 *
 * @param {Corner[]} ring Not closed.
 */
export function crossesItself(ring) {
  const count = ring.length;
  for (let i = 0; i < count; i += 1) {
    for (let j = i + 2; j < count; j += 1) {
      if (i === 0 && j === count - 1) continue; // neighbours, at the start
      if (touch(ring[i], ring[i + 1], ring[j], ring[(j + 1) % count])) return true;
    }
  }
  return false;
}

/** @param {number} degrees */
const seventh = (degrees) => Math.round(degrees * 1e7) / 1e7;

/** @param {Corner} corner */
const rounded = ([lon, lat]) => /** @type {Corner} */ ([seventh(lon), seventh(lat)]);

/**
 * @param {Shape} shape
 * @returns {{ type: string, coordinates: any }} GeoJSON.
 */
export function geometryOf({ form, path }) {
  const corners = path.map(rounded);
  if (form === "line") return { type: "LineString", coordinates: corners };
  return { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

/** @param {import("./geodesy.js").Place} at */
export const pointOf = ({ lat, lon }) => ({ type: "Point", coordinates: rounded([lon, lat]) });
