/** The locked file: what still lies on this phone, for the desk to open with its key. */

import { base64 } from "./ids.js";

const FORMAT = "uxo-field-export-1";
/** The desk takes files of 64 MB; what is larger goes into several. */
const LONGEST_CHARACTERS = 45_000_000;

/**
 * @typedef {{ texts: string[], records: number, photos: number }} Export One text a file; none when
 *   there is nothing.
 */

/**
 * Write everything that still lies sealed on this phone; nothing of it leaves the phone by that.
 *
 * @param {import("./database.js").Database} database
 * @param {import("./vault.js").Vault} vault With the desk's key.
 * @param {string} device_id
 * @returns {Promise<Export>}
 */
export async function exportQueue(database, vault, device_id) {
  const all = await database.events();
  const held = all.filter((event) => event.sealed);
  const noted = all.filter((event) => event.note);
  const kept = (await database.photos()).filter((photo) => photo.sealed);
  const events = await each(held, async ({ event_id, seq, sha256, sealed }) => ({
    event_id,
    seq,
    sha256,
    ...(await exported(vault, sealed)),
  }));
  const notes = await each(noted, async ({ event_id, note }) => ({ event_id, ...(await exported(vault, note)) }));
  const photos = await each(kept, async ({ sha256, event_id, filetype, sealed }) => ({
    sha256,
    event_id,
    filetype,
    ...(await exported(vault, sealed)),
  }));
  const first = { format: FORMAT, device_id, events, notes };
  const more = { format: FORMAT, device_id, events: [], notes: [] };
  const nothing = events.length + notes.length + photos.length === 0;
  const files = nothing ? [] : portions(photos);
  const texts = files.map((some, i) => JSON.stringify({ ...(i === 0 ? first : more), photos: some }));
  return { texts, records: held.length, photos: photos.length };
}

/**
 * @template Row, Made
 * @param {Row[]} rows
 * @param {(row: Row) => Promise<Made>} make
 * @returns {Promise<Made[]>} One after the other: a phone has little memory.
 */
async function each(rows, make) {
  const made = [];
  for (const row of rows) made.push(await make(row));
  return made;
}

/**
 * Cut into files; at least one.
 *
 * @template {{ text: string }} Photo
 * @param {Photo[]} photos
 * @param {number} [longest]
 * @returns {Photo[][]}
 */
export function portions(photos, longest = LONGEST_CHARACTERS) {
  /** @type {Photo[][]} */
  const files = [[]];
  let length = 0;
  for (const photo of photos) {
    const last = files[files.length - 1];
    if (last.length > 0 && length + photo.text.length > longest) {
      files.push([photo]);
      length = 0;
    } else last.push(photo);
    length += photo.text.length;
  }
  return files;
}

/**
 * The key of a record is wrapped anew: it may have been saved before the phone had the desk's key,
 * or with the key of another desk.
 *
 * @param {import("./vault.js").Vault} vault
 * @param {import("./vault.js").Sealed | null | undefined} sealed
 */
async function exported(vault, sealed) {
  if (!sealed) throw new Error("nothing is sealed here");
  const { epk, wrapped } = await vault.wrapForDesk(sealed);
  return {
    iv: base64(sealed.iv),
    text: base64(new Uint8Array(sealed.text)),
    epk,
    key: base64(new Uint8Array(wrapped)),
  };
}
