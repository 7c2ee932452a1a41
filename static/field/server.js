/** Speaks with the server of the app's own address; nothing else is believed to be it. */

import { newId } from "./ids.js";

const PATIENCE_MS = 30_000;
const PART_PATIENCE_MS = 120_000;
const PROBLEM = "application/problem+json";

/** No answer, or one that is not the server's: the link is bad, or somebody else answered. */
export class NoLink extends Error {}

/** The server refused. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} code
   * @param {string} detail
   */
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {string} path
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
async function ask(path, options = {}) {
  try {
    return await fetch(path, {
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...options,
    });
  } catch (error) {
    throw new NoLink(String(error));
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<any>}
 */
async function bodyOf(answer) {
  const type = answer.headers.get("content-type") ?? "";
  let body;
  try {
    body = await answer.json();
  } catch {
    throw new NoLink(`${answer.status} without JSON`);
  }
  if (answer.ok && type.startsWith("application/json")) return body;
  if (!type.startsWith(PROBLEM)) throw new NoLink(`${answer.status} of another server`);
  const detail = String(body.detail);
  const faults = (body.faults ?? []).map((/** @type {any} */ fault) => `${fault.where}: ${fault.reason}`);
  const more = faults.filter((/** @type {string} */ fault) => !detail.includes(fault));
  throw new Refusal(answer.status, String(body.code), [detail, ...more].join(" "));
}

/**
 * Find out whether the true server answers: only it gives our nonce back.
 *
 * @returns {Promise<number>} The server's time in milliseconds since 1970.
 */
export async function ping() {
  const nonce = newId();
  const answer = await bodyOf(await ask(`/api/v1/ping?nonce=${nonce}`));
  const time_ms = Date.parse(answer?.time);
  if (answer?.nonce !== nonce || Number.isNaN(time_ms)) throw new NoLink("another nonce");
  return time_ms;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {string | null} token
 * @param {any} body Bytes, or a value that is sent as JSON.
 * @param {Record<string, string>} [more] Headers.
 */
export async function send(method, path, token, body, more = {}) {
  const bytes = body instanceof Uint8Array ? body : JSON.stringify(body);
  const headers = { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}), ...more };
  return bodyOf(await ask(path, { method, headers, body: /** @type {any} */ (bytes) }));
}

/**
 * @param {string} path
 * @param {string} token
 * @param {number} [patience_ms]
 * @returns {Promise<any>}
 */
export async function read(path, token, patience_ms = PATIENCE_MS) {
  const signal = AbortSignal.timeout(patience_ms);
  return bodyOf(await ask(path, { headers: { Authorization: `Bearer ${token}` }, signal }));
}

/**
 * One part of a file whose tag is its SHA-256.
 *
 * @param {string} path
 * @param {string} token
 * @param {{ from: number, count: number, sha256: string | null, have: string[] }} wanted Of the file
 *   with this hash, if it is still that one; and no bytes of a file that is there (`have`).
 * @returns {Promise<{ from: number, total: number, sha256: string, roads: string, bytes: ArrayBuffer | null }>}
 */
export async function part(path, token, { from, count, sha256: begun, have }) {
  const answer = await ask(path, {
    headers: {
      Authorization: `Bearer ${token}`,
      Range: `bytes=${from}-${from + count - 1}`,
      ...(begun ? { "If-Range": `"${begun}"` } : {}),
      ...(have.length > 0 ? { "If-None-Match": have.map((one) => `"${one}"`).join(", ") } : {}),
    },
    signal: AbortSignal.timeout(PART_PATIENCE_MS),
  });
  const known = answer.status === 304;
  if (!answer.ok && !known) return bodyOf(answer);
  const sha256 = /^"([0-9a-f]{64})"$/.exec(answer.headers.get("etag") ?? "")?.[1];
  const roads = answer.headers.get("x-roads");
  if (!sha256 || !roads) throw new NoLink(`${answer.status} of another server`);
  if (known) return { from: 0, total: 0, sha256, roads, bytes: null };
  const bytes = await bytesOf(answer);
  const [, begin, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(answer.headers.get("content-range") ?? "") ?? [0, 0, bytes.byteLength];
  return { from: Number(begin), total: Number(total), sha256, roads, bytes };
}

/** @param {Response} answer A link that breaks in the middle is no link. */
async function bytesOf(answer) {
  try {
    return await answer.arrayBuffer();
  } catch (error) {
    throw new NoLink(String(error));
  }
}

/**
 * One request of the tus protocol, which answers with headers.
 *
 * @param {string} method
 * @param {string} path
 * @param {string} token
 * @param {Record<string, string>} headers
 * @param {Uint8Array} [bytes]
 * @returns {Promise<Headers>}
 */
export async function tus(method, path, token, headers, bytes) {
  const answer = await ask(path, {
    method,
    headers: { "Tus-Resumable": "1.0.0", Authorization: `Bearer ${token}`, ...headers },
    body: /** @type {any} */ (bytes),
  });
  if (answer.headers.get("Tus-Resumable") !== null && answer.ok) return answer.headers;
  const problem = (answer.headers.get("content-type") ?? "").startsWith(PROBLEM);
  // The answer to HEAD has a type but no body, so its number says everything.
  if (problem && method !== "HEAD") await bodyOf(answer);
  if (!problem && answer.headers.get("Tus-Resumable") === null) throw new NoLink(`${answer.status} of another server`);
  throw new Refusal(answer.status, `tus-${answer.status}`, `HTTP ${answer.status}`);
}
