/**
 * From many readings of the phone's receiver to one place.
 *
 * Readings of one receiver share most of their error, so an average is never called better than the
 * best single reading.
 */

import { ACCURACY_TO_95, distance_m } from "./geodesy.js";

/**
 * @typedef {{ lat: number, lon: number, accuracy_m: number, time_ms: number, speed_ms: number | null }} Fix
 * @typedef {"stale" | "no_accuracy" | "coarse"} Worry
 * @typedef {object} Average
 * @property {number} lat
 * @property {number} lon
 * @property {number} accuracy_m Radius of 68 %, as the receiver tells it; infinite when unknown.
 * @property {number | null} error_m Radius of 95 %; null when nothing is known about it.
 * @property {number} count Of the readings used.
 * @property {number} seconds From the first to the last of them.
 * @property {boolean} settled
 * @property {Worry | null} worry
 */

const STALE_MS = 15_000;
const COARSE_M = 100;
const WALKING_MS = 0.5;
const MIN_COUNT = 10;
const MIN_SECONDS = 20;

export class Fixes {
  constructor() {
    /** @type {Fix[]} */
    this.used = [];
    /** @type {Fix | null} */
    this.doubtful = null;
    /** @type {Worry | null} */
    this.worry = null;
    /** @type {{ fix_ms: number, now_ms: number } | null} When the last reading was taken and heard. */
    this.last = null;
  }

  /**
   * @param {Fix} fix
   * @param {number} now_ms
   */
  add(fix, now_ms) {
    this.worry = worryOf(fix, this.isStale(fix, now_ms));
    this.last = { fix_ms: fix.time_ms, now_ms };
    if (this.worry === "stale" || this.worry === "no_accuracy") {
      this.doubtful = fix;
      return;
    }
    this.doubtful = null;
    if (this.moved(fix)) this.used = [];
    this.used.push(fix);
  }

  /**
   * A reading far from the phone's time is old, or the phone's clock is wrong: readings that follow
   * each other as fast as the clock runs are new, whatever the clock says.
   *
   * @param {Fix} fix
   * @param {number} now_ms
   */
  isStale(fix, now_ms) {
    if (Math.abs(now_ms - fix.time_ms) <= STALE_MS) return false;
    if (!this.last || fix.time_ms <= this.last.fix_ms) return true;
    return Math.abs(now_ms - this.last.now_ms - (fix.time_ms - this.last.fix_ms)) > STALE_MS / 3;
  }

  /** @param {Fix} fix Told in the middle of a walk, or too far from the others. */
  moved(fix) {
    if (this.used.length === 0) return false;
    if (fix.speed_ms !== null && fix.speed_ms > WALKING_MS) return true;
    const best = Math.min(...this.used.map((one) => one.accuracy_m));
    return distance_m(fix, average(this.used)) > 2 * Math.max(best, fix.accuracy_m);
  }

  /** @returns {Average | null} */
  result() {
    if (this.doubtful) {
      const { lat, lon } = this.doubtful;
      const unknown = { accuracy_m: Infinity, error_m: null, count: 1, seconds: 0, settled: false };
      return { lat, lon, ...unknown, worry: this.worry };
    }
    if (this.used.length === 0) return null;
    const times = this.used.map((fix) => fix.time_ms);
    const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
    const averaged = withoutOutliers(this.used);
    // Only of those that the place is made of: an outlier that called itself exact vouches for nothing.
    const accuracy_m = Math.min(...averaged.map((fix) => fix.accuracy_m));
    return {
      ...average(averaged),
      accuracy_m,
      error_m: accuracy_m * ACCURACY_TO_95,
      count: this.used.length,
      seconds,
      settled: this.used.length >= MIN_COUNT || seconds >= MIN_SECONDS,
      worry: this.worry,
    };
  }
}

/**
 * A browser cannot tell a mocked place; one without an accuracy is what mocking programs and places
 * set by hand look like.
 *
 * @param {Fix} fix
 * @param {boolean} stale
 * @returns {Worry | null}
 */
function worryOf(fix, stale) {
  if (stale) return "stale";
  if (!(fix.accuracy_m > 0)) return "no_accuracy";
  return fix.accuracy_m > COARSE_M ? "coarse" : null;
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** @param {Fix[]} fixes */
function withoutOutliers(fixes) {
  const centre = { lat: median(fixes.map((one) => one.lat)), lon: median(fixes.map((one) => one.lon)) };
  const near = fixes.filter((one) => distance_m(one, centre) <= 2 * one.accuracy_m);
  return near.length > 0 ? near : fixes;
}

/**
 * Mean, weighted by the inverse variance.
 *
 * @param {Fix[]} fixes
 */
function average(fixes) {
  let [weight, lat, lon] = [0, 0, 0];
  const first = fixes[0];
  for (const fix of fixes) {
    const one = 1 / fix.accuracy_m ** 2;
    weight += one;
    lat += one * (fix.lat - first.lat);
    // The short way round: two fixes may lie on both sides of the 180th meridian.
    lon += one * (((fix.lon - first.lon + 540) % 360) - 180);
  }
  return { lat: first.lat + lat / weight, lon: ((first.lon + lon / weight + 540) % 360) - 180 };
}
