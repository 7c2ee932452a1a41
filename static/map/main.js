/** Starts the page: reads the data, draws the layers, answers clicks, switches languages. */

import { EvidenceGeometry, EvidenceLayer, GROUPS } from "./evidence_layer.js";
import { SegmentGrid } from "./grid.js";
import { byId, renderLegend, renderSwitches } from "./legend.js";
import { toWorld, worldX, worldY } from "./mercator.js";
import { fill, Panel } from "./panel.js";
import { readPayload, starts } from "./payload.js";
import { PlacesLayer } from "./places_layer.js";
import { RoadsLayer } from "./roads_layer.js";
import { Sentences } from "./sentences.js";
import { Words } from "./words.js";
import { renderWorst } from "./worst.js";

const CLICK_REACH_PX = 12;
const MOST_ITEMS = 10;

// Ground first, then roads, then the signs of evidence, then names.
const PANES = ["releases", "areas", "strikes", "closures", "roads", "finds", "places"];

class MapPage {
  /**
   * @param {any} map The Leaflet map that folium made.
   * @param {import("./payload.js").Payload} payload
   */
  constructor(map, payload) {
    this.map = map;
    this.payload = payload;
    this.words = new Words(payload.tables.catalogues, payload.tables.language);
    this.sentences = new Sentences(payload, this.words);
    this.vertex = starts(payload.columns.s_vertices);
    const [x, y] = toWorld(payload.columns.v_x, payload.columns.v_y);
    this.grid = new SegmentGrid(this.vertex, x, y);
    this.geometry = new EvidenceGeometry(payload);
    this.roads = new RoadsLayer(payload, this.vertex, x, y);
    this.panel = new Panel(payload, this.words, this.sentences, (piece) => this.roads.choose(piece));
    this.places = new PlacesLayer(payload, this.words);
    /** @type {Record<string, { count: number, layer: any }>} */
    this.layers = { places: { count: payload.tables.places.length, layer: this.places } };
    for (const name of Object.keys(GROUPS)) {
      const count = this.geometry.groups[name].length;
      this.layers[name] = { count, layer: new EvidenceLayer(this.geometry, name) };
    }
  }

  start() {
    const [west, south, east, north] = this.payload.tables.bounds;
    this.map.fitBounds([[south, west], [north, east]], { animate: false });
    this.map.setMinZoom(Math.max(0, this.map.getZoom() - 2));
    PANES.forEach((name, place) => {
      this.map.createPane(`uxo-${name}`).style.zIndex = String(400 + place);
      this.map.getPane(`uxo-${name}`).style.pointerEvents = "none";
    });
    for (const { layer } of Object.values(this.layers)) layer.addTo(this.map);
    this.roads.addTo(this.map);
    this.map.on("click", (/** @type {any} */ event) => this.click(event.latlng));
    byId("uxo-language").addEventListener("click", () => this.switchLanguage());
    byId("uxo-zoom-in").addEventListener("click", () => this.map.zoomIn());
    byId("uxo-zoom-out").addEventListener("click", () => this.map.zoomOut());
    window.matchMedia("print").addEventListener("change", (event) => this.fitPaper(event.matches));
    if (window.matchMedia("(max-width: 700px)").matches) byId("uxo-legend").removeAttribute("open");
    this.render();
  }

  /**
   * Paper has another shape than the screen: what was in view stays in view.
   *
   * @param {boolean} paper Whether the page is being printed; afterwards all goes back.
   */
  fitPaper(paper) {
    const { map } = this;
    const legend = byId("uxo-legend");
    if (paper) {
      this.screen = { centre: map.getCenter(), zoom: map.getZoom(), open: legend.hasAttribute("open") };
      const bounds = map.getBounds();
      legend.setAttribute("open", "");
      map.invalidateSize({ pan: false });
      map.fitBounds(bounds, { animate: false });
    } else if (this.screen) {
      legend.toggleAttribute("open", this.screen.open);
      map.invalidateSize({ pan: false });
      map.setView(this.screen.centre, this.screen.zoom, { animate: false });
    }
  }

  render() {
    const { words } = this;
    document.documentElement.lang = words.language;
    document.body.dir = words.direction;
    for (const node of document.querySelectorAll("[data-l10n]")) {
      const id = /** @type {string} */ (node.getAttribute("data-l10n"));
      fill(node, words.t(id, JSON.parse(node.getAttribute("data-l10n-values") ?? "{}")));
    }
    for (const node of document.querySelectorAll("[data-l10n-label]")) {
      node.setAttribute("aria-label", words.t(/** @type {string} */ (node.getAttribute("data-l10n-label"))));
    }
    byId("uxo-language").lang = words.other;
    document.title = byId("uxo-title").textContent ?? "";
    renderLegend(this.payload, words);
    renderSwitches(this.payload, words, this.layers);
    renderWorst(this.payload, words, this.sentences, (piece) => this.showPiece(piece));
    this.panel.render();
    this.places.redraw();
  }

  switchLanguage() {
    this.words.language = this.words.other;
    this.render();
  }

  /** @param {{ lat: number, lng: number }} at */
  click(at) {
    const [x, y] = [worldX(at.lng), worldY(at.lat)];
    const reach = CLICK_REACH_PX / (256 * 2 ** this.map.getZoom());
    const near = [...this.grid.near(x, y, reach)];
    const { s_status: status } = this.payload.columns;
    // Hazards first: who clicks between two roads must see the worse one.
    near.sort(([a, awayA], [b, awayB]) => hazard(status[a]) - hazard(status[b]) || awayA - awayB);
    const pieces = near.map(([piece]) => piece);
    this.panel.open({ pieces, index: 0, at, items: this.itemsAt(at, reach), clicked: true });
  }

  /**
   * Evidence whose sign is under the click.
   *
   * @param {{ lat: number, lng: number }} at
   * @param {number} reach World units.
   */
  itemsAt(at, reach) {
    const { x, y } = this.geometry;
    const found = [];
    for (const [name, items] of Object.entries(this.geometry.groups)) {
      if (!this.layers[name].layer.shown) continue;
      for (const parts of items) {
        const hit = parts.some(
          ({ form, first }) =>
            form === 0 && Math.hypot(x[first] - worldX(at.lng), y[first] - worldY(at.lat)) <= reach,
        );
        if (hit || inRings(parts, x, y, worldX(at.lng), worldY(at.lat))) found.push(parts[0].item);
      }
    }
    return found.slice(0, MOST_ITEMS);
  }

  /** @param {number} piece */
  showPiece(piece) {
    const { v_x, v_y } = this.payload.columns;
    const middle = (this.vertex[piece] + this.vertex[piece + 1]) >> 1;
    const at = { lat: v_y[middle] / 1e6, lng: v_x[middle] / 1e6 };
    this.map.setView(at, Math.max(16, this.map.getZoom()), { animate: false });
    this.panel.open({ pieces: [piece], index: 0, at, items: [], clicked: false });
    byId("map_uxo").scrollIntoView({ block: "nearest" });
  }
}

/** @param {number} rank The three hazards in their order; all others alike. */
function hazard(rank) {
  return Math.min(rank, 3);
}

/**
 * Even-odd test over all rings of an item, so that a hole counts as outside.
 *
 * @param {import("./evidence_layer.js").Part[]} parts
 * @param {Float64Array} x
 * @param {Float64Array} y
 * @param {number} px
 * @param {number} py
 */
function inRings(parts, x, y, px, py) {
  let inside = false;
  for (const { form, first, end } of parts) {
    if (form !== 2) continue;
    for (let i = first, j = end - 1; i < end; j = i, i += 1) {
      if (y[i] > py !== y[j] > py && px < ((x[j] - x[i]) * (py - y[i])) / (y[j] - y[i]) + x[i]) {
        inside = !inside;
      }
    }
  }
  return inside;
}

/** @param {any} map The Leaflet map that folium made. */
async function start(map) {
  const notice = byId("uxo-not-loaded");
  if (typeof DecompressionStream === "undefined") {
    notice.setAttribute("data-l10n", "browser-too-old");
    notice.textContent = notice.getAttribute("data-too-old");
    return;
  }
  const payload = await readPayload(byId("uxo-payload").textContent ?? "");
  // Names are drawn on a canvas, which does not wait for a font by itself.
  await document.fonts.load("600 13px 'Noto Sans Arabic'", "\u0637").catch(() => []);
  const page = new MapPage(map, payload);
  page.start();
  // Tests and people with a console read the page through this one name.
  /** @type {any} */ (globalThis).uxoMap.page = page;
  notice.remove();
  document.documentElement.dataset.ready = "yes";
}

/** @type {any} */ (globalThis).uxoMap = { start };
