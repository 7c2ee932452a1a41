/**
 * A way that was walked: readings that are far enough apart, and how well they are known.
 *
 * Nobody knows how the way bent between two readings, so half of the longest straight step counts
 * into the error, and so does the worst reading: a release shrinks by its error.
 */

import { ACCURACY_TO_95, distance_m } from "./geodesy.js";
import { sides_m } from "./shapes.js";

/** Nearer readings tell of the receiver's unrest and not of the way. */
const LEAST_STEP_M = 5;
/** Readings worse than this are left out: the walker is told, and may wait for better ones. */
const WORST_ACCURACY_M = 30;
/** 25 km at the least step; a record may not be longer than the server reads. */
const MOST_POINTS = 5_000;

/** @typedef {{ points: [number, number, number][], left_out: number }} Kept Longitude, latitude, accuracy. */

export class Track {
  /** @param {Kept} [kept] What was walked before. */
  constructor(kept = { points: [], left_out: 0 }) {
    this.points = [...kept.points];
    this.left_out = kept.left_out;
  }

  /** @returns {Kept} */
  get kept() {
    return { points: this.points, left_out: this.left_out };
  }

  /** @returns {import("./shapes.js").Corner[]} */
  get path() {
    return this.points.map(([lon, lat]) => [lon, lat]);
  }

  get full() {
    return this.points.length >= MOST_POINTS;
  }

  /**
   * @param {import("./fixes.js").Fix} fix
   * @param {import("./fixes.js").Worry | null} worry
   * @returns {"kept" | "near" | "bad"} What became of it.
   */
  add(fix, worry) {
    if (worry !== null || fix.accuracy_m > WORST_ACCURACY_M) {
      this.left_out += 1;
      return "bad";
    }
    const last = this.points.at(-1);
    const step_m = last ? distance_m({ lon: last[0], lat: last[1] }, fix) : Infinity;
    if (this.full || step_m < Math.max(LEAST_STEP_M, fix.accuracy_m)) return "near";
    this.points.push([fix.lon, fix.lat, fix.accuracy_m]);
    return "kept";
  }

  /**
   * @param {"area" | "line"} form
   * @returns {{ length_m: number, longest_m: number, worst_m: number, closing_m: number, error_m: number }}
   */
  measure(form) {
    const sides = sides_m(this.path, form);
    const longest_m = Math.max(0, ...sides);
    const worst_m = Math.max(0, ...this.points.map(([, , accuracy_m]) => accuracy_m));
    return {
      length_m: sides.reduce((sum, side) => sum + side, 0),
      longest_m,
      worst_m,
      closing_m: form === "area" ? (sides.at(-1) ?? 0) : 0,
      error_m: worst_m * ACCURACY_TO_95 + longest_m / 2,
    };
  }

  /**
   * @param {"area" | "line"} form
   * @returns {import("./shapes.js").Shape}
   */
  shape(form) {
    const { error_m, longest_m, worst_m } = this.measure(form);
    const raw = { way: "walked", points: this.points.length, left_out: this.left_out, longest_m, worst_m };
    return { form, method: "gps", path: this.path, error_m, raw };
  }
}
