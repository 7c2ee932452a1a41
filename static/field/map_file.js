/**
 * The tiles of a district as one file in the browser's own file system (OPFS). It holds roads and
 * names, no status and no find, so it lies there in the open. It comes in parts, each whole on the
 * disk before the next one is asked for; only when all are there and their hash is that of the
 * office is the file made. Which file counts is said elsewhere, in one write (see `pack.js`).
 */

import { NoLink, part } from "./server.js";

export const PART_BYTES = 256 * 1024;
const FOLDER = "maps";
const LOCK = "uxo-field-map";
/** What the browser needs besides, for the records. */
const ROOM_LEFT_BYTES = 5_000_000;

/** @typedef {{ sha256: string, size: number, roads: string }} MapFile `roads` names the roads that its numbers are of. */

/** There is no room; nothing was changed. */
export class NoRoomForMap extends Error {
  /** @param {number} needed_bytes */
  constructor(needed_bytes) {
    super(`${needed_bytes} bytes`);
    this.needed_bytes = needed_bytes;
  }
}

/** All has come, and it is not what the office has. */
export class BrokenMap extends Error {}

/** Whether this browser can keep a map as a file. */
export function canKeepMaps() {
  const files = /** @type {any} */ (globalThis).FileSystemFileHandle;
  return Boolean(
    navigator.storage && "getDirectory" in navigator.storage && "locks" in navigator && files?.prototype.createWritable && "DecompressionStream" in globalThis,
  );
}

/** @returns {Promise<any>} */
async function folder() {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

/** @param {string} sha256 */
const nameOf = (sha256) => `map-${sha256}.pmtiles`;

/**
 * @param {string} sha256
 * @returns {Promise<File | null>} Null when the browser threw it away.
 */
export async function mapFile(sha256) {
  try {
    return await (await (await folder()).getFileHandle(nameOf(sha256))).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return null;
    throw error;
  }
}

/**
 * Throw away all files but one, parts among them.
 *
 * @param {string | null} sha256 Of the file that stays.
 */
export async function tidy(sha256) {
  const held = await folder();
  const names = [];
  for await (const name of held.keys()) names.push(name);
  for (const name of names) {
    if (sha256 === null || name !== nameOf(sha256)) await held.removeEntry(name);
  }
}

/** @param {any} held The folder. @returns {Promise<string[]>} Hashes of the whole maps in it. */
async function wholeMaps(held) {
  const found = [];
  for await (const name of held.keys()) found.push(/^map-([0-9a-f]{64})\.pmtiles$/.exec(name)?.[1]);
  return found.flatMap((sha256) => sha256 ?? []);
}

/**
 * Fetch a map, or go on where the link broke; one that is here already is not sent again. One at a
 * time, whatever is pressed and in however many windows.
 *
 * @param {string} path
 * @param {string} token
 * @param {(done: number, total: number) => boolean} told After every part; false: stop here.
 * @returns {Promise<MapFile>}
 */
export function fetchMap(path, token, told) {
  return navigator.locks.request(LOCK, () => fetchAlone(path, token, told));
}

/** @type {typeof fetchMap} */
async function fetchAlone(path, token, told) {
  const held = await folder();
  const have = await wholeMaps(held);
  let parts = await Parts.held(held);
  for (let whole = false; !whole; whole = parts.done === parts.total) {
    const came = await part(path, token, { from: parts.done, count: PART_BYTES, sha256: parts.sha256, have });
    const { from, sha256, roads, bytes } = came;
    if (bytes === null) return { sha256, size: (await mapFile(sha256))?.size ?? 0, roads };
    if (sha256 !== parts.sha256) {
      await parts.drop();
      parts = new Parts(held, came);
    }
    if (from !== parts.done) continue;
    parts.roads = roads;
    if (from === 0) await checkRoom(came.total);
    await parts.add(bytes);
    if (!told(parts.done, parts.total)) throw new NoLink("stopped");
  }
  return parts.join();
}

/** @param {number} total_bytes Of the map; for a moment it is there twice. */
async function checkRoom(total_bytes) {
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const needed = 2 * total_bytes + ROOM_LEFT_BYTES;
  if (quota - usage < needed) throw new NoRoomForMap(needed);
}

/** What has come of a map: files whose names say of which map they are, and from which byte on. */
class Parts {
  /**
   * @param {any} held The folder.
   * @param {{ sha256: string | null, total: number, roads: string }} of
   */
  constructor(held, { sha256, total, roads }) {
    this.folder = held;
    this.sha256 = sha256;
    this.total = total;
    this.roads = roads;
    this.done = 0;
    /** @type {any[]} */
    this.files = [];
  }

  /** @param {any} held */
  static async held(held) {
    const found = [];
    for await (const [name, file] of held.entries()) {
      const said = /^part-([0-9a-f]{64})-(\d+)-(\d+)$/.exec(name);
      if (said) found.push({ file, sha256: said[1], total: Number(said[2]), from: Number(said[3]) });
    }
    found.sort((a, b) => a.from - b.from);
    const { sha256: begun = null, total = -1 } = found[0] ?? {};
    const parts = new Parts(held, { sha256: begun, total, roads: "" });
    for (const { file, sha256, from } of found) {
      // Not of one row: something was lost between, and the rest is fetched again.
      if (sha256 !== parts.sha256 || from !== parts.done) break;
      parts.files.push(file);
      parts.done += (await file.getFile()).size;
    }
    // The last part is fetched again: with it comes whose roads these are.
    if (parts.done > 0 && parts.done === parts.total) parts.done -= (await parts.files.pop().getFile()).size;
    return parts;
  }

  /** @param {ArrayBuffer} bytes */
  async add(bytes) {
    const file = await this.folder.getFileHandle(`part-${this.sha256}-${this.total}-${this.done}`, { create: true });
    await write(file, [bytes]);
    this.files.push(file);
    this.done += bytes.byteLength;
  }

  async drop() {
    for (const file of this.files) await this.folder.removeEntry(file.name);
  }

  /** @returns {Promise<MapFile>} */
  async join() {
    const sha256 = /** @type {string} */ (this.sha256);
    const bytes = await new Blob(await Promise.all(this.files.map((file) => file.getFile()))).arrayBuffer();
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    if (Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("") !== sha256) {
      await this.drop();
      throw new BrokenMap(sha256);
    }
    await write(await this.folder.getFileHandle(nameOf(sha256), { create: true }), [bytes]);
    await this.drop();
    return { sha256, size: this.total, roads: this.roads };
  }
}

/**
 * Write a file: all of it, or, when the power goes, nothing.
 *
 * @param {any} file
 * @param {ArrayBuffer[]} parts
 */
async function write(file, parts) {
  const writable = await file.createWritable();
  for (const one of parts) await writable.write(one);
  await writable.close();
}
