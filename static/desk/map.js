/** The roads around a record, in the lines of the map, with the record on them. */

import { toWorld } from "../map/mercator.js";
import { starts } from "../map/payload.js";
import { RoadsLayer } from "../map/roads_layer.js";

const MICRODEGREES = 1e6;
const CLOSEST_ZOOM = 16.5;
const STANDING = { color: "#000000", weight: 3, fillColor: "#ffe600", fillOpacity: 0.5 };
const ERROR = { color: "#000000", weight: 2, dashArray: "4 5", fill: false };
const NEIGHBOUR = { color: "#000000", weight: 2, fillColor: "#ffffff", fillOpacity: 0.9 };
const MOVED = { color: "#0b57d0", weight: 3, dashArray: "8 4", fillOpacity: 0.1 };
const VERTEX = { color: "#0b57d0", fillColor: "#ffffff", fillOpacity: 0.9 };

/**
 * Bring pieces into the columns that the map's layer draws from.
 *
 * @param {any[]} features
 * @param {any} symbols
 */
export function roadsLayer(features, symbols) {
  const lines = features.map((feature) => feature.geometry.coordinates);
  const at = lines.flat();
  const whole = (/** @type {number} */ axis) =>
    Int32Array.from(at, (/** @type {number[]} */ place) => Math.round(place[axis] * MICRODEGREES));
  const columns = {
    s_status: Uint8Array.from(features, (feature) => feature.properties.rank),
    v_x: whole(0),
    v_y: whole(1),
  };
  const vertex = starts(Int32Array.from(lines, (line) => line.length));
  const [x, y] = toWorld(columns.v_x, columns.v_y);
  const tables = { symbols: { lines: symbols.lines }, statuses: symbols.statuses };
  return new RoadsLayer({ columns, tables }, vertex, x, y);
}

export class DeskMap {
  /**
   * @param {string} id Of the element.
   * @param {any} symbols
   */
  constructor(id, symbols) {
    this.symbols = symbols;
    this.map = L.map(id, { attributionControl: false, zoomControl: false, zoomSnap: 0.5, maxZoom: 19 });
    L.control.scale({ imperial: false }).addTo(this.map);
    this.map.setView([0, 0], 2, { animate: false });
    ["uxo-roads", "uxo-signs"].forEach((name, place) => {
      const pane = this.map.createPane(name);
      pane.style.zIndex = String(400 + place);
      pane.style.pointerEvents = "none";
    });
    this.signs = L.layerGroup().addTo(this.map);
    this.outline = L.layerGroup().addTo(this.map);
    this.renderer = L.svg({ pane: "uxo-signs" });
    /** @type {any} */
    this.roads = null;
    /** @type {any} */
    this.zoom = null;
  }

  /** @param {import("./texts.js").Texts} texts The names of the zoom buttons. */
  speak(texts) {
    this.zoom?.remove();
    const [zoomInTitle, zoomOutTitle] = [texts.t("zoom-in"), texts.t("zoom-out")];
    this.zoom = L.control.zoom({ zoomInTitle, zoomOutTitle }).addTo(this.map);
  }

  /** @param {any[]} features Pieces of road. */
  drawRoads(features) {
    this.roads?.remove();
    this.roads = roadsLayer(features, this.symbols).addTo(this.map);
  }

  /**
   * Draw where the place would be, with its vertices; the chosen one stands out by its size.
   *
   * @param {import("./outline.js").Outline | null} outline Null: nothing is being moved.
   * @param {number} chosen
   */
  drawOutline(outline, chosen) {
    this.outline.clearLayers();
    if (!outline) return;
    const drawn = { renderer: this.renderer, interactive: false };
    L.geoJSON(/** @type {any} */ (outline.geometry), {
      style: { ...MOVED, ...drawn },
      pointToLayer: (_, at) => L.circleMarker(at, { ...MOVED, ...drawn, radius: 3 }),
    }).addTo(this.outline);
    outline.all.forEach(({ vertex }, index) => {
      const size = index === chosen ? { radius: 10, weight: 5 } : { radius: 5, weight: 2 };
      L.circleMarker([vertex.lat, vertex.lon], { ...VERTEX, ...drawn, ...size }).addTo(this.outline);
    });
  }

  /** @param {any} looked One record as the service gives it. */
  show(looked) {
    this.map.invalidateSize({ pan: false });
    this.signs.clearLayers();
    const { geometry, properties } = looked.record;
    const drawn = { renderer: this.renderer, interactive: false };
    for (const near of looked.nearby) {
      if (near.lat === null) continue;
      L.circleMarker([near.lat, near.lon], { ...NEIGHBOUR, ...drawn, radius: 7 }).addTo(this.signs);
    }
    if (!geometry) return;
    const shape = L.geoJSON(geometry, {
      style: { ...STANDING, fillOpacity: 0.15, ...drawn },
      pointToLayer: (_, at) => {
        if (properties.position_error_m > 0) {
          L.circle(at, { ...ERROR, ...drawn, radius: properties.position_error_m }).addTo(this.signs);
        }
        return L.circleMarker(at, { ...STANDING, ...drawn, radius: 9 });
      },
    });
    shape.addTo(this.signs);
    const bounds = shape.getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds.pad(0.3), { animate: false, maxZoom: CLOSEST_ZOOM });
  }
}
