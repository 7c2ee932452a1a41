/** The roads: every piece in the style of its status, the worst on top. */

import { CanvasLayer } from "./canvas_layer.js";
import { chainsOf } from "./chains.js";
import { drawCrosses, strokePath } from "./lines.js";

/** Ranks 0 to 2 (closed, confirmed and suspected hazard) are never thinned and never vanish. */
const LAST_HAZARD_RANK = 2;
// A hazard shorter than this on the screen gets a dot as well.
const SHORTEST_PX = 8;

export class RoadsLayer extends CanvasLayer {
  /**
   * @param {import("./payload.js").Payload} payload
   * @param {Int32Array} vertex First vertex of each piece, and the end.
   * @param {Float64Array} x World units of the vertices.
   * @param {Float64Array} y
   */
  constructor(payload, vertex, x, y) {
    super("uxo-roads");
    const { columns, tables } = payload;
    this.vertex = vertex;
    this.x = x;
    this.y = y;
    this.styles = tables.symbols.lines;
    /** @type {number[][]} */
    const byRank = tables.statuses.map(() => []);
    columns.s_status.forEach((rank, piece) => byRank[rank].push(piece));
    this.chains = byRank.map((pieces) => chainsOf(pieces, vertex, columns.v_x, columns.v_y));
    this.boxes = this.chains.map((chains) => this.boxesOf(chains));
    /** @type {number | null} */
    this.chosen = null;
  }

  /** @param {number | null} piece The one to mark. */
  choose(piece) {
    this.chosen = piece;
    this.redraw();
  }

  /**
   * @param {import("./chains.js").Chains} chains
   * @returns {Float64Array} West, north, east, south of each chain.
   */
  boxesOf(chains) {
    const boxes = new Float64Array((chains.start.length - 1) * 4);
    for (let chain = 0; chain + 1 < chains.start.length; chain += 1) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let k = chains.start[chain]; k < chains.start[chain + 1]; k += 1) {
        const piece = chains.step[k] < 0 ? ~chains.step[k] : chains.step[k];
        for (let at = this.vertex[piece]; at < this.vertex[piece + 1]; at += 1) {
          box[0] = Math.min(box[0], this.x[at]);
          box[1] = Math.min(box[1], this.y[at]);
          box[2] = Math.max(box[2], this.x[at]);
          box[3] = Math.max(box[3], this.y[at]);
        }
      }
      boxes.set(box, chain * 4);
    }
    return boxes;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   */
  draw(context, view) {
    if (this.chosen !== null) this.markChosen(context, view, this.chosen);
    for (let rank = this.chains.length - 1; rank >= 0; rank -= 1) this.drawRank(context, view, rank);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   * @param {number} rank
   */
  drawRank(context, view, rank) {
    const chains = this.chains[rank];
    const style = this.styles[rank];
    const scale = penScale(view.zoom, rank);
    const path = new Path2D();
    const dots = new Path2D();
    /** @type {number[][]} */
    const crossed = [];
    for (let chain = 0; chain + 1 < chains.start.length; chain += 1) {
      if (!inView(this.boxes[rank], chain, view)) continue;
      const line = this.pixels(chains, chain, view, rank > LAST_HAZARD_RANK ? 0.7 : 0);
      path.moveTo(line[0], line[1]);
      for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
      if (rank <= LAST_HAZARD_RANK) addDot(dots, line, 4 * scale);
      if (style.cross_every_px) crossed.push(line);
    }
    strokePath(context, path, style, scale);
    for (const line of crossed) drawCrosses(context, line, style, scale);
    context.fillStyle = style.colour;
    context.fill(dots);
  }

  /**
   * @param {import("./chains.js").Chains} chains
   * @param {number} chain
   * @param {import("./canvas_layer.js").View} view
   * @param {number} skip_px Leave out a vertex nearer than this to the one before.
   * @returns {number[]} x, y, x, y ...
   */
  pixels(chains, chain, view, skip_px) {
    /** @type {number[]} */
    const line = [];
    let [lastX, lastY] = [Infinity, Infinity];
    const end = chains.start[chain + 1];
    for (let k = chains.start[chain]; k < end; k += 1) {
      const backwards = chains.step[k] < 0;
      const piece = backwards ? ~chains.step[k] : chains.step[k];
      const count = this.vertex[piece + 1] - this.vertex[piece];
      for (let i = 0; i < count; i += 1) {
        const at = backwards ? this.vertex[piece + 1] - 1 - i : this.vertex[piece] + i;
        const px = this.x[at] * view.scale - view.left;
        const py = this.y[at] * view.scale - view.top;
        const last = k === end - 1 && i === count - 1;
        if (!last && Math.abs(px - lastX) + Math.abs(py - lastY) < skip_px) continue;
        line.push(px, py);
        [lastX, lastY] = [px, py];
      }
    }
    return line;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   * @param {number} piece
   */
  markChosen(context, view, piece) {
    const one = { start: Int32Array.of(0, 1), step: Int32Array.of(piece) };
    const line = this.pixels(one, 0, view, 0);
    const path = new Path2D();
    path.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
    context.lineCap = "round";
    for (const [colour, width, alpha] of /** @type {[string, number, number][]} */ ([
      ["#000000", 26, 0.6],
      ["#ffe600", 22, 1],
    ])) {
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.lineWidth = width;
      context.stroke(path);
    }
    context.globalAlpha = 1;
  }
}

/**
 * Thinner when zoomed out; hazards keep at least six tenths of their width.
 *
 * @param {number} zoom
 * @param {number} rank
 */
export function penScale(zoom, rank) {
  const thinnest = rank <= LAST_HAZARD_RANK ? 0.6 : 0.3;
  return Math.max(thinnest, Math.min(1, (zoom - 9) / 7));
}

/**
 * @param {Path2D} dots
 * @param {number[]} line
 * @param {number} radius
 */
function addDot(dots, line, radius) {
  const [x, y] = [line[line.length - 2], line[line.length - 1]];
  let long = 0;
  for (let i = 2; i < line.length && long < SHORTEST_PX; i += 2) {
    long += Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
  }
  if (long >= SHORTEST_PX) return;
  dots.moveTo(x + radius, y);
  dots.arc(x, y, radius, 0, 2 * Math.PI);
}

/**
 * @param {Float64Array} boxes
 * @param {number} chain
 * @param {import("./canvas_layer.js").View} view
 */
function inView(boxes, chain, view) {
  const margin = 20;
  const side = (/** @type {number} */ i) => boxes[chain * 4 + i] * view.scale;
  return (
    side(2) - view.left >= -margin &&
    side(0) - view.left <= view.width + margin &&
    side(3) - view.top >= -margin &&
    side(1) - view.top <= view.height + margin
  );
}
