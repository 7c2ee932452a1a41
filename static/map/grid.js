/** Finds the pieces near a click: a square grid over all segments, in two flat arrays. */

const CELLS = 256;

export class SegmentGrid {
  /**
   * @param {Int32Array} vertex First vertex of each piece, and the end.
   * @param {Float64Array} x World units.
   * @param {Float64Array} y World units.
   */
  constructor(vertex, x, y) {
    this.vertex = vertex;
    this.x = x;
    this.y = y;
    this.west = least(x);
    this.north = least(y);
    this.side = Math.max(-least(x.map((v) => -v)) - this.west, -least(y.map((v) => -v)) - this.north);
    this.side = Math.max(this.side / CELLS, 1e-12);
    const counts = new Int32Array(CELLS * CELLS + 1);
    this.everySegment((cell) => {
      counts[cell + 1] += 1;
    });
    for (let i = 0; i < CELLS * CELLS; i += 1) counts[i + 1] += counts[i];
    this.start = counts;
    this.piece = new Int32Array(counts[CELLS * CELLS]);
    this.first = new Int32Array(this.piece.length);
    const place = counts.slice();
    this.everySegment((cell, piece, at) => {
      this.piece[place[cell]] = piece;
      this.first[place[cell]] = at;
      place[cell] += 1;
    });
  }

  /** @param {(cell: number, piece: number, at: number) => void} visit Once a cell of a segment. */
  everySegment(visit) {
    const { vertex, x, y } = this;
    for (let piece = 0; piece + 1 < vertex.length; piece += 1) {
      for (let at = vertex[piece]; at + 1 < vertex[piece + 1]; at += 1) {
        this.everyCell(
          Math.min(x[at], x[at + 1]), Math.min(y[at], y[at + 1]),
          Math.max(x[at], x[at + 1]), Math.max(y[at], y[at + 1]),
          (cell) => visit(cell, piece, at),
        );
      }
    }
  }

  /**
   * @param {number} west
   * @param {number} north
   * @param {number} east
   * @param {number} south
   * @param {(cell: number) => void} visit
   */
  everyCell(west, north, east, south, visit) {
    const column = (/** @type {number} */ v) => bounded((v - this.west) / this.side);
    const row = (/** @type {number} */ v) => bounded((v - this.north) / this.side);
    const [left, right] = [column(west), column(east)];
    for (let j = row(north); j <= row(south); j += 1) {
      for (let i = left; i <= right; i += 1) visit(j * CELLS + i);
    }
  }

  /**
   * @param {number} x World units.
   * @param {number} y World units.
   * @param {number} reach World units.
   * @returns {Map<number, number>} Piece -> distance, for all within reach.
   */
  near(x, y, reach) {
    /** @type {Map<number, number>} */
    const found = new Map();
    this.everyCell(x - reach, y - reach, x + reach, y + reach, (cell) => {
      for (let k = this.start[cell]; k < this.start[cell + 1]; k += 1) {
        const away = this.distance(this.first[k], x, y);
        const piece = this.piece[k];
        if (away <= reach && away < (found.get(piece) ?? Infinity)) found.set(piece, away);
      }
    });
    return found;
  }

  /**
   * @param {number} at First vertex of a segment.
   * @param {number} px
   * @param {number} py
   */
  distance(at, px, py) {
    const { x, y } = this;
    const [dx, dy] = [x[at + 1] - x[at], y[at + 1] - y[at]];
    const square = dx * dx + dy * dy;
    const along = square === 0 ? 0 : ((px - x[at]) * dx + (py - y[at]) * dy) / square;
    const t = Math.max(0, Math.min(1, along));
    return Math.hypot(px - x[at] - t * dx, py - y[at] - t * dy);
  }
}

/** @param {Float64Array} values Spreading 200 000 of them into Math.min would fail. */
function least(values) {
  let found = Infinity;
  for (const value of values) if (value < found) found = value;
  return found;
}

/** @param {number} cell */
function bounded(cell) {
  return Math.max(0, Math.min(CELLS - 1, Math.floor(cell) || 0));
}
