/** Reads what uxo/publish/map_payload.py packed: a header of JSON and columns of whole numbers. */

/** @typedef {Int32Array | Uint8Array} Column */

/**
 * @typedef {object} Payload
 * @property {Record<string, Column>} columns One array a column; `s_` pieces, `v_` their vertices,
 *   `r_` reasons, `w_` roads, `e_` evidence, `g_` its geometry, `p_` places.
 * @property {any} tables Words, ids and figures.
 */

/** A number that is missing; the least that an Int32Array holds. */
export const NO_NUMBER = -2147483648;

const ACCUMULATED = ["s_road", "v_x", "v_y", "g_owner", "g_x", "g_y"];

/**
 * Unpack the text of the page's data block.
 *
 * @param {string} text Base64.
 * @returns {Promise<Payload>}
 */
export async function readPayload(text) {
  const packed = bytesOf(text.trim());
  const inflated = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const buffer = await new Response(inflated).arrayBuffer();
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  /** @type {Record<string, Column>} */
  const columns = {};
  for (const [name, column] of Object.entries(header.columns)) {
    const start = 4 + length + column.offset;
    columns[name] =
      column.type === "i4"
        ? new Int32Array(buffer, start, column.length)
        : new Uint8Array(buffer, start, column.length);
  }
  for (const name of ACCUMULATED) accumulate(columns[name]);
  return { columns, tables: header.tables };
}

/**
 * @param {string} text Base64.
 * @returns {Uint8Array<ArrayBuffer>}
 */
function bytesOf(text) {
  const native = /** @type {any} */ (Uint8Array).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < characters.length; i += 1) bytes[i] = characters.charCodeAt(i);
  return bytes;
}

/** @param {Column} column Differences, which become values in place. */
function accumulate(column) {
  for (let i = 1; i < column.length; i += 1) column[i] += column[i - 1];
}

/**
 * Turn counts into first positions: [2, 3] -> [0, 2, 5].
 *
 * @param {Column} counts
 * @returns {Int32Array}
 */
export function starts(counts) {
  const first = new Int32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) first[i + 1] = first[i] + counts[i];
  return first;
}
