/** Places, distances and errors on the WGS84 ellipsoid. Degrees in, metres out. */

import { magvar } from "./packages.js";

const AXIS_M = 6378137;
const ECCENTRICITY2 = 0.00669437999014;
const RADIAN = Math.PI / 180;

/** Radius that holds 95 % of a circular normal error, in standard deviations. */
export const SIGMA_TO_95 = 2.45;
/** A phone tells the radius of 68 %; 95 % of a circular normal error lie within this many of it. */
export const ACCURACY_TO_95 = 1.62;
/** Standard deviation of a bearing taken with a phone or a hand compass. */
export const BEARING_SIGMA_DEG = 10;
/** People's guesses of a distance: one standard deviation as a share of it. */
export const DISTANCE_SIGMA = 0.2;

/** @typedef {{ lat: number, lon: number }} Place */

/**
 * Metres for a degree of latitude and of longitude.
 *
 * @param {number} lat
 */
function metresPerDegree(lat) {
  const sine = Math.sin(lat * RADIAN);
  const root = Math.sqrt(1 - ECCENTRICITY2 * sine * sine);
  return {
    north: ((AXIS_M * (1 - ECCENTRICITY2)) / root ** 3) * RADIAN,
    east: (AXIS_M / root) * Math.cos(lat * RADIAN) * RADIAN,
  };
}

/**
 * The place at a bearing and distance. Up to 5 km and below 70 degrees of latitude it is within
 * 0.1 % of the distance of a geodesic, which no eye and no compass comes near.
 *
 * @param {Place} from
 * @param {number} bearing_deg Clockwise from true north.
 * @param {number} distance_m
 * @returns {Place}
 */
export function project(from, bearing_deg, distance_m) {
  const north_m = distance_m * Math.cos(bearing_deg * RADIAN);
  const half = from.lat + north_m / 2 / metresPerDegree(from.lat).north;
  const scale = metresPerDegree(half);
  return {
    lat: from.lat + north_m / scale.north,
    lon: wrap(from.lon + (distance_m * Math.sin(bearing_deg * RADIAN)) / scale.east),
  };
}

/** @param {number} lon */
function wrap(lon) {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}

/**
 * Distance for comparing: a sphere is good enough for "near" and "far".
 *
 * @param {Place} a
 * @param {Place} b
 */
export function distance_m(a, b) {
  const [dLat, dLon] = [(b.lat - a.lat) * RADIAN, (b.lon - a.lon) * RADIAN];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * RADIAN) * Math.cos(b.lat * RADIAN) * Math.sin(dLon / 2) ** 2;
  return 2 * 6371008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}

/**
 * Radius that holds the true place with 95 % confidence, for a bearing and a distance.
 *
 * @param {number} accuracy_m Of the place where the observer stands.
 * @param {number} distance_m
 * @param {number} [distanceSigma_m]
 * @param {number} [bearingSigma_deg]
 * @returns {number}
 */
export function bearingError_m(
  accuracy_m,
  distance_m,
  distanceSigma_m = DISTANCE_SIGMA * distance_m,
  bearingSigma_deg = BEARING_SIGMA_DEG,
) {
  const along = Math.hypot(accuracy_m, distanceSigma_m);
  const across = Math.hypot(accuracy_m, distance_m * Math.tan(bearingSigma_deg * RADIAN));
  return SIGMA_TO_95 * Math.max(along, across);
}

/**
 * Magnetic declination, east positive; null when the model says nothing about this year.
 *
 * @param {Place} at
 * @param {Date} date
 * @returns {Promise<number | null>}
 */
export async function declination_deg(at, date) {
  const model = await magvar();
  if (date.getUTCFullYear() < 2025 || date.getUTCFullYear() >= model.MODEL_VALID_UNTIL) return null;
  return model.magvar(at.lat, at.lon, 0, date);
}
