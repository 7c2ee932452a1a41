/** What the planner's page asks the service, and how a refusal reaches the person. */

/** A refusal of the service, or no answer at all. */
export class Refusal extends Error {
  /**
   * @param {number} status HTTP status; 0: no answer.
   * @param {any} [said] The problem as the service wrote it.
   */
  constructor(status, said) {
    super(said?.detail ?? "");
    this.status = status;
    this.code = said?.code ?? (status === 0 ? "no-answer" : "unclear");
    this.said = said ?? {};
  }
}

/** @type {Promise<string> | null} */
let token = null;

/** The token of the session, which every change repeats; none where no sign-in is in force. */
function sessionToken() {
  token ??= fetch("/api/v1/session", { cache: "no-store" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then((/** @type {any} */ session) => session.csrf ?? "", () => "");
  return token;
}

/**
 * @param {string} path
 * @param {Record<string, string | number | undefined>} [query] What is undefined is left out.
 * @returns {Promise<any>}
 */
export function read(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return ask(text ? `${path}?${text}` : path, {});
}

/**
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function send(path, body) {
  const own = await sessionToken();
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(own ? { "X-CSRF-Token": own } : {}) },
    body: JSON.stringify(body),
  });
}

/**
 * @param {string} address
 * @param {RequestInit} options
 */
async function ask(address, options) {
  let answer;
  try {
    answer = await fetch(address, {
      ...options,
      headers: { Accept: "application/json", ...options.headers },
      cache: "no-store",
    });
  } catch {
    token = null;
    throw new Refusal(0);
  }
  const said = await answer.json().catch(() => null);
  if (answer.ok && said) return said;
  token = null; // the session may be another one by now
  throw new Refusal(answer.status, said);
}
