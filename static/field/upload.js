/** Photos: made small and free of metadata on the phone, and sent piece by piece (tus 1.0.0). */

import { base64, sha256 } from "./ids.js";
import { NoLink, Refusal, tus } from "./server.js";

const PATH = "/api/v1/media/";
const CHUNK_BYTES = 128 * 1024;
const FINAL = new Set(["bad-file", "empty-file", "bad-input", "too-large", "media-type"]);
const LONGEST_PX = 1600;
const QUALITY = 0.85;

/**
 * Draw a photo anew: smaller, and without place, time and model of the camera.
 *
 * @param {Blob} file
 * @returns {Promise<import("./outbox.js").Photo>}
 */
export async function drawAnew(file) {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_PX / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d");
  if (!context) throw new Error("no canvas");
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  /** @type {Blob | null} */
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the photo could not be written");
  const bytes = ownMark(new Uint8Array(await blob.arrayBuffer()));
  return { bytes, sha256: await sha256(bytes), filetype: "image/jpeg" };
}

/**
 * Put a random comment behind the first two bytes of a JPEG (ITU-T T.81, B.2.4.5). Photos lie here
 * under their hash: one picture of two items must not stand in its own way.
 *
 * @param {Uint8Array} jpeg
 */
function ownMark(jpeg) {
  const comment = [0xff, 0xfe, 0, 10, ...crypto.getRandomValues(new Uint8Array(8))];
  const marked = new Uint8Array(jpeg.length + comment.length);
  marked.set(jpeg.subarray(0, 2));
  marked.set(comment, 2);
  marked.set(jpeg.subarray(2), 2 + comment.length);
  return marked;
}

/**
 * The server looked at a photo and will never take it: it is no photo, or too large. What went
 * wrong on the way (an offset, a checksum, a record that has not come yet) may pass.
 *
 * @param {unknown} error
 * @returns {error is Refusal}
 */
export function isRefusedPhoto(error) {
  return error instanceof Refusal && FINAL.has(error.code);
}

/** @param {string} text */
const encoded = (text) => base64(new TextEncoder().encode(text));

/**
 * Send a photo from where the server's copy ends.
 *
 * @param {import("./database.js").StoredPhoto} photo
 * @param {Uint8Array} bytes
 * @param {string} token
 * @param {(url: string | null) => Promise<void>} remember The address outlives a killed browser.
 */
export async function sendPhoto(photo, bytes, token, remember) {
  let [url, offset] = [photo.upload_url, 0];
  if (url) {
    try {
      offset = offsetOf(await tus("HEAD", url, token, {}), bytes.length);
    } catch (error) {
      // 400: all bytes were there, and the server found that they are no photo; it says so below.
      if (!(error instanceof Refusal) || ![400, 404, 410].includes(error.status)) throw error;
      url = null; // the server dropped the unfinished upload: begin again
    }
  }
  if (!url) {
    url = await create(photo, bytes.length, token);
    offset = 0;
    await remember(url);
  }
  while (offset < bytes.length) {
    const part = bytes.slice(offset, offset + CHUNK_BYTES);
    const digest = await crypto.subtle.digest("SHA-1", part);
    const answer = await tus(
      "PATCH",
      url,
      token,
      {
        "Content-Type": "application/offset+octet-stream",
        "Upload-Offset": String(offset),
        "Upload-Checksum": `sha1 ${base64(new Uint8Array(digest))}`,
      },
      part,
    );
    offset = offsetOf(answer, bytes.length);
  }
}

/**
 * How far the server is; what is no number of bytes of this photo must not pass for its end.
 *
 * @param {Headers} answer
 * @param {number} size
 */
function offsetOf(answer, size) {
  const text = answer.get("Upload-Offset") ?? "";
  if (!/^[0-9]{1,15}$/.test(text) || Number(text) > size) throw new NoLink(`Upload-Offset ${text}`);
  return Number(text);
}

/**
 * @param {import("./database.js").StoredPhoto} photo
 * @param {number} size
 * @param {string} token
 */
async function create(photo, size, token) {
  const metadata = {
    event_id: photo.event_id,
    sha256: photo.sha256,
    filename: `${photo.sha256.slice(0, 16)}.jpg`,
    filetype: photo.filetype,
  };
  const answer = await tus("POST", PATH, token, {
    "Upload-Length": String(size),
    "Upload-Metadata": Object.entries(metadata)
      .map(([name, value]) => `${name} ${encoded(value)}`)
      .join(","),
  });
  const location = new URL(answer.get("Location") ?? "", new URL(PATH, document.baseURI));
  if (location.origin !== new URL(document.baseURI).origin) throw new Error("upload sent elsewhere");
  return location.pathname;
}
