/** Identifiers that no two phones ever make alike. */

/**
 * Make a UUIDv7 (RFC 9562, section 5.7): 48 bits of time, the rest random.
 *
 * @param {number} now_ms Since 1970.
 * @param {Uint8Array} random Sixteen random bytes.
 * @returns {string}
 */
export function uuid7(now_ms, random) {
  const bytes = new Uint8Array(random.slice(0, 16));
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(now_ms / 256 ** (5 - i)) % 256;
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}

/** @returns {string} */
export function newId() {
  return uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {Uint8Array} bytes */
export async function sha256(bytes) {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (bytes))));
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
