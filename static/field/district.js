/** Draws the map of a district from its file, with the status of each road laid over it. */

import { plain } from "../map/words.js";
import { mapFile } from "./map_file.js";
import { pmtiles, protomaps } from "./packages.js";
import { drawPieces, LINES, STATUSES } from "./status_lines.js";

/** The deepest tiles of the file; nearer they are enlarged. */
const DEEPEST = 14;
/** A tile of the file is drawn twice as wide as one of the screen. */
const LEVELS_BETWEEN = 1;
const FONT = '15px "Noto Sans Arabic", system-ui, sans-serif';
const LINE = 2;
const POLYGON = 3;
/** A name that a tile's edge cuts comes twice; this far apart it is shown once. */
const APART_PX = 400;

/**
 * @param {import("./app.js").App} app
 * @param {any} L
 * @param {any} chart
 * @param {import("./pack.js").Pack} pack With a map.
 * @returns {Promise<boolean>} False: the browser threw the file away.
 */
export async function drawDistrict(app, L, chart, pack) {
  const { sha256 } = /** @type {import("./map_file.js").MapFile} */ (pack.map);
  const file = await mapFile(sha256);
  if (!file) return false;
  const [{ FileSource, PMTiles }, drawing] = await Promise.all([pmtiles(), protomaps()]);
  // A canvas does not wait for a font by itself.
  await document.fonts.load(FONT, "\u0637");
  const tiles = new PMTiles(new FileSource(file));
  const exact = (await tiles.getMetadata()).vector_layers.find((/** @type {any} */ one) => one.id === "roads");
  // Further out there are counts in place of roads, which would hide a hazard.
  chart.setMinZoom(exact.minzoom + LEVELS_BETWEEN);
  drawing
    .leafletLayer({
      url: tiles,
      maxDataZoom: DEEPEST,
      levelDiff: LEVELS_BETWEEN,
      paintRules: [...places(drawing), ...roads(drawing, pack)],
      labelRules: [{ dataLayer: "places", symbolizer: new Names(drawing, app.words.language) }],
      lang: app.words.language,
      attribution: "",
    })
    .addTo(chart);
  const [west, south, east, north] = pack.bbox;
  L.rectangle([[south, west], [north, east]], { color: "#0b0b0b", weight: 2, dashArray: "12 8", fill: false, interactive: false }).addTo(chart);
  drawPieces(L, chart, pack.roads);
  const { lat, lon } = pack.community;
  chart.setView([lat, lon], Math.max(chart.getMinZoom(), pack.is_district ? 12 : 15));
  return true;
}

/** @param {any} drawing */
function places({ CircleSymbolizer, PolygonSymbolizer }) {
  return [
    {
      dataLayer: "places",
      filter: (/** @type {number} */ _, /** @type {any} */ feature) => feature.geomType === POLYGON,
      symbolizer: new PolygonSymbolizer({ fill: "#8a94a0", opacity: 0.15, stroke: "#5f6b76", width: 1 }),
    },
    {
      dataLayer: "places",
      filter: (/** @type {number} */ _, /** @type {any} */ feature) => feature.geomType < LINE,
      symbolizer: new CircleSymbolizer({ radius: 4, fill: "#0b0b0b", stroke: "#ffffff", width: 1 }),
    },
    // One tile of very many roads: it says that they are there.
    { dataLayer: "roads_cells", symbolizer: new CircleSymbolizer({ radius: 2, fill: "#9aa3ab" }) },
  ];
}

/**
 * One rule a status, the worst last and so on top. A road with several is drawn by its pieces; a
 * road of which the phone has no status lies outside the frame, and is thin.
 *
 * @param {any} drawing
 * @param {import("./pack.js").Pack} pack
 */
function roads({ LineSymbolizer }, pack) {
  const inPieces = new Set(pack.mixed);
  const numbers = pack.numbers ?? [];
  const rank = new Map(numbers.map((number, place) => [number, inPieces.has(number) ? null : pack.ranks?.[place]]));
  const rule = (/** @type {number | undefined} */ wanted, /** @type {any} */ style) => ({
    dataLayer: "roads",
    filter: (/** @type {number} */ _, /** @type {any} */ feature) => rank.get(feature.props.i) === wanted,
    symbolizer: new LineSymbolizer(style),
  });
  const byStatus = STATUSES.map((status, place) => {
    const { color, weight, dashArray } = /** @type {{ color: string, weight: number, dashArray?: string }} */ (LINES[status]);
    return rule(place, { color, width: weight, lineJoin: "round", ...(dashArray ? { dash: dashArray.split(" ").map(Number) } : {}) });
  });
  return [rule(undefined, { color: "#9aa3ab", width: 1 }), ...byStatus.reverse()];
}

/** Writes the name of a place in the person's language, else in the other one, else its code. */
class Names {
  /**
   * @param {any} drawing
   * @param {string} language
   */
  constructor({ CenteredTextSymbolizer }, language) {
    this.order = language === "ar" ? ["name_ar", "name_en", "pcode"] : ["name_en", "name_ar", "pcode"];
    this.text = new CenteredTextSymbolizer({
      labelProps: ["label"], font: FONT, fill: "#0b0b0b", stroke: "#ffffff", width: 2, maxLineChars: 40,
    });
  }

  /**
   * @param {any} layout
   * @param {any} geom
   * @param {any} feature
   */
  place(layout, geom, feature) {
    const { props, bbox, geomType } = feature;
    const name = this.order.map((key) => props[key]).find(Boolean);
    if (!name) return undefined;
    const [corner] = geom[0];
    const at = geomType === POLYGON ? middle(geom) : corner;
    const lifted = Object.assign(at.clone(), { y: at.y - 14 });
    const labels = this.text.place(layout, [[lifted]], { geomType, bbox, props: { label: plain(name) } });
    return labels?.map((/** @type {any} */ one) => ({ ...one, deduplicationKey: props.pcode, deduplicationDistance: APART_PX }));
  }
}

/** @param {any[][]} rings */
function middle(rings) {
  const points = rings.flat();
  const between = (/** @type {"x" | "y"} */ axis) => {
    const all = points.map((point) => point[axis]);
    return (Math.min(...all) + Math.max(...all)) / 2;
  };
  return Object.assign(points[0].clone(), { x: between("x"), y: between("y") });
}
