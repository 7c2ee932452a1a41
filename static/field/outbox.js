/** Makes the events of the contract and puts them where the worker finds them. */

import { CounterMoved } from "./database.js";
import { UNDO_MS } from "./held.js";
import { newId, sha256 } from "./ids.js";

export const APP_VERSION = "0.4";

/**
 * @typedef {object} Where
 * @property {"gps_averaged" | "gps" | "bearing_distance" | "map" | "typed" | "unknown"} method
 * @property {number} lat
 * @property {number} lon
 * @property {number | null} error_m Radius of 95 %; null when nothing is known about it.
 * @property {Record<string, any>} raw What it was made from; sent as it is.
 * @typedef {{ bytes: Uint8Array, sha256: string, filetype: string }} Photo
 */

/** @param {Date} date Local time with its zone, as the phone has it. */
export function localTime(date) {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const two = (/** @type {number} */ n) => String(Math.floor(n)).padStart(2, "0");
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
  return `${local}${zone}`;
}

export class Outbox {
  /**
   * @param {import("./database.js").Database} database
   * @param {import("./vault.js").Vault} vault
   */
  constructor(database, vault) {
    this.database = database;
    this.vault = vault;
  }

  /**
   * Save an event; it is on the disk when this returns. `details` is what was seen of the item and
   * what its position was made from; it is sent beside `data` as it is.
   *
   * @param {{ type: string, entity: string, base: string[], data: any, details?: any }} content
   * @param {Photo | null} photo
   * @returns {Promise<import("./database.js").StoredEvent>}
   */
  async add(content, photo) {
    for (;;) {
      try {
        return await this.addNext(content, photo);
      } catch (error) {
        // Another window of the app took the number in between.
        if (!(error instanceof CounterMoved)) throw error;
      }
    }
  }

  /**
   * @param {{ type: string, entity: string, base: string[], data: any, details?: any }} content
   * @param {Photo | null} photo
   */
  async addNext(content, photo) {
    const seq = (await this.database.counter()) + 1;
    const event_id = newId();
    const now = new Date();
    const body = {
      event_id,
      device_seq: seq,
      type: content.type,
      entity: content.entity,
      base: content.base,
      device_time: localTime(now),
      app: APP_VERSION,
      data: content.data,
      ...(content.details ? { details: content.details } : {}),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    /** @type {import("./database.js").StoredEvent} */
    const event = {
      event_id,
      seq,
      state: "waiting",
      saved_ms: now.getTime(),
      held_until_ms: now.getTime() + UNDO_MS,
      sealed: await this.vault.seal(bytes, event_id),
      sha256: await sha256(bytes),
      note: null,
      reason: null,
      received_at: null,
    };
    await this.database.save(event, photo && (await this.storedPhoto(photo, event_id)));
    return event;
  }

  /**
   * @param {Photo} photo
   * @param {string} event_id
   * @returns {Promise<import("./database.js").StoredPhoto>}
   */
  async storedPhoto(photo, event_id) {
    return {
      sha256: photo.sha256,
      event_id,
      sealed: await this.vault.seal(photo.bytes, photo.sha256),
      size: photo.bytes.length,
      filetype: photo.filetype,
      upload_url: null,
      done: false,
      reason: null,
    };
  }
}
