/** A geometry as chains of vertices that can be moved, and back; what is not touched stays exact. */

const EARTH_M = 6371008.8;
const RADIAN = Math.PI / 180;

/** @typedef {{ lon: number, lat: number, from: number[] | null }} Vertex `from`: where it was; null: added. */
/** @typedef {{ vertices: Vertex[], least: number, closed: boolean, lost: number }} Chain */

/** How many lists lie around a chain, and whether a chain is a ring. */
const FORMS = /** @type {Record<string, [number, boolean]>} */ ({
  Point: [0, false], MultiPoint: [1, false], LineString: [1, false], MultiLineString: [2, false],
  Polygon: [2, true], MultiPolygon: [3, true],
});

export class Outline {
  /** @param {any} geometry GeoJSON. */
  constructor(geometry) {
    this.type = geometry.type;
    const [depth, closed] = FORMS[geometry.type];
    this.depth = depth;
    this.closed = closed;
    /** @type {Chain[]} */
    this.chains = [];
    this.nested = this.read(geometry.coordinates, depth);
  }

  /** @param {any} geometry */
  static fits(geometry) {
    return geometry !== null && geometry.type in FORMS;
  }

  /**
   * @param {any} coordinates
   * @param {number} depth
   * @returns {any} Lists of chains, nested as the coordinates are.
   */
  read(coordinates, depth) {
    if (depth > 1) return coordinates.map((/** @type {any} */ part) => this.read(part, depth - 1));
    const single = depth === 0 || this.type === "MultiPoint";
    const places = depth === 0 ? [coordinates] : this.closed ? coordinates.slice(0, -1) : coordinates;
    const vertices = places.map((/** @type {number[]} */ at) => ({ lon: at[0], lat: at[1], from: at }));
    const chain = { vertices, least: single ? 1 : this.closed ? 3 : 2, closed: this.closed, lost: 0 };
    this.chains.push(chain);
    return chain;
  }

  /** Whether vertices can be added. */
  get growing() {
    return this.depth > 0;
  }

  /** @returns {{ chain: Chain, place: number, vertex: Vertex }[]} */
  get all() {
    return this.chains.flatMap((chain) => chain.vertices.map((vertex, place) => ({ chain, place, vertex })));
  }

  get changed() {
    return this.chains.some((chain) => chain.lost > 0) || this.all.some(({ vertex }) => isMoved(vertex));
  }

  /** @returns {{ farthest_m: number, added: number, removed: number }} */
  get told() {
    const moved = this.all.map(({ vertex }) => (vertex.from ? distance_m(vertex, { lon: vertex.from[0], lat: vertex.from[1] }) : 0));
    return {
      farthest_m: Math.max(0, ...moved),
      added: this.all.filter(({ vertex }) => vertex.from === null).length,
      removed: this.chains.reduce((sum, chain) => sum + chain.lost, 0),
    };
  }

  /** GeoJSON of it as it is now. */
  get geometry() {
    return { type: this.type, coordinates: this.written(this.nested) };
  }

  /**
   * @param {any} nested
   * @returns {any}
   */
  written(nested) {
    if (Array.isArray(nested)) return nested.map((one) => this.written(one));
    const places = nested.vertices.map(position);
    if (this.depth === 0) return places[0];
    return nested.closed ? [...places, places[0]] : places;
  }

  /**
   * Add a vertex in the middle between one and the next, or beyond the last of a line.
   *
   * @param {number} index Among all.
   * @returns {number} Of the new one.
   */
  add(index) {
    const { chain, place, vertex } = this.all[index];
    const last = place === chain.vertices.length - 1;
    const other = last && !chain.closed ? chain.vertices[Math.max(0, place - 1)] : chain.vertices[(place + 1) % chain.vertices.length];
    const added = { lon: rounded((vertex.lon + other.lon) / 2), lat: rounded((vertex.lat + other.lat) / 2), from: null };
    const before = last && !chain.closed && other !== vertex;
    chain.vertices.splice(before ? place : place + 1, 0, added);
    return before ? index : index + 1;
  }

  /**
   * @param {number} index Among all.
   * @returns {boolean} False: nothing would be left of it.
   */
  remove(index) {
    const { chain, place, vertex } = this.all[index];
    if (chain.vertices.length <= chain.least) return false;
    chain.vertices.splice(place, 1);
    if (vertex.from) chain.lost += 1;
    return true;
  }
}

/** @param {Vertex} vertex */
function isMoved(vertex) {
  return vertex.from === null || vertex.lon !== vertex.from[0] || vertex.lat !== vertex.from[1];
}

/** @param {Vertex} vertex What was not moved is given back as it came. */
function position(vertex) {
  return isMoved(vertex) || vertex.from === null ? [vertex.lon, vertex.lat] : vertex.from;
}

/** @param {number} degrees To a centimetre. */
export const rounded = (degrees) => Math.round(degrees * 1e7) / 1e7;

/**
 * @param {{ lon: number, lat: number }} one
 * @param {{ lon: number, lat: number }} other
 */
export function distance_m(one, other) {
  const [a, b] = [one.lat * RADIAN, other.lat * RADIAN];
  const half = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(((other.lon - one.lon) * RADIAN) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(half)));
}

/**
 * @param {{ lon: number, lat: number }} at
 * @param {number} east_m
 * @param {number} north_m
 */
export function shifted(at, east_m, north_m) {
  return {
    lat: rounded(at.lat + north_m / EARTH_M / RADIAN),
    lon: rounded(at.lon + east_m / (EARTH_M * Math.cos(at.lat * RADIAN)) / RADIAN),
  };
}
