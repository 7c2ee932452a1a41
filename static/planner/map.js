/** The map: tiles of roads and evidence, and on them what a panel wants to show. */

import { PlacesLayer } from "../map/places_layer.js";
import { Names } from "./names.js";
import { Pens, TileLayer } from "./tile_layer.js";

const CLOSEST = 19;
const PANES = ["uxo-evidence", "uxo-tiles", "uxo-places", "uxo-marks"];
const ROUTE = [{ color: "#000000", weight: 13, opacity: 0.55 }, { color: "#ffe600", weight: 9, opacity: 0.75 }];
const WAY = { least: "#0b57d0", shortest: "#000000", other: "#5f6368" };

export class PlannerMap {
  /**
   * @param {string} id Of the element.
   * @param {any} symbols
   * @param {Record<string, string>} moment
   * @param {{ hear: (said: any) => void, clicked: (lat: number, lng: number) => void, moved: () => void,
   *   drawn: () => void }} tell `drawn`: every tile in view is there.
   */
  constructor(id, symbols, moment, tell) {
    this.map = L.map(id, { attributionControl: false, zoomControl: false, minZoom: 3, maxZoom: CLOSEST });
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(this.map);
    PANES.forEach((name, place) => {
      const pane = this.map.createPane(name);
      // Evidence lies below the roads: an area must never hide the line of a hazard.
      pane.style.zIndex = String(390 + place * 10);
      pane.style.pointerEvents = "none";
    });
    const under = this.map.createPane("uxo-under");
    under.style.zIndex = "395";
    this.pens = new Pens(symbols, moment, tell.hear);
    this.roads = new TileLayer(this.pens, "roads", "uxo-tiles");
    this.roads.on("load", tell.drawn);
    this.evidence = new TileLayer(this.pens, "evidence", "uxo-evidence");
    this.under = L.layerGroup().addTo(this.map);
    this.marks = L.layerGroup().addTo(this.map);
    this.line = L.svg({ pane: "uxo-under" });
    this.sign = L.svg({ pane: "uxo-marks" });
    /** @type {any} */
    this.zoom = null;
    /** @type {any} */
    this.places = null;
    this.names = new Names((payload) => this.drawPlaces(payload));
    this.map.on("click", ({ latlng }) => tell.clicked(latlng.lat, latlng.wrap().lng));
    this.map.on("moveend", () => {
      this.names.look(this.map);
      tell.moved();
    });
  }

  /**
   * Begin to draw, now that it is known where: tiles of another view would be read for nothing.
   *
   * @param {boolean} evidence
   */
  begin(evidence) {
    this.roads.addTo(this.map);
    this.begun = true;
    this.showEvidence(evidence);
    this.names.look(this.map);
  }

  /** @param {import("../map/words.js").Words} words */
  speak(words) {
    this.words = words;
    this.zoom?.remove();
    const [zoomInTitle, zoomOutTitle] = [words.t("zoom-in"), words.t("zoom-out")];
    const position = words.language === "ar" ? "topleft" : "topright";
    this.zoom = L.control.zoom({ zoomInTitle, zoomOutTitle, position }).addTo(this.map);
    this.places?.redraw();
  }

  /** @param {any} payload Names and where they stand. */
  drawPlaces(payload) {
    this.places?.remove();
    if (!this.words) return;
    this.places = new PlacesLayer(payload, this.words).addTo(this.map);
  }

  /** @param {boolean} shown */
  showEvidence(shown) {
    if (!this.begun) return;
    if (shown) this.evidence.addTo(this.map);
    else this.evidence.remove();
  }

  /**
   * Room that the panel takes, so that what is flown to lies beside it.
   *
   * @returns {L.FitBoundsOptions}
   */
  room() {
    const panel = document.getElementById("panel")?.getBoundingClientRect();
    const map = this.map.getContainer().getBoundingClientRect();
    if (!panel) return { padding: [30, 30] };
    if (panel.width > map.width * 0.8) {
      const below = Math.min(panel.height, map.height * 0.7) + 10;
      return { paddingTopLeft: [10, 10], paddingBottomRight: [10, below] };
    }
    const beside = panel.width + 30;
    const right = panel.left > map.left + map.width / 2;
    return right
      ? { paddingTopLeft: [30, 30], paddingBottomRight: [beside, 30] }
      : { paddingTopLeft: [beside, 30], paddingBottomRight: [30, 30] };
  }

  /** @param {[number, number, number, number]} box West, south, east, north. */
  fit([west, south, east, north], closest = 16) {
    this.map.fitBounds([[south, west], [north, east]], { animate: false, maxZoom: closest, ...this.room() });
  }

  /** @param {number} lat @param {number} lon */
  fly(lat, lon, closest = 16) {
    this.fit([lon, lat, lon, lat], Math.max(closest, Math.min(this.map.getZoom(), 17)));
    this.mark(lat, lon);
  }

  /** @param {number} lat @param {number} lon */
  mark(lat, lon) {
    this.marks.clearLayers();
    const shown = { renderer: this.sign, interactive: false };
    L.circleMarker([lat, lon], { ...shown, radius: 14, color: "#000000", weight: 6, fill: false }).addTo(this.marks);
    L.circleMarker([lat, lon], { ...shown, radius: 14, color: "#ffe600", weight: 3, fill: false }).addTo(this.marks);
  }

  /** Remove what a panel had drawn. */
  clear() {
    this.under.clearLayers();
    this.marks.clearLayers();
  }

  /**
   * Lay a band under the roads of a route, whose own lines stay what they are.
   *
   * @param {number[][][]} lines Longitude, latitude.
   */
  drawRoute(lines) {
    this.under.clearLayers();
    const turned = lines.map(flip);
    for (const style of ROUTE) {
      L.polyline(turned, { ...style, renderer: this.line, interactive: false }).addTo(this.under);
    }
  }

  /**
   * @param {{ line: number[][], kind: "least" | "shortest" | "other", chosen: boolean }[]} ways
   */
  drawWays(ways) {
    this.under.clearLayers();
    const shown = { renderer: this.line, interactive: false };
    for (const { line, kind, chosen } of [...ways].sort((a, b) => Number(a.chosen) - Number(b.chosen))) {
      const dashArray = kind === "least" ? undefined : kind === "shortest" ? "2 14" : "14 10";
      if (chosen) L.polyline(flip(line), { ...shown, color: "#ffe600", weight: 18, opacity: 0.8 }).addTo(this.under);
      L.polyline(flip(line), { ...shown, color: WAY[kind], weight: 12, opacity: 0.75, dashArray }).addTo(this.under);
    }
  }

  /**
   * Signs with a number or letter, in the order of a list beside the map.
   *
   * @param {{ lat: number, lon: number, text: string }[]} signs
   */
  drawSigns(signs) {
    this.marks.clearLayers();
    for (const { lat, lon, text } of signs) {
      const icon = L.divIcon({ className: "sign", html: sign(text), iconSize: [26, 26] });
      L.marker([lat, lon], { icon, pane: "uxo-marks", interactive: false, keyboard: false }).addTo(this.marks);
    }
  }
}

/** @param {string} text */
function sign(text) {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/** @param {number[][]} line */
export const flip = (line) => line.map(([lon, lat]) => /** @type {[number, number]} */ ([lat, lon]));
