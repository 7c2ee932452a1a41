/** Draws the areas and marks of evidence of one tile (GICHD land-release symbology for areas). */

import { attribute } from "./mvt.js";
import { drawSign } from "./tile_roads.js";

/** @typedef {import("./mvt.js").TileLayer} TileLayer */

const POINT = 1;
const LINE = 2;

/**
 * @param {string} kind
 * @param {number | undefined} rank Undefined: it counts for nothing now.
 * @returns {string} Name of its style.
 */
export function styleName(kind, rank) {
  if (rank === undefined) return "set_aside";
  if (kind === "hazard_area") return rank === 1 ? "confirmed_area" : "suspected_area";
  if (["survey", "technical_survey", "clearance"].includes(kind)) return rank === 4 ? "set_aside" : "release";
  return kind === "strike" || kind === "closure" ? kind : "find";
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {TileLayer} layer
 * @param {Record<string, any>} areas Styles by name.
 * @param {number} perUnit Pixels of one tile unit.
 */
export function drawEvidence(context, layer, areas, perUnit) {
  const kind = attribute(layer, "kind");
  const rank = attribute(layer, "rank");
  const order = Array.from({ length: layer.count }, (_, feature) => feature);
  // Points over areas, and of two areas the worse one on top.
  order.sort((a, b) => Number(layer.type[a] === POINT) - Number(layer.type[b] === POINT) || (rank[b] ?? 9) - (rank[a] ?? 9));
  for (const feature of order) {
    const style = areas[styleName(kind[feature], rank[feature])];
    if (layer.type[feature] === POINT) drawPoint(context, layer, feature, style, rank[feature], perUnit);
    else drawArea(context, layer, feature, style, perUnit);
  }
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {TileLayer} layer
 * @param {number} feature
 * @param {any} style
 * @param {number} perUnit
 */
function drawArea(context, layer, feature, style, perUnit) {
  const path = new Path2D();
  for (let part = layer.part[feature]; part < layer.part[feature + 1]; part += 1) {
    for (let at = layer.vertex[part]; at < layer.vertex[part + 1]; at += 1) {
      const [x, y] = [layer.x[at] * perUnit, layer.y[at] * perUnit];
      if (at === layer.vertex[part]) path.moveTo(x, y);
      else path.lineTo(x, y);
    }
    if (layer.type[feature] !== LINE) path.closePath();
  }
  if (layer.type[feature] !== LINE) {
    context.globalAlpha = style.opacity;
    context.fillStyle = style.fill;
    context.fill(path, "evenodd");
    context.globalAlpha = 1;
  }
  context.strokeStyle = style.outline;
  context.lineWidth = 2;
  context.setLineDash(style.dash_px);
  context.stroke(path);
  context.setLineDash([]);
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {TileLayer} layer
 * @param {number} feature
 * @param {any} style
 * @param {number | undefined} rank
 * @param {number} perUnit
 */
function drawPoint(context, layer, feature, style, rank, perUnit) {
  for (let at = layer.vertex[layer.part[feature]]; at < layer.vertex[layer.part[feature + 1]]; at += 1) {
    const [x, y] = [layer.x[at] * perUnit, layer.y[at] * perUnit];
    if (rank !== undefined && rank <= 2) drawSign(context, rank, style.outline, x, y, 5);
    else ring(context, x, y, style.outline);
  }
}

/**
 * @param {OffscreenCanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {string} colour
 */
function ring(context, x, y, colour) {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.setLineDash([2, 2]);
  context.stroke();
  context.setLineDash([]);
}
