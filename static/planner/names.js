/** Names of places from their tiles, as many as the view needs. */

import { attribute, readTile } from "./mvt.js";

const MOST_TILES = 40;
const FINEST = 14;
const DEGREE = 1e6;

export class Names {
  /** @param {(payload: any) => void} show */
  constructor(show) {
    this.show = show;
    /** @type {number | null} The zoom from which tiles name every place. */
    this.zoom = null;
    /** @type {Map<string, Promise<any[]>>} */
    this.tiles = new Map();
    this.asked = "";
  }

  /** @param {number} zoom */
  from(zoom) {
    this.zoom = zoom;
  }

  /** @param {L.Map} map */
  async look(map) {
    if (this.zoom === null) return;
    // A tile's place is as exact as a pixel of its own zoom, no more.
    const zoom = Math.max(this.zoom, Math.min(Math.floor(map.getZoom()), FINEST));
    const keys = tilesOver(map.getBounds(), zoom);
    const asked = keys.join(" ");
    if (keys.length > MOST_TILES || asked === this.asked) return;
    this.asked = asked;
    const found = await Promise.all(keys.map((key) => this.tile(key)));
    if (asked === this.asked) this.show(payload(found.flat()));
  }

  /** @param {string} key */
  tile(key) {
    const there = this.tiles.get(key);
    if (there) return there;
    const read = fetch(`/tiles/places/${key}`)
      .then((answer) => (answer.ok ? answer.arrayBuffer() : new ArrayBuffer(0)))
      .then((buffer) => placesOf(buffer, key), () => {
        this.tiles.delete(key); // the next look asks again
        return [];
      });
    this.tiles.set(key, read);
    return read;
  }
}

/**
 * @param {L.LatLngBounds} bounds
 * @param {number} zoom
 * @returns {string[]} `z/x/y`.
 */
function tilesOver(bounds, zoom) {
  const side = 2 ** zoom;
  const clamp = (/** @type {number} */ one) => Math.max(0, Math.min(side - 1, Math.floor(one)));
  const [nw, se] = [bounds.getNorthWest(), bounds.getSouthEast()].map((at) => {
    const point = L.CRS.EPSG3857.latLngToPoint(at, 0).divideBy(256).multiplyBy(side);
    return { x: clamp(point.x), y: clamp(point.y) };
  });
  const keys = [];
  for (let x = nw.x; x <= se.x; x += 1) for (let y = nw.y; y <= se.y; y += 1) keys.push(`${zoom}/${x}/${y}`);
  return keys;
}

/**
 * @param {ArrayBuffer} buffer
 * @param {string} key
 */
function placesOf(buffer, key) {
  const layer = readTile(buffer).get("places");
  if (!layer) return [];
  const [zoom, column, row] = key.split("/").map(Number);
  const [english, arabic, pcode] = ["name_en", "name_ar", "pcode"].map((name) => attribute(layer, name));
  const side = 2 ** zoom;
  return Array.from({ length: layer.count }, (_, i) => {
    const vertex = layer.vertex[layer.part[i]];
    const [x, y] = [layer.x[vertex] / layer.extent, layer.y[vertex] / layer.extent];
    // What lies in the margin of a tile stands in the next one too.
    if (x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    const point = L.point(((column + x) / side) * 256, ((row + y) / side) * 256);
    const { lat, lng } = L.CRS.EPSG3857.pointToLatLng(point, 0);
    return { lat, lon: lng, english: english[i] ?? "", arabic: arabic[i] ?? "", pcode: pcode[i] };
  }).filter(Boolean);
}

/** @param {any[]} places */
function payload(places) {
  return {
    columns: {
      p_x: Int32Array.from(places, ({ lon }) => Math.round(lon * DEGREE)),
      p_y: Int32Array.from(places, ({ lat }) => Math.round(lat * DEGREE)),
    },
    tables: { places: places.map(({ english, arabic }) => [english, arabic]) },
  };
}
