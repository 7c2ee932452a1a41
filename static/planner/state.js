/** What the page shows, as the fragment of its address: a link says all of it. */

/**
 * @typedef {object} State
 * @property {[number, number, number] | null} map Zoom, latitude, longitude.
 * @property {string} tab
 * @property {string | null} route
 * @property {string | null} asOf ISO 8601; null: now.
 * @property {string | null} knownAt
 * @property {[number, number] | null} at Latitude and longitude of the place whose reasons are shown.
 * @property {string | null} from Longitude, latitude.
 * @property {string | null} to
 * @property {string | null} allow Words of the ladder with commas.
 * @property {boolean} onFoot
 * @property {boolean} evidence Whether areas and finds are shown.
 */

export const TABS = ["routes", "way", "plan", "view", "legend"];
const MOMENT = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/;
const POSITION = /^-?\d{1,3}(\.\d+)?,-?\d{1,2}(\.\d+)?$/;

/** @returns {State} */
export const noState = () => ({
  map: null, tab: "routes", route: null, asOf: null, knownAt: null, at: null,
  from: null, to: null, allow: null, onFoot: false, evidence: true,
});

/**
 * What is not understood is left at what it is without it.
 *
 * @param {string} fragment
 * @returns {State}
 */
export function readState(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ""));
  const state = noState();
  state.map = /** @type {any} */ (numbers(given.get("map"), 3));
  const at = numbers(given.get("at"), 2);
  state.at = /** @type {any} */ (at && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180 ? at : null);
  if (TABS.includes(given.get("tab") ?? "")) state.tab = /** @type {string} */ (given.get("tab"));
  state.route = given.get("route");
  const matching = (/** @type {string} */ name, /** @type {RegExp} */ form) =>
    form.test(given.get(name) ?? "") ? given.get(name) : null;
  state.asOf = matching("as_of", MOMENT);
  state.knownAt = matching("known_at", MOMENT);
  state.from = matching("from", POSITION);
  state.to = matching("to", POSITION);
  state.allow = matching("allow", /^[a-z_,]+$/);
  state.onFoot = given.get("on_foot") === "true";
  state.evidence = given.get("evidence") !== "off";
  return state;
}

/**
 * @param {State} state
 * @returns {string} With its `#`.
 */
export function writeState(state) {
  /** @type {[string, string | null][]} */
  const parts = [
    ["map", state.map && `${state.map[0]}/${state.map[1].toFixed(5)}/${state.map[2].toFixed(5)}`],
    ["tab", state.tab === "routes" ? null : state.tab],
    ["route", state.route && encodeURIComponent(state.route)],
    ["at", state.at && state.at.map((one) => one.toFixed(6)).join("/")],
    ["as_of", state.asOf],
    ["known_at", state.knownAt],
    ["from", state.from],
    ["to", state.to],
    ["allow", state.allow],
    ["on_foot", state.onFoot ? "true" : null],
    ["evidence", state.evidence ? null : "off"],
  ];
  return `#${parts.filter(([, value]) => value).map(([name, value]) => `${name}=${value}`).join("&")}`;
}

/**
 * @param {string | null} text
 * @param {number} count
 */
function numbers(text, count) {
  const parts = (text ?? "").split("/").map(Number);
  return text && parts.length === count && parts.every(Number.isFinite) ? parts : null;
}

/**
 * The moment as the service's query has it.
 *
 * @param {State} state
 * @returns {Record<string, string>}
 */
export function momentQuery({ asOf, knownAt }) {
  return { ...(asOf ? { as_of: asOf } : {}), ...(knownAt ? { known_at: knownAt } : {}) };
}
