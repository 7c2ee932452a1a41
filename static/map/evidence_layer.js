/** Evidence as recorded: circles of footprint and error, drawn areas, releases, closures. */

import { CanvasLayer } from "./canvas_layer.js";
import { toWorld, worldPerMetre } from "./mercator.js";

const [POINT, , RING] = [0, 1, 2];

/** Which kinds each switch of the page shows, in drawing order. */
export const GROUPS = /** @type {Record<string, string[]>} */ ({
  releases: ["survey", "technical_survey", "clearance"],
  closures: ["closure"],
  areas: ["hazard_area"],
  strikes: ["strike"],
  finds: ["find", "accident", "report"],
});

const MOST_OUTLINES = 300;

const NOT_DRAWN = ["hazard_rejected", "release_rejected", "closure_not_begun", "closure_over"];

/**
 * @typedef {object} Part One point, line or ring.
 * @property {number} item Row of evidence.
 * @property {number} form
 * @property {number} first First vertex.
 * @property {number} end
 */

/** Geometry of all evidence, ready to draw and to ask. */
export class EvidenceGeometry {
  /** @param {import("./payload.js").Payload} payload */
  constructor(payload) {
    const { columns, tables } = payload;
    this.payload = payload;
    const [x, y] = toWorld(columns.g_x, columns.g_y);
    this.x = x;
    this.y = y;
    this.lat = Array.from(columns.g_y, (value) => value / 1e6);
    /** @type {Record<string, Part[][]>} Group -> items -> parts. */
    this.groups = {};
    for (const [name, kinds] of Object.entries(GROUPS)) {
      const wanted = new Set(kinds.map((kind) => tables.kinds.indexOf(kind)));
      this.groups[name] = this.itemsOf((item) => wanted.has(columns.e_kind[item]) && this.drawn(item));
    }
  }

  /** @param {number} item */
  drawn(item) {
    const { columns, tables } = this.payload;
    return !NOT_DRAWN.includes(tables.effects[columns.e_effect[item]]);
  }

  /** @param {(item: number) => boolean} wanted */
  itemsOf(wanted) {
    const { g_owner: owner, g_form: form, g_size: size } = this.payload.columns;
    /** @type {Map<number, Part[]>} */
    const items = new Map();
    for (let i = 0, first = 0; i < owner.length; first += size[i], i += 1) {
      if (!wanted(owner[i])) continue;
      const part = { item: owner[i], form: form[i], first, end: first + size[i] };
      const parts = items.get(owner[i]);
      if (parts) parts.push(part);
      else items.set(owner[i], [part]);
    }
    return [...items.values()];
  }

  /**
   * Metres around the recorded geometry: footprint and position error of a hazard; half the width of
   * a release drawn as a line.
   *
   * @param {number} item
   */
  reach_m(item) {
    const { e_footprint: footprint, e_error: error } = this.payload.columns;
    return (footprint[item] + error[item]) / 100;
  }

  /** @param {number} item */
  styleName(item) {
    const { columns, tables } = this.payload;
    const kind = tables.kinds[columns.e_kind[item]];
    const effect = tables.effects[columns.e_effect[item]];
    if (effect.startsWith("release")) return effect === "release_valid" ? "release" : "set_aside";
    if (kind === "hazard_area") return columns.e_class[item] === 0 ? "confirmed_area" : "suspected_area";
    return kind === "strike" || kind === "closure" ? kind : "find";
  }
}

export class EvidenceLayer extends CanvasLayer {
  /**
   * @param {EvidenceGeometry} geometry
   * @param {string} group
   */
  constructor(geometry, group) {
    super(`uxo-${group}`);
    this.geometry = geometry;
    this.group = group;
    this.items = geometry.groups[group];
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   */
  draw(context, view) {
    /** @type {Record<string, { circles: Path2D, shapes: Path2D[], marks: [number, number, number][] }>} */
    const byStyle = {};
    for (const parts of this.items) {
      const style = this.geometry.styleName(parts[0].item);
      byStyle[style] ??= { circles: new Path2D(), shapes: [], marks: [] };
      this.trace(parts, view, byStyle[style]);
    }
    for (const [name, found] of Object.entries(byStyle)) this.paint(context, view, name, found);
  }

  /**
   * @param {Part[]} parts
   * @param {import("./canvas_layer.js").View} view
   * @param {{ circles: Path2D, shapes: Path2D[], marks: [number, number, number][] }} into
   */
  trace(parts, view, into) {
    const { x, y, lat } = this.geometry;
    const shape = new Path2D();
    let hasShape = false;
    for (const { item, form, first, end } of parts) {
      const px = (/** @type {number} */ at) => x[at] * view.scale - view.left;
      const py = (/** @type {number} */ at) => y[at] * view.scale - view.top;
      if (form === POINT) {
        const [east, north] = worldPerMetre(lat[first]);
        const [rx, ry] = [east, north].map((one) => one * view.scale * this.geometry.reach_m(item));
        if (outside(px(first), py(first), rx + 10, view)) continue;
        into.circles.moveTo(px(first) + rx, py(first));
        into.circles.ellipse(px(first), py(first), rx, ry, 0, 0, 2 * Math.PI);
        into.marks.push([px(first), py(first), item]);
      } else {
        hasShape = true;
        shape.moveTo(px(first), py(first));
        for (let at = first + 1; at < end; at += 1) shape.lineTo(px(at), py(at));
        if (form === RING) shape.closePath();
      }
    }
    if (hasShape) into.shapes.push(shape);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   * @param {string} name
   * @param {{ circles: Path2D, shapes: Path2D[], marks: [number, number, number][] }} found
   */
  paint(context, view, name, found) {
    const style = this.geometry.payload.tables.symbols.areas[name];
    context.fillStyle = style.fill;
    context.strokeStyle = style.outline;
    context.setLineDash(style.dash_px);
    context.globalAlpha = style.opacity;
    // One path for all circles: where they overlap they read as one ground, not as a darker one.
    context.fill(found.circles, "nonzero");
    for (const shape of found.shapes) context.fill(shape, "evenodd");
    context.globalAlpha = 1;
    context.lineWidth = 1.2;
    // Hundreds of outlines over each other would hide the roads; the fill shows the ground.
    if (found.marks.length <= MOST_OUTLINES) context.stroke(found.circles);
    context.lineWidth = 2;
    for (const shape of found.shapes) context.stroke(shape);
    context.setLineDash([]);
    const size = view.zoom < 13 ? 3 : 5.5;
    for (const [x, y, item] of found.marks) drawMark(context, x, y, size, this.sign(item), style.outline);
  }

  /** @param {number} item */
  sign(item) {
    const { columns, tables } = this.geometry.payload;
    const removed = tables.effects[columns.e_effect[item]] === "hazard_applies_after_removal";
    return removed ? "removed" : tables.kinds[columns.e_kind[item]];
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} margin
 * @param {import("./canvas_layer.js").View} view
 */
function outside(x, y, margin, view) {
  return x < -margin || y < -margin || x > view.width + margin || y > view.height + margin;
}

/**
 * Draw the sign of a kind: find a triangle (empty once the item was removed), accident a square,
 * report a diamond, strike a cross; every other a dot.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} size
 * @param {string} kind
 * @param {string} colour
 */
export function drawMark(context, x, y, size, kind, colour) {
  const corners = {
    find: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    removed: [[0, -1.2], [1.1, 0.8], [-1.1, 0.8]],
    accident: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
    report: [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]],
  }[kind];
  const path = new Path2D();
  if (corners) {
    corners.forEach(([dx, dy]) => path.lineTo(x + dx * size, y + dy * size));
    path.closePath();
  } else if (kind === "strike") {
    const arm = size * 0.7;
    path.moveTo(x - arm, y - arm);
    path.lineTo(x + arm, y + arm);
    path.moveTo(x - arm, y + arm);
    path.lineTo(x + arm, y - arm);
  } else {
    path.arc(x, y, size * 0.7, 0, 2 * Math.PI);
  }
  context.lineWidth = kind === "removed" ? 1.8 : 1.4;
  const empty = kind === "removed" || kind === "strike";
  context.strokeStyle = empty ? colour : "#ffffff";
  context.fillStyle = kind === "removed" ? "#ffffff" : colour;
  if (kind !== "strike") context.fill(path);
  context.stroke(path);
}
