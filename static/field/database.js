/**
 * What lies on the phone. Everything that tells of a find is sealed (see vault.js); in the open lie
 * only ids, counters, states and times of sending.
 */

import { heldFor_ms } from "./held.js";
import { idb } from "./packages.js";

const NAME = "uxo-field";
const STRICT = { durability: "strict" };

/**
 * @typedef {"waiting" | "received" | "accepted" | "rejected" | "refused"} State
 * @typedef {object} StoredEvent
 * @property {string} event_id
 * @property {number} seq
 * @property {State} state
 * @property {number} saved_ms
 * @property {number} held_until_ms Not sent before; until then it can be undone.
 * @property {import("./vault.js").Sealed | null} sealed Null after the upload, when it was wiped.
 * @property {string} sha256 Of the bytes as they are sent.
 * @property {import("./vault.js").Sealed | null} note What older versions could not send; only exported.
 * @property {Reason | null} reason Why the server or the desk refused it.
 * @property {string | null} received_at
 * @typedef {object} StoredPhoto
 * @property {string} sha256
 * @property {string} event_id
 * @property {import("./vault.js").Sealed | null} sealed
 * @property {number} size
 * @property {string} filetype
 * @property {string | null} upload_url
 * @property {boolean} done
 * @property {Reason | null} [reason] Why the server will never take it; older versions wrote none.
 * @typedef {string | import("./vault.js").Sealed} Reason Sealed, because it may tell of the find; a text
 *   is "lost", or what an older version kept.
 */

export class CounterMoved extends Error {}

export class Database {
  /** @param {any} connection Of idb. */
  constructor(connection) {
    this.connection = connection;
  }

  static async open() {
    const { openDB } = await idb();
    const connection = await openDB(NAME, 1, {
      /** @param {any} db */
      upgrade(db) {
        db.createObjectStore("keep");
        db.createObjectStore("events", { keyPath: "event_id" }).createIndex("seq", "seq");
        db.createObjectStore("photos", { keyPath: "sha256" });
      },
    });
    return new Database(connection);
  }

  /** @param {string} name */
  get(name) {
    return this.connection.get("keep", name);
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  put(name, value) {
    return this.write(["keep"], (/** @type {any} */ tx) => tx.objectStore("keep").put(value, name));
  }

  /**
   * Keep something for which there must never be a second; what is there already stays.
   *
   * @param {string} name
   * @param {any} value
   * @returns {Promise<any>} What is kept from now on.
   */
  async putOnce(name, value) {
    let kept = value;
    await this.write(["keep"], async (tx) => {
      const keep = tx.objectStore("keep");
      const held = await keep.get(name);
      if (held === undefined) await keep.put(value, name);
      else kept = held;
    });
    return kept;
  }

  /** @param {string} name */
  remove(name) {
    return this.write(["keep"], (/** @type {any} */ tx) => tx.objectStore("keep").delete(name));
  }

  /**
   * Write in one transaction that is on the disk when this returns, or not at all.
   *
   * @param {string[]} stores
   * @param {(tx: any) => any} act
   */
  async write(stores, act) {
    const tx = this.connection.transaction(stores, "readwrite", STRICT);
    try {
      await Promise.all([act(tx), tx.done]);
    } catch (error) {
      abort(tx); // what failed half-way must not be committed by half
      throw error;
    }
  }

  /** @returns {Promise<StoredEvent[]>} In the order of the counter. */
  events() {
    return this.connection.getAllFromIndex("events", "seq");
  }

  /** @returns {Promise<StoredPhoto[]>} */
  photos() {
    return this.connection.getAll("photos");
  }

  /** @returns {Promise<number>} The last number that was given to an event. */
  async counter() {
    return (await this.get("counter")) ?? 0;
  }

  /**
   * Save an event with its photo, move the counter on and drop the draft: all of it or nothing.
   *
   * @param {StoredEvent} event Its number must be the next one.
   * @param {StoredPhoto | null} photo
   */
  async save(event, photo) {
    await this.write(["keep", "events", "photos"], async (tx) => {
      const keep = tx.objectStore("keep");
      if (((await keep.get("counter")) ?? 0) !== event.seq - 1) {
        throw new CounterMoved();
      }
      await keep.put(event.seq, "counter");
      await keep.delete("draft");
      await tx.objectStore("events").add(event);
      if (photo) await tx.objectStore("photos").put(photo);
    });
  }

  /**
   * Take back the last event, if nobody can have seen it: its number is then free again.
   *
   * @param {string} eventId
   * @param {number} now_ms
   * @returns {Promise<boolean>} False when it is too late.
   */
  async undo(eventId, now_ms) {
    let undone = false;
    await this.write(["keep", "events", "photos"], async (tx) => {
      const [keep, events] = [tx.objectStore("keep"), tx.objectStore("events")];
      const event = await events.get(eventId);
      const last = await keep.get("counter");
      if (!event || event.state !== "waiting" || event.seq !== last || heldFor_ms(event, now_ms) === 0) return;
      await events.delete(eventId);
      await keep.put(last - 1, "counter");
      for (const photo of await tx.objectStore("photos").getAll()) {
        if (photo.event_id === eventId) await tx.objectStore("photos").delete(photo.sha256);
      }
      undone = true;
    });
    return undone;
  }

  /**
   * @param {string} eventId
   * @param {Partial<StoredEvent>} change
   */
  async changeEvent(eventId, change) {
    await this.write(["events"], async (tx) => {
      const event = await tx.objectStore("events").get(eventId);
      if (event) await tx.objectStore("events").put({ ...event, ...change });
    });
  }

  /**
   * Send a record again of which the office gave a receipt and which it has no longer, with its photo.
   *
   * @param {string} eventId
   */
  async sendAgain(eventId) {
    await this.write(["events", "photos"], async (tx) => {
      const [events, photos] = [tx.objectStore("events"), tx.objectStore("photos")];
      const event = await events.get(eventId);
      if (!event?.sealed) return;
      await events.put({ ...event, state: "waiting", reason: null });
      for (const photo of await photos.getAll()) {
        if (photo.event_id === eventId && photo.sealed) await photos.put({ ...photo, done: false, upload_url: null });
      }
    });
  }

  /**
   * Say whether what the office has is wiped; switched on, that holds for what came there before too.
   *
   * @param {boolean} wipe
   */
  async setWipe(wipe) {
    await this.write(["keep", "events", "photos"], async (tx) => {
      await tx.objectStore("keep").put(wipe, "wipe");
      if (!wipe) return;
      const sent = new Set(["received", "accepted", "rejected"]);
      for (const event of await tx.objectStore("events").getAll()) {
        if (event.sealed && sent.has(event.state)) await tx.objectStore("events").put({ ...event, sealed: null });
      }
      for (const photo of await tx.objectStore("photos").getAll()) {
        if (photo.sealed && photo.done) await tx.objectStore("photos").put({ ...photo, sealed: null });
      }
    });
  }

  /**
   * @param {string} hash
   * @param {Partial<StoredPhoto>} change
   */
  async changePhoto(hash, change) {
    await this.write(["photos"], async (tx) => {
      const photo = await tx.objectStore("photos").get(hash);
      if (photo) await tx.objectStore("photos").put({ ...photo, ...change });
    });
  }
}

/** @param {any} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch (error) {
    // It has ended by itself.
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
  }
}
