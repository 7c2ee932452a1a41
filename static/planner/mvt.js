/** Reads vector tiles (Mapbox Vector Tile 2.1) into flat arrays, which is what a pen wants. */

/**
 * @typedef {object} TileLayer
 * @property {string} name
 * @property {number} extent Units of the tile's side.
 * @property {number} count Features.
 * @property {Float64Array} id Number of each feature; 0 where it has none.
 * @property {Uint8Array} type Of each feature: 1 points, 2 lines, 3 polygons.
 * @property {Int32Array} part First part of each feature, and the end.
 * @property {Int32Array} vertex First vertex of each part, and the end.
 * @property {Int16Array} x Tile units.
 * @property {Int16Array} y
 * @property {string[]} keys
 * @property {any[]} values
 * @property {number[][]} tags Pairs of key and value of each feature.
 */

const [POLYGON, CLOSE] = [3, 7];

class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number() {
    const { bytes } = this;
    let byte = bytes[this.at++];
    let value = byte & 127;
    for (let factor = 128; byte > 127; factor *= 128) {
      byte = bytes[this.at++];
      value += (byte & 127) * factor;
    }
    return value;
  }

  /** The next message inside this one. */
  inner() {
    const length = this.number();
    const inner = new Reader(this.bytes, this.at, this.at + length);
    this.at += length;
    return inner;
  }

  text() {
    const { at, end } = this.inner();
    return new TextDecoder().decode(this.bytes.subarray(at, end));
  }

  /** @param {number} wire */
  skip(wire) {
    if (wire === 0) this.number();
    else if (wire === 1) this.at += 8;
    else if (wire === 2) this.inner();
    else if (wire === 5) this.at += 4;
    else throw new Error(`a tile with wire type ${wire}`);
  }

  /** @param {(field: number, wire: number) => boolean} read Tells whether it read the field. */
  each(read) {
    while (this.at < this.end) {
      const tag = this.number();
      if (!read(tag >> 3, tag & 7)) this.skip(tag & 7);
    }
  }
}

/**
 * @param {ArrayBuffer} buffer Empty: a tile with nothing in it.
 * @returns {Map<string, TileLayer>}
 */
export function readTile(buffer) {
  const layers = new Map();
  const reader = new Reader(new Uint8Array(buffer));
  reader.each((field) => {
    if (field !== 3) return false;
    const layer = readLayer(reader.inner());
    layers.set(layer.name, layer);
    return true;
  });
  return layers;
}

/**
 * @param {Reader} reader
 * @returns {TileLayer}
 */
function readLayer(reader) {
  /** @type {Reader[]} */
  const features = [];
  const layer = { name: "", extent: 4096, keys: /** @type {string[]} */ ([]), values: /** @type {any[]} */ ([]) };
  reader.each((field) => {
    if (field === 1) layer.name = reader.text();
    else if (field === 2) features.push(reader.inner());
    else if (field === 3) layer.keys.push(reader.text());
    else if (field === 4) layer.values.push(readValue(reader.inner()));
    else if (field === 5) layer.extent = reader.number();
    else return false;
    return true;
  });
  const drawn = new Shapes(features.length);
  features.forEach((feature, index) => drawn.read(feature, index));
  return { ...layer, count: features.length, ...drawn.arrays() };
}

/** @param {Reader} reader */
function readValue(reader) {
  /** @type {any} */
  let value = null;
  reader.each((field, wire) => {
    if (field === 1) value = reader.text();
    else if (field === 7) value = reader.number() !== 0;
    else if (field === 4 || field === 5) value = reader.number();
    else {
      reader.skip(wire);
    }
    return true;
  });
  return value;
}

class Shapes {
  /** @param {number} count */
  constructor(count) {
    this.id = new Float64Array(count);
    this.type = new Uint8Array(count);
    this.part = new Int32Array(count + 1);
    /** @type {number[][]} */
    this.tags = [];
    /** @type {number[]} */
    this.vertex = [0];
    /** @type {number[]} */
    this.x = [];
    /** @type {number[]} */
    this.y = [];
  }

  /**
   * @param {Reader} reader
   * @param {number} index
   */
  read(reader, index) {
    /** @type {number[]} */
    const tags = [];
    reader.each((field) => {
      if (field === 1) this.id[index] = reader.number();
      else if (field === 2) {
        const inner = reader.inner();
        while (inner.at < inner.end) tags.push(inner.number());
      } else if (field === 3) this.type[index] = reader.number();
      else if (field === 4) this.geometry(reader.inner(), this.type[index]);
      else return false;
      return true;
    });
    this.tags.push(tags);
    this.part[index + 1] = this.vertex.length - 1;
  }

  /**
   * @param {Reader} reader
   * @param {number} type
   */
  geometry(reader, type) {
    let [x, y] = [0, 0];
    let open = false;
    while (reader.at < reader.end) {
      const command = reader.number();
      if ((command & 7) === CLOSE) continue;
      for (let left = command >> 3; left > 0; left -= 1) {
        if ((command & 7) === 1 && open) this.vertex.push(this.x.length);
        const [dx, dy] = [reader.number(), reader.number()];
        x += (dx >> 1) ^ -(dx & 1);
        y += (dy >> 1) ^ -(dy & 1);
        this.x.push(x);
        this.y.push(y);
        open = true;
      }
    }
    if (open) this.vertex.push(this.x.length);
    if (type > POLYGON) throw new Error(`a tile with geometry type ${type}`);
  }

  arrays() {
    return {
      id: this.id,
      type: this.type,
      part: this.part,
      tags: this.tags,
      vertex: Int32Array.from(this.vertex),
      x: Int16Array.from(this.x),
      y: Int16Array.from(this.y),
    };
  }
}

/**
 * One attribute of all features; what a feature does not have is undefined.
 *
 * @param {TileLayer} layer
 * @param {string} name
 * @returns {any[]}
 */
export function attribute(layer, name) {
  const key = layer.keys.indexOf(name);
  return layer.tags.map((tags) => {
    for (let at = 0; at < tags.length; at += 2) if (tags[at] === key) return layer.values[tags[at + 1]];
    return undefined;
  });
}
