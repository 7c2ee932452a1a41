/**
 * Sends what waits, in the order of the counter, until a receipt with the same hash is here.
 *
 * Whether there is a link is found out by asking the server, never from the browser.
 */

import { heldFor_ms } from "./held.js";
import { localTime } from "./outbox.js";
import { NoLink, ping, Refusal, send } from "./server.js";
import { isRefusedPhoto, sendPhoto } from "./upload.js";

const SHORTEST_MS = 5_000;
const LONGEST_MS = 300_000;
const POLLED = 500;
const BLOCKING = new Set(["device-revoked", "not-signed-in", "forbidden"]);
/** The whole office asks for patience, and not only about one record (RFC 9110 and 6585). */
const BUSY = new Set([429, 503]);

/**
 * @typedef {"asking" | "idle" | "sending" | "no-link" | "refused" | "server-busy" | "lying"} Link
 */

export class Sync {
  /**
   * @param {import("./database.js").Database} database
   * @param {import("./vault.js").Vault} vault
   * @param {{ token: string }} enrolment
   * @param {() => void} changed Called when there is something new to show.
   */
  constructor(database, vault, enrolment, changed) {
    this.database = database;
    this.vault = vault;
    this.token = enrolment.token;
    this.changed = changed;
    /** @type {Link} */
    this.link = "asking";
    /** @type {string | null} */
    this.refusal = null;
    /** @type {string | null} */
    this.sending = null;
    this.failures = 0;
    /** @type {number | null} How far this clock is ahead of the server's; null: not measured yet. */
    this.ahead_ms = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.stopped = false;
    this.now = () => Date.now();
  }

  start() {
    this.wake = () => {
      if (document.visibilityState === "visible") this.soon(0);
    };
    addEventListener("online", this.wake);
    document.addEventListener("visibilitychange", this.wake);
    this.soon(0);
  }

  stop() {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.wake) {
      removeEventListener("online", this.wake);
      document.removeEventListener("visibilitychange", this.wake);
    }
  }

  /** @param {number} delay_ms */
  soon(delay_ms) {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), delay_ms);
  }

  /** One window of the app sends at a time. Whatever goes wrong, it is tried again. */
  async turn() {
    try {
      await navigator.locks.request("uxo-field-sync", { ifAvailable: true }, async (lock) => {
        if (lock) await this.guarded();
      });
    } finally {
      this.soon(await this.pause());
    }
  }

  async guarded() {
    try {
      await this.all();
      this.failures = 0;
      this.link = this.refusal ? "refused" : "idle";
    } catch (error) {
      this.failures += 1;
      if (error instanceof NoLink) this.link = "no-link";
      else if (error instanceof Refusal && BLOCKING.has(error.code)) {
        this.link = "refused";
        this.refusal = error.code;
      } else if (error instanceof Refusal) this.link = "server-busy";
      else if (error instanceof LyingServer) this.link = "lying";
      else {
        this.link = "asking"; // a full disk, a bug: told by the page, and no word about the office
        throw error;
      }
    } finally {
      this.sending = null;
      this.changed();
    }
  }

  /** When to try again: after a failure ever later, never in step with other phones. */
  async pause() {
    if (this.failures > 0) {
      const longest = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** Math.min(10, this.failures - 1));
      const share = crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32;
      return longest * (0.5 + share / 2);
    }
    const held = (await this.database.events()).filter((event) => event.state === "waiting");
    const next = Math.min(60_000, ...held.map((event) => heldFor_ms(event, this.now())));
    return Math.max(500, next);
  }

  async all() {
    await this.measure();
    /** @type {Refusal[]} */
    const failed = [];
    for (const event of await this.database.events()) {
      if (this.stopped) return;
      const due = event.state === "waiting" && heldFor_ms(event, this.now()) === 0;
      if (due) await orElse(failed, () => this.sendEvent(event));
    }
    this.refusal = null;
    for (const photo of await this.database.photos()) {
      if (this.stopped) return;
      await orElse(failed, () => this.photo(photo));
    }
    await this.poll();
    if (failed.length > 0) throw failed[0];
  }

  /** The server answers and tells its time; half of the way there and back is its age. */
  async measure() {
    const asked_ms = this.now();
    const server_ms = await ping();
    this.ahead_ms = (asked_ms + this.now()) / 2 - server_ms;
  }

  /** @param {import("./database.js").StoredEvent} event */
  async sendEvent(event) {
    if (!event.sealed) return;
    this.sending = event.event_id;
    this.link = "sending";
    this.changed();
    const bytes = await this.vault.unseal(event.sealed, event.event_id);
    let receipt;
    try {
      // The server measures this clock against its own; nobody orders anything by it.
      const clock = { "Device-Time": localTime(new Date(this.now())) };
      receipt = await send("PUT", `/api/v1/events/${event.event_id}`, this.token, bytes, clock);
    } catch (error) {
      if (!(error instanceof Refusal) || !isFinal(error)) throw error;
      const reason = await this.vault.sealReason(error.message, event.event_id);
      await this.database.changeEvent(event.event_id, { state: "refused", reason });
      return;
    }
    if (receipt.event_id !== event.event_id || receipt.sha256 !== event.sha256) throw new LyingServer();
    await this.database.changeEvent(event.event_id, {
      state: "received",
      received_at: String(receipt.received_at),
      reason: null,
      ...((await this.wipes()) ? { sealed: null } : {}),
    });
    this.changed();
  }

  async wipes() {
    return (await this.database.get("wipe")) ?? true;
  }

  /** @param {import("./database.js").StoredPhoto} photo */
  async photo(photo) {
    if (photo.done || photo.reason || !photo.sealed) return;
    const event = (await this.database.events()).find((one) => one.event_id === photo.event_id);
    if (!event || event.state === "waiting" || event.state === "refused") return;
    this.sending = photo.event_id;
    const bytes = await this.vault.unseal(photo.sealed, photo.sha256);
    try {
      await sendPhoto(photo, bytes, this.token, (url) =>
        this.database.changePhoto(photo.sha256, { upload_url: url }),
      );
    } catch (error) {
      if (!isRefusedPhoto(error)) throw error;
      const reason = await this.vault.sealReason(error.message, photo.sha256);
      await this.database.changePhoto(photo.sha256, { reason, upload_url: null });
      return;
    }
    const wiped = (await this.wipes()) ? { sealed: null } : {};
    await this.database.changePhoto(photo.sha256, { done: true, upload_url: null, ...wiped });
  }

  /** Ask what the desk decided. */
  async poll() {
    const received = (await this.database.events()).filter((event) => event.state === "received");
    for (let first = 0; first < received.length; first += POLLED) {
      const event_ids = received.slice(first, first + POLLED).map((event) => event.event_id);
      const { states } = await send("POST", "/api/v1/events/states", this.token, { event_ids });
      for (const event of received.slice(first, first + POLLED)) {
        await this.heard(event, states[event.event_id]);
      }
    }
  }

  /**
   * @param {import("./database.js").StoredEvent} event
   * @param {{ state: string, reason: string | null } | undefined} told
   */
  async heard(event, told) {
    if (told?.state === "accepted" || told?.state === "rejected") {
      const reason = told.reason && (await this.vault.sealReason(told.reason, event.event_id));
      await this.database.changeEvent(event.event_id, { state: told.state, reason });
    } else if (told?.state === "unknown") {
      // It gave a receipt and lost the record: what is still here is sent again.
      if (event.sealed) await this.database.sendAgain(event.event_id);
      else await this.database.changeEvent(event.event_id, { reason: "lost" });
    }
  }
}

/**
 * One record or photo that the office fails over must not hold up those behind it.
 *
 * @param {Refusal[]} failed Where the failure is noted.
 * @param {() => Promise<void>} act
 */
async function orElse(failed, act) {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof Refusal) || BLOCKING.has(error.code) || BUSY.has(error.status)) throw error;
    failed.push(error);
  }
}

/** A receipt that is not for what was sent. */
class LyingServer extends Error {}

/**
 * The server looked at the record and will never take it as it is. Anything else may pass.
 *
 * @param {Refusal} error
 */
function isFinal(error) {
  return [400, 409, 413, 415, 422].includes(error.status);
}
