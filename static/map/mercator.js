/** Web Mercator as the map draws it: the world is the unit square, y grows to the south. */

const RADIANS = Math.PI / 180;
// WGS 84: semi-major axis and first eccentricity squared.
const AXIS_M = 6378137;
const E2 = 0.00669437999014;

/** @param {number} lon Degrees. */
export function worldX(lon) {
  return lon / 360 + 0.5;
}

/** @param {number} lat Degrees. */
export function worldY(lat) {
  const sine = Math.sin(Math.max(-85.06, Math.min(85.06, lat)) * RADIANS);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/**
 * @param {import("./payload.js").Column} x Microdegrees.
 * @param {import("./payload.js").Column} y Microdegrees.
 * @returns {[Float64Array, Float64Array]}
 */
export function toWorld(x, y) {
  const wx = new Float64Array(x.length);
  const wy = new Float64Array(y.length);
  for (let i = 0; i < x.length; i += 1) {
    wx[i] = worldX(x[i] / 1e6);
    wy[i] = worldY(y[i] / 1e6);
  }
  return [wx, wy];
}

/**
 * World units of one metre on the ground, to the east and to the north. They differ by up to 0.7 %,
 * because the map's sphere is not the ellipsoid that distances are measured on.
 *
 * @param {number} lat Degrees.
 * @returns {[number, number]}
 */
export function worldPerMetre(lat) {
  const sine = Math.sin(lat * RADIANS);
  const cosine = Math.cos(lat * RADIANS);
  const w = Math.sqrt(1 - E2 * sine * sine);
  const eastRadius = AXIS_M / w;
  const northRadius = (AXIS_M * (1 - E2)) / (w * w * w);
  return [1 / (2 * Math.PI * eastRadius * cosine), 1 / (2 * Math.PI * northRadius * cosine)];
}
