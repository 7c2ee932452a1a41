/** Corners on the map: pressed under the cross-hair, or where the map is tapped. */

import { length } from "../../map/words.js";
import { button, el } from "../dom.js";
import { Gps } from "../gps.js";
import { leaflet } from "../packages.js";
import { drawPack, keptPack } from "../pack.js";
import { mapInWords } from "../pack_words.js";
import { crossesItself, enough } from "../shapes.js";
import { formOf, useShape } from "./shape.js";
import { FINGER_PX, LEAST_ERROR_M } from "./where_map.js";

/** More corners are walked and not pressed; a record has its limit. */
const MOST_CORNERS = 500;
const STEP_PX = 80;

class Drawing {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    const { path = [], error_m = LEAST_ERROR_M } = app.draft.drawing ?? {};
    /** @type {import("../shapes.js").Corner[]} */
    this.path = [...path];
    this.error_m = error_m;
    this.form = formOf(app);
    this.told = el("p", { id: "drawing-words", role: "status" });
    this.crossing = el("p", { class: "warning", role: "alert", id: "crossing", hidden: true }, app.t("rec-crossing"));
    this.done = button(app.t("rec-draw-done"), () => this.use(), { class: "main", id: "shape-done" });
    this.back = button(app.t("rec-draw-undo"), () => this.undo(), { id: "undo-corner" });
    /** @type {any} Of Leaflet; there when the map is. */
    this.chart = null;
    /** @type {(at: any) => any} */
    this.dot = () => null;
    this.add = button(app.t("rec-draw-add"), () => this.corner(this.chart.getCenter()), { class: "main", id: "add-corner" });
  }

  /**
   * @param {any} L
   * @param {any} chart
   */
  show(L, chart) {
    this.chart = chart;
    const style = { color: "#8a0010", weight: 4, interactive: false };
    this.layer = this.form === "area" ? L.polygon([], style) : L.polyline([], style);
    this.layer.addTo(chart);
    this.dots = L.layerGroup().addTo(chart);
    this.dot = (at) => L.circleMarker(at, { radius: 7, color: "#8a0010", fillOpacity: 1, interactive: false });
    chart.on("click", (/** @type {any} */ event) => this.corner(event.latlng));
  }

  /** @param {{ lat: number, lng: number }} at */
  async corner({ lat, lng }) {
    const last = this.path.at(-1);
    if (this.path.length >= MOST_CORNERS || (last && last[0] === lng && last[1] === lat)) return;
    this.path.push([lng, lat]);
    this.error_m = Math.max(this.error_m, this.finger_m({ lat, lng }));
    await this.keep();
  }

  /** @param {{ lat: number, lng: number }} at How many metres a finger covers there. */
  finger_m(at) {
    const pixel = this.chart.latLngToContainerPoint(at);
    return this.chart.distance(at, this.chart.containerPointToLatLng(pixel.add([FINGER_PX, 0])));
  }

  async undo() {
    this.path.pop();
    if (this.path.length === 0) this.error_m = LEAST_ERROR_M;
    await this.keep();
  }

  async keep() {
    this.draw();
    await this.app.keep({ drawing: { path: [...this.path], error_m: this.error_m } });
  }

  draw() {
    const corners = this.path.map(([lon, lat]) => [lat, lon]);
    this.layer.setLatLngs(corners);
    this.dots.clearLayers();
    for (const corner of corners) this.dot(corner).addTo(this.dots);
    const ready = enough(this.path, this.form);
    this.done.toggleAttribute("disabled", !ready);
    this.back.toggleAttribute("disabled", this.path.length === 0);
    this.crossing.hidden = this.form === "line" || !crossesItself(this.path);
    this.told.textContent = this.app.t(ready ? "rec-draw-words" : `rec-draw-few-${this.form}`, {
      count: this.path.length,
      metres: length(Math.ceil(this.error_m)),
    });
  }

  async use() {
    const { error_m, form, path } = this;
    const raw = { way: "drawn", corners: path.length, zoom: this.chart.getZoom() };
    await useShape(this.app, { form, method: "map", path, error_m, raw });
  }
}

/** @type {import("../app.js").Screen} */
export async function draw(app) {
  const L = await leaflet();
  const drawing = new Drawing(app);
  const box = el("div", { class: "map low", dir: "ltr", role: "application", "aria-label": app.t("rec-draw-label"), id: "map" });
  const chart = L.map(box, { preferCanvas: true, zoomControl: true, zoomAnimation: false, fadeAnimation: false });
  chart.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(chart);
  const own = L.circleMarker([0, 0], { radius: 9, color: "#ffffff", weight: 3, fillColor: "#0b57d0", fillOpacity: 1, interactive: false });
  let placed = drawing.path.length > 0;
  const gps = new Gps(() => {
    const found = gps.result;
    if (!found) return;
    own.setLatLng([found.lat, found.lon]).addTo(chart);
    if (!placed) chart.setView([found.lat, found.lon], 16);
    placed = true;
  });
  app.endings.push(
    () => gps.stop(),
    () => chart.remove(),
  );
  const drawn = await drawPack(app, L, chart);
  drawing.show(L, chart);
  const last = drawing.path.at(-1);
  if (last) chart.setView([last[1], last[0]], 16);
  else if (gps.result) chart.setView([gps.result.lat, gps.result.lon], 16);
  else if (!placed && !drawn) chart.setView([36.2, 37.15], 9);
  drawing.draw();
  // Leaflet measures its box, which comes onto the page some time after this function has returned.
  const measured = new ResizeObserver(() => chart.invalidateSize());
  measured.observe(box);
  app.endings.push(() => measured.disconnect());
  return el(
    "div",
    { class: "form" },
    el("p", {}, app.t(drawn ? "rec-draw-hint" : "map-empty")),
    el("div", { class: "aimed" }, box, el("span", { class: "crosshair", "aria-hidden": "true" })),
    arrows(app, chart),
    el("div", { class: "chips even" }, drawing.back, drawing.add, drawing.done),
    drawing.told,
    drawing.crossing,
    el("p", { id: "map-words" }, mapInWords(app, drawn ? await keptPack(app) : null)),
  );
}

/**
 * The map is moved by pressing, for whoever cannot drag it with gloves.
 *
 * @param {import("../app.js").App} app
 * @param {any} chart
 */
function arrows(app, chart) {
  const ways = { west: ["\u2190", -1, 0], north: ["\u2191", 0, -1], south: ["\u2193", 0, 1], east: ["\u2192", 1, 0] };
  return el(
    "div",
    { class: "arrows", dir: "ltr", role: "group", "aria-label": app.t("rec-move-map") },
    ...Object.entries(ways).map(([name, [sign, x, y]]) =>
      button(String(sign), () => chart.panBy([Number(x) * STEP_PX, Number(y) * STEP_PX], { animate: false }), {
        "aria-label": app.t(`rec-move-${name}`),
        "data-move": name,
      }),
    ),
  );
}
