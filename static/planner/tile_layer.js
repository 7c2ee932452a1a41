/** Tiles on the map: Leaflet places them, a worker draws them. */

const TILE_PX = 512;
// The service's deepest tiles; closer zooms draw a part of one. A tile is two by two of Leaflet's.
const DEEPEST = 16;
const SHARPEST = 2;

/** Talks to the worker for all layers. */
export class Pens {
  /**
   * @param {any} symbols
   * @param {Record<string, string>} moment
   * @param {(said: any) => void} hear What concerns no single tile.
   */
  constructor(symbols, moment, hear) {
    this.worker = new Worker("/planner/files/planner/tile_worker.js", { type: "module" });
    /** @type {Map<string, (said: any) => void>} */
    this.waiting = new Map();
    this.count = 0;
    this.worker.onmessage = ({ data }) => {
      if (data.key) this.waiting.get(data.key)?.(data);
      else hear(data);
      if (data.refused !== undefined && data.key) hear(data);
    };
    this.worker.onerror = () => hear({ refused: 0, what: "worker" });
    this.worker.postMessage({ do: "start", symbols, moment });
  }

  /** @param {Record<string, string>} moment */
  setMoment(moment) {
    this.worker.postMessage({ do: "moment", moment });
  }

  refresh() {
    this.worker.postMessage({ do: "refresh" });
  }

  /**
   * @param {object} tile
   * @param {(said: any) => void} show
   * @returns {string} Its key.
   */
  ask(tile, show) {
    this.count += 1;
    const key = String(this.count);
    this.waiting.set(key, show);
    this.worker.postMessage({ do: "tile", tile: { ...tile, key } });
    return key;
  }

  /** @param {string} key */
  drop(key) {
    this.waiting.delete(key);
    this.worker.postMessage({ do: "drop", key });
  }
}

// Its hooks are public, but not in the type files.
const Grid = /** @type {any} */ (L.GridLayer);

export class TileLayer extends Grid {
  /**
   * @param {Pens} pens
   * @param {"roads" | "evidence"} what
   * @param {string} pane
   */
  constructor(pens, what, pane) {
    super({ pane, tileSize: TILE_PX, updateWhenZooming: false, keepBuffer: 1 });
    this.pens = pens;
    this.what = what;
    this.on("tileunload", (/** @type {any} */ { tile }) => this.pens.drop(tile.dataset.key));
  }

  /**
   * @param {{ x: number, y: number, z: number }} coords
   * @param {(error: Error | null, tile: HTMLElement) => void} done
   */
  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    const context = canvas.getContext("bitmaprenderer");
    const zoom = Math.round(this._map.getZoom());
    const ratio = Math.min(SHARPEST, window.devicePixelRatio || 1);
    [canvas.width, canvas.height] = [TILE_PX * ratio, TILE_PX * ratio];
    const tile = { what: this.what, ...partOf(coords), size: TILE_PX, ratio, zoom };
    canvas.dataset.key = this.pens.ask(tile, ({ bitmap }) => {
      if (bitmap) context?.transferFromImageBitmap(bitmap);
      canvas.dataset.drawn = bitmap ? "yes" : "no";
      done(null, canvas);
    });
    return canvas;
  }
}

/**
 * Which of the service's tiles is needed, and which part of it.
 *
 * @param {{ x: number, y: number, z: number }} coords
 */
export function partOf({ x, y, z }) {
  const closer = Math.max(0, z - 1 - DEEPEST);
  const parts = 2 ** closer;
  const [column, row] = [Math.floor(x / parts), Math.floor(y / parts)];
  return { z: z - 1 - closer, x: column, y: row, parts, right: x - column * parts, down: y - row * parts };
}
