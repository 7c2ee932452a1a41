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

/** @type {Promise<string> | null} */
let token = null;

/**
 * The token of the session, which every change repeats: a page of another site cannot read it. There
 * is none where no sign-in is in force.
 */
function sessionToken() {
  token ??= fetch("/api/v1/session", { cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((/** @type {any} */ session) => session.csrf ?? "", () => "");
  return token;
}

/**
 * @param {string} address
 * @param {object | File} [body] Sent as JSON, a file as it is; without one the address is read.
 * @returns {Promise<any>}
 */
async function ask(address, body) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  /** @type {RequestInit} */
  const options = { headers, cache: "no-store" };
  if (body) {
    options.method = "POST";
    const own = await sessionToken();
    headers["Content-Type"] = "application/json";
    if (own) headers["X-CSRF-Token"] = own;
    options.body = body instanceof File ? body : JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, options);
  } catch {
    token = null;
    throw new Refusal("no-answer", "");
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  token = null; // the session may be another one by now
  throw new Refusal(said?.code ?? "no-answer", said?.detail ?? "");
}

/** @param {string} id */
const address = (id) => RECORDS + encodeURIComponent(id);

export const getQueue = () => ask("/api/v1/desk/queue?limit=100");

export const getPhones = () => ask("/api/v1/desk/phones");

/** @param {File} file A phone's locked file. */
export const sendFile = (file) => ask("/api/v1/desk/phone-export", file);

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
