/** What the desk asks the service, and how a refusal reaches the person. */

const RECORDS = "/api/v1/desk/records/";

/** A refusal of the service, or no answer at all. */
export class Refusal extends Error {
  /**
   * @param {string} code The stable code; `no-answer` when there was none.
   * @param {string} detail
   */
  constructor(code, detail) {
    super(detail);
    this.code = code;
  }
}

/**
 * @param {string} address
 * @param {object} [body] Sent as JSON; without one the address is read.
 * @returns {Promise<any>}
 */
async function ask(address, body) {
  /** @type {RequestInit} */
  const options = { headers: { Accept: "application/json" }, cache: "no-store" };
  if (body) {
    options.method = "POST";
    options.headers = { ...options.headers, "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    throw new Refusal("no-answer", "");
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  throw new Refusal(said?.code ?? "no-answer", said?.detail ?? "");
}

/** @param {string} id */
const address = (id) => RECORDS + encodeURIComponent(id);

export const getQueue = () => ask("/api/v1/desk/queue?limit=200");

/** @param {string} id */
export const getRecord = (id) => ask(address(id));

/**
 * @param {string} id
 * @param {object} plan
 */
export const getPreview = (id, plan) => ask(`${address(id)}/preview`, plan);

/**
 * @param {string} id
 * @param {"decision" | "correction" | "duplicate-of"} what
 * @param {object} body
 */
export const send = (id, what, body) => ask(`${address(id)}/${what}`, body);

/**
 * Every piece of road around a record.
 *
 * @param {string} id
 * @returns {Promise<any>} A collection of features, with its box and its attribution.
 */
export const getRoads = (id) => ask(`${address(id)}/roads`);
