/** Draws the roads of one tile: each in the line of its status, the worst on top, none left out. */

import { chainsOf } from "../map/chains.js";
import { drawCrosses, strokePath } from "../map/lines.js";
import { attribute } from "./mvt.js";

/** Ranks 0 to 2 (closed, confirmed and suspected hazard) are never thinned and never vanish. */
export const LAST_HAZARD_RANK = 2;
const [RANK_BITS, MIXED] = [7, 8];
// A hazard shorter than this on the screen gets a dot as well.
const SHORTEST_PX = 8;
// Chains make dashes run on from edge to edge; beyond so many lines nobody could follow one.
const MOST_CHAINED = 6000;
// Below this scale of the pen a pattern is smaller than a pixel: one plain line in the same colour.
const PATTERN_FROM = 0.5;

/** @typedef {import("./mvt.js").TileLayer} TileLayer */

/**
 * @typedef {object} Parts Lines of one rank, ready for the pen.
 * @property {TileLayer} layer
 * @property {number[]} parts
 */

/**
 * Sort the lines of a tile by rank. A road with several statuses is drawn piece by piece where its
 * pieces are there, and else whole in the worst of them.
 *
 * @param {TileLayer | undefined} roads
 * @param {TileLayer | undefined} mixed
 * @param {Uint8Array} ranks One byte a road.
 * @returns {Parts[][]} By rank.
 */
export function partsByRank(roads, mixed, ranks) {
  /** @type {Parts[][]} */
  const byRank = Array.from({ length: 8 }, () => []);
  const cut = new Set();
  if (mixed) {
    const road = attribute(mixed, "i");
    const rank = attribute(mixed, "rank");
    const some = ranked(mixed, (feature) => {
      if (!(ranks[road[feature]] & MIXED)) return null;
      cut.add(road[feature]);
      return rank[feature];
    });
    some.forEach((parts, one) => byRank[one].push({ layer: mixed, parts }));
  }
  if (roads) {
    const some = ranked(roads, (feature) => {
      const road = roads.id[feature];
      return cut.has(road) ? null : ranks[road] & RANK_BITS;
    });
    some.forEach((parts, one) => byRank[one].push({ layer: roads, parts }));
  }
  return byRank;
}

/**
 * @param {TileLayer} layer
 * @param {(feature: number) => number | null} rankOf
 */
function ranked(layer, rankOf) {
  /** @type {number[][]} */
  const parts = Array.from({ length: 8 }, () => []);
  for (let feature = 0; feature < layer.count; feature += 1) {
    const rank = rankOf(feature);
    if (rank === null) continue;
    for (let part = layer.part[feature]; part < layer.part[feature + 1]; part += 1) parts[rank].push(part);
  }
  return parts;
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Parts[][]} byRank
 * @param {import("../map/lines.js").LineStyle[]} styles
 * @param {number} perUnit Pixels of one tile unit.
 * @param {number} zoom Of the map.
 */
export function drawRoads(context, byRank, styles, perUnit, zoom) {
  for (let rank = byRank.length - 1; rank >= 0; rank -= 1) {
    for (const some of byRank[rank]) drawRank(context, some, styles[rank], { rank, perUnit, zoom });
  }
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Parts} some
 * @param {import("../map/lines.js").LineStyle} style
 * @param {{ rank: number, perUnit: number, zoom: number }} view
 */
function drawRank(context, { layer, parts }, style, { rank, perUnit, zoom }) {
  if (parts.length === 0) return;
  const scale = penScale(zoom, rank);
  const hazard = rank <= LAST_HAZARD_RANK;
  const path = new Path2D();
  const dots = new Path2D();
  /** @type {number[][]} */
  const crossed = [];
  for (const line of lines(layer, parts, perUnit, hazard)) {
    path.moveTo(line[0], line[1]);
    for (let i = 2; i < line.length; i += 2) path.lineTo(line[i], line[i + 1]);
    if (hazard) addDot(dots, line, 4 * scale);
    if (style.cross_every_px) crossed.push(line);
  }
  if (hazard || scale >= PATTERN_FROM) strokePath(asPage(context), path, style, scale);
  else strokePlain(context, path, style, scale);
  for (const line of crossed) drawCrosses(asPage(context), line, style, scale);
  context.fillStyle = style.colour;
  context.fill(dots);
}

/**
 * The pen of the page draws off the screen too; the types of the two know nothing of each other.
 *
 * @param {OffscreenCanvasRenderingContext2D} context
 */
const asPage = (context) => /** @type {CanvasRenderingContext2D} */ (/** @type {unknown} */ (context));

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {import("../map/lines.js").LineStyle} style
 * @param {number} scale
 */
function strokePlain(context, path, style, scale) {
  context.lineJoin = "bevel";
  context.lineCap = "butt";
  context.strokeStyle = style.colour;
  context.lineWidth = Math.max(...style.strokes.slice(1).map((stroke) => stroke.width_px)) * scale;
  context.stroke(path);
}

/**
 * @param {TileLayer} layer
 * @param {number[]} parts
 * @param {number} perUnit
 * @param {boolean} whole Keep every vertex.
 * @returns {Generator<number[]>} x, y, x, y ... in pixels.
 */
function* lines(layer, parts, perUnit, whole) {
  const { vertex, x, y } = layer;
  const skip = whole ? 0 : 0.7 / perUnit;
  const chained = whole || parts.length <= MOST_CHAINED;
  const chains = chained
    ? chainsOf(parts, vertex, Int32Array.from(x), Int32Array.from(y))
    : { start: Int32Array.from({ length: parts.length + 1 }, (_, at) => at), step: Int32Array.from(parts) };
  for (let chain = 0; chain + 1 < chains.start.length; chain += 1) {
    /** @type {number[]} */
    const line = [];
    let [lastX, lastY] = [Infinity, Infinity];
    for (let k = chains.start[chain]; k < chains.start[chain + 1]; k += 1) {
      const backwards = chains.step[k] < 0;
      const part = backwards ? ~chains.step[k] : chains.step[k];
      const [first, end] = [vertex[part], vertex[part + 1]];
      for (let i = 0; i < end - first; i += 1) {
        const at = backwards ? end - 1 - i : first + i;
        const last = i === end - first - 1;
        if (!last && Math.abs(x[at] - lastX) + Math.abs(y[at] - lastY) < skip) continue;
        line.push(x[at] * perUnit, y[at] * perUnit);
        [lastX, lastY] = [x[at], y[at]];
      }
    }
    yield line;
  }
}

/**
 * Thinner when zoomed out; hazards keep at least six tenths of their width.
 *
 * @param {number} zoom
 * @param {number} rank
 */
function penScale(zoom, rank) {
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
 * Draw the cells that stand in for roads where all of them would be too much: a square in the colour
 * of the worst status in it; hazards last, larger, and each with a shape of its own.
 *
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {TileLayer} cells
 * @param {import("../map/lines.js").LineStyle[]} styles
 * @param {number} perUnit
 */
export function drawCells(context, cells, styles, perUnit) {
  const worst = attribute(cells, "worst");
  const side = (cells.extent / 128) * perUnit;
  for (let rank = styles.length - 1; rank >= 0; rank -= 1) {
    for (let feature = 0; feature < cells.count; feature += 1) {
      if (worst[feature] !== rank) continue;
      const [x, y] = [cells.x[feature] * perUnit, cells.y[feature] * perUnit];
      if (rank <= LAST_HAZARD_RANK) drawSign(context, rank, styles[rank].colour, x, y, Math.max(4, side * 0.75));
      else {
        context.fillStyle = styles[rank].colour;
        context.fillRect(x - side / 2, y - side / 2, side, side);
      }
    }
  }
}

/**
 * The sign of a hazardous cell: a cross, a square, a triangle.
 *
 * @param {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} context
 * @param {number} rank
 * @param {string} colour
 * @param {number} x
 * @param {number} y
 * @param {number} half
 */
export function drawSign(context, rank, colour, x, y, half) {
  context.beginPath();
  if (rank === 0) {
    context.moveTo(x - half, y - half);
    context.lineTo(x + half, y + half);
    context.moveTo(x - half, y + half);
    context.lineTo(x + half, y - half);
  } else if (rank === 1) {
    context.rect(x - half, y - half, 2 * half, 2 * half);
  } else {
    context.moveTo(x, y - half);
    context.lineTo(x + half, y + half);
    context.lineTo(x - half, y + half);
    context.closePath();
  }
  context.lineCap = "butt";
  context.strokeStyle = "#ffffff";
  context.lineWidth = rank === 0 ? 5 : 2.5;
  context.stroke();
  if (rank === 0) {
    context.strokeStyle = colour;
    context.lineWidth = 2.6;
    context.stroke();
    return;
  }
  context.fillStyle = colour;
  context.fill();
}
