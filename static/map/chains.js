/**
 * Joins pieces of one status into chains, end to end. A dash pattern starts anew with every line, so
 * that thousands of short edges in a row would show no pattern at all.
 */

// Longer chains would be drawn for the sake of a corner of the view.
const LONGEST = 32;

/**
 * @typedef {object} Chains
 * @property {Int32Array} start First position of each chain in `step`, and the end.
 * @property {Int32Array} step Pieces in order; `~piece` is one walked from its end.
 */

/**
 * @param {number[]} pieces
 * @param {Int32Array} vertex First vertex of each piece.
 * @param {import("./payload.js").Column} x Microdegrees of the vertices.
 * @param {import("./payload.js").Column} y
 * @returns {Chains}
 */
export function chainsOf(pieces, vertex, x, y) {
  const ends = endsByPlace(pieces, vertex, x, y);
  const used = new Set();
  const start = [0];
  /** @type {number[]} */
  const step = [];
  for (const piece of pieces) {
    if (used.has(piece)) continue;
    used.add(piece);
    step.push(piece);
    let end = vertex[piece + 1] - 1;
    for (let count = 1; count < LONGEST; count += 1) {
      const next = (ends.get(placeKey(x[end], y[end])) ?? []).find(
        (one) => !used.has(one < 0 ? ~one : one) && sameEnd(one, end, vertex, x, y),
      );
      if (next === undefined) break;
      used.add(next < 0 ? ~next : next);
      step.push(next);
      end = next < 0 ? vertex[~next] : vertex[next + 1] - 1;
    }
    start.push(step.length);
  }
  return { start: Int32Array.from(start), step: Int32Array.from(step) };
}

/**
 * @param {number[]} pieces
 * @param {Int32Array} vertex
 * @param {import("./payload.js").Column} x
 * @param {import("./payload.js").Column} y
 * @returns {Map<number, number[]>} Place -> pieces that start there, `~piece` for those that end.
 */
function endsByPlace(pieces, vertex, x, y) {
  /** @type {Map<number, number[]>} */
  const ends = new Map();
  for (const piece of pieces) {
    for (const [at, one] of [
      [vertex[piece], piece],
      [vertex[piece + 1] - 1, ~piece],
    ]) {
      const key = placeKey(x[at], y[at]);
      const there = ends.get(key);
      if (there) there.push(one);
      else ends.set(key, [one]);
    }
  }
  return ends;
}

/**
 * Two places may share a key (the product outgrows 53 bits): `sameEnd` looks again.
 *
 * @param {number} x
 * @param {number} y
 */
function placeKey(x, y) {
  return x * 180000001 + y;
}

/**
 * @param {number} one
 * @param {number} end
 * @param {Int32Array} vertex
 * @param {import("./payload.js").Column} x
 * @param {import("./payload.js").Column} y
 */
function sameEnd(one, end, vertex, x, y) {
  const at = one < 0 ? vertex[~one + 1] - 1 : vertex[one];
  return x[at] === x[end] && y[at] === y[end];
}
