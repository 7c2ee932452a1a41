/**
 * Fetches, reads and draws tiles beside the page, so that the page itself never waits for a map.
 *
 * Geometry comes once. Statuses are one byte a road and come apart: when they change, what is on the
 * screen is drawn again from the geometry that is here already.
 */

import { readTile } from "./mvt.js";
import { drawEvidence } from "./tile_evidence.js";
import { drawCells, drawRoads, partsByRank } from "./tile_roads.js";

const MIXED = 8;

/**
 * @typedef {object} Tile What the page asks for.
 * @property {string} key
 * @property {"roads" | "evidence"} what
 * @property {number} z
 * @property {number} x
 * @property {number} y
 * @property {number} size Pixels of the side of what is drawn.
 * @property {number} parts How many of those make the tile's side; more than one beyond the deepest.
 * @property {number} right Which part, from the west.
 * @property {number} down Which part, from the north.
 * @property {number} ratio Pixels of the screen in one of the page.
 * @property {number} zoom Of the map.
 */

/** Said to be wrong with an answer; the page has words for it. */
class Refused extends Error {
  /** @param {number} status 0: no answer. */
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

const page = /** @type {any} */ (globalThis);

/** What the worker holds. */
const held = {
  /** @type {any} */
  symbols: null,
  /** @type {Record<string, string>} Query of the moment asked about. */
  moment: {},
  ranks: new Uint8Array(0),
  roads: "",
  tag: "",
  /** @type {Promise<void> | null} */
  reading: null,
  /** @type {Map<string, { tile: Tile, layers: any, stale: boolean }>} */
  tiles: new Map(),
};

/**
 * @param {string} path
 * @param {boolean} timed Whether the answer depends on the moment.
 */
async function ask(path, timed) {
  const query = timed ? new URLSearchParams(held.moment).toString() : "";
  let answer;
  try {
    answer = await fetch(query ? `${path}?${query}` : path);
  } catch {
    throw new Refused(0);
  }
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
}

/** Read the bytes of all roads; resolves to whether anything changed. */
async function readRanks() {
  const answer = await ask("/api/v1/roads/ranks", true);
  const tag = answer.headers.get("ETag") ?? "";
  if (tag && tag === held.tag) return false;
  held.ranks = new Uint8Array(await answer.arrayBuffer());
  held.roads = answer.headers.get("X-Roads") ?? "";
  held.tag = tag;
  page.postMessage({ about: {
    roads: held.ranks.length,
    as_of: answer.headers.get("X-As-Of"),
    known_at: answer.headers.get("X-Known-At"),
    policy_digest: answer.headers.get("X-Policy-Digest"),
  } });
  return true;
}

/** Read them once; whoever comes meanwhile waits for the same. */
function ranksThere() {
  held.reading ??= readRanks().then(() => undefined, (error) => {
    held.reading = null;
    throw error;
  });
  return held.reading;
}

/**
 * @param {string} layer
 * @param {Tile} tile
 * @param {boolean} timed
 */
async function layersOf(layer, { z, x, y }, timed) {
  const answer = await ask(`/tiles/${layer}/${z}/${x}/${y}`, timed);
  const roads = answer.headers.get("X-Roads");
  const tag = answer.headers.get("ETag") ?? "";
  return { layers: readTile(await answer.arrayBuffer()), roads, tag };
}

/**
 * @param {Tile} tile
 * @returns {Promise<any>} What the pen needs.
 */
async function readRoads(tile) {
  const [{ layers, roads: digest }] = await Promise.all([layersOf("roads", tile, false), ranksThere()]);
  if (digest !== null && digest !== held.roads) {
    // Other roads came in since the bytes were read: both together, or nothing.
    held.tag = "";
    await readRanks();
    if (digest !== held.roads) throw new Refused(0);
  }
  const roads = layers.get("roads");
  if (!roads && !layers.has("roads_cells")) return { tag: "" };
  return readStatus(tile, roads);
}

/**
 * Read what goes with the status: pieces of mixed roads, or counts where the roads are too many.
 *
 * @param {Tile} tile
 * @param {import("./mvt.js").TileLayer | undefined} roads Undefined: only counts are given here.
 */
async function readStatus(tile, roads) {
  if (!roads) {
    const { layers, tag } = await layersOf("pieces", tile, true);
    // One tile may hold exact pieces where it has no exact roads: their size differs.
    return { cells: layers.get("pieces_cells"), pieces: layers.get("pieces"), tag };
  }
  if (!roads.id.some((road) => held.ranks[road] & MIXED)) return { roads, tag: "" };
  const { layers, tag } = await layersOf("mixed", tile, true);
  return { roads, mixed: layers.get("mixed"), tag };
}

/** @param {Tile} tile */
async function readEvidence(tile) {
  const [hazards, releases] = await Promise.all(
    ["hazards", "releases"].map((layer) => layersOf(layer, tile, true)),
  );
  return { hazards: hazards.layers, releases: releases.layers, tag: hazards.tag + releases.tag };
}

/**
 * @param {Tile} tile
 * @param {any} layers
 */
function draw(tile, layers) {
  const canvas = new OffscreenCanvas(tile.size * tile.ratio, tile.size * tile.ratio);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(tile.ratio, tile.ratio);
  context.translate(-tile.right * tile.size, -tile.down * tile.size);
  const perUnit = (tile.size * tile.parts) / 4096;
  const { lines, areas } = held.symbols;
  if (tile.what === "evidence") {
    for (const [name, there] of [["releases", layers.releases], ["hazards", layers.hazards]]) {
      if (there.has(name)) drawEvidence(context, there.get(name), areas, perUnit);
      if (name === "hazards" && there.has("hazards_cells")) drawCells(context, there.get("hazards_cells"), lines, perUnit);
    }
  } else if (layers.cells) drawCells(context, layers.cells, lines, perUnit);
  else if (layers.roads || layers.pieces) drawRoads(context, sorted(layers), lines, perUnit, tile.zoom);
  const bitmap = canvas.transferToImageBitmap();
  page.postMessage({ key: tile.key, bitmap }, [bitmap]);
}

/** @param {any} layers */
function sorted({ roads, mixed, pieces }) {
  if (!pieces) return partsByRank(roads, mixed, held.ranks);
  const every = new Uint8Array(held.ranks.length).fill(MIXED);
  return partsByRank(undefined, pieces, every);
}

/** @param {Tile} tile */
async function add(tile) {
  const own = { tile, layers: null, stale: false };
  held.tiles.set(tile.key, own);
  const layers = await told(tile, tile.what === "roads" ? readRoads(tile) : readEvidence(tile));
  if (!layers || held.tiles.get(tile.key) !== own) return;
  own.layers = layers;
  if (own.stale) await renew(own, true);
  else draw(tile, layers);
}

/**
 * @param {Tile} tile
 * @param {Promise<any>} read
 */
async function told(tile, read) {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    page.postMessage({ key: tile.key, what: tile.what, refused: error.status });
    return null;
  }
}

/**
 * Read again what goes with the status of a tile; resolves to whether it was drawn again.
 *
 * @param {{ tile: Tile, layers: any, stale: boolean }} one
 * @param {boolean} ranked Whether the bytes of the roads changed.
 */
async function renew(one, ranked) {
  if (!one.layers) {
    one.stale = true;
    return false;
  }
  const { tile, layers } = one;
  one.stale = false;
  const { roads, cells, pieces } = layers;
  if (tile.what === "roads" && !roads && !cells && !pieces) return false; // no road lies here
  const read = await told(tile, tile.what === "evidence" ? readEvidence(tile) : readStatus(tile, roads));
  if (!read || held.tiles.get(tile.key) !== one) return false;
  one.layers = read;
  const changed = read.tag !== layers.tag || (ranked && tile.what === "roads");
  if (changed) draw(tile, read);
  return changed;
}

/** Ask for the statuses again, and draw what is on the screen where they changed. */
async function refresh() {
  try {
    const { roads } = held;
    // A piece of a mixed road, or a find, may change where no byte of a road does.
    const ranked = await readRanks();
    held.reading = Promise.resolve();
    if (roads && roads !== held.roads) page.postMessage({ renewed: true });
    const drawn = await Promise.all([...held.tiles.values()].map((one) => renew(one, ranked)));
    if (drawn.includes(true)) page.postMessage({ restyled: drawn.length });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    page.postMessage({ refused: error.status, what: "ranks" });
  }
}

/** @type {Record<string, (asked: any) => Promise<void> | void>} */
const deeds = {
  start: ({ symbols, moment }) => {
    held.symbols = symbols;
    held.moment = moment;
  },
  tile: ({ tile }) => add(tile),
  drop: ({ key }) => {
    held.tiles.delete(key);
  },
  refresh,
  moment: ({ moment }) => {
    held.moment = moment;
    held.tag = "";
    return refresh();
  },
};

page.onmessage = (/** @type {MessageEvent} */ event) => deeds[event.data.do](event.data);
