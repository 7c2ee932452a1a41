/** Records that this phone may speak of again: its own, and those around from the office. */

import { read } from "./server.js";

/**
 * @typedef {object} Earlier
 * @property {string} id
 * @property {string} kind
 * @property {string | null} category
 * @property {string | null} evidence_class
 * @property {string | null} position_method
 * @property {number | null} position_error_m
 * @property {string | null} observed_day
 * @property {any} geometry
 * @property {string[]} base Hashes of the heads that this phone has seen.
 * @property {"gone" | "wrong" | null} [said] What this phone said of it and still holds.
 * @typedef {{ as_of: string, pcode: string, left_out: number, records: Earlier[] }} Around
 */

/**
 * @param {import("./app.js").App} app
 * @param {string} pcode
 * @returns {Promise<Around>}
 */
export async function fetchAround(app, pcode) {
  const around = await read(`/api/v1/field/records?pcode=${encodeURIComponent(pcode)}`, app.enrolled.token);
  await app.database.put("around", await app.open.sealJson(around, "around"));
  return around;
}

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<Around | null>}
 */
export async function keptAround(app) {
  const sealed = await app.database.get("around");
  return sealed ? app.open.unsealJson(sealed, "around") : null;
}

/**
 * The bodies of the records that still lie on this phone; what was wiped is gone.
 *
 * @param {import("./app.js").App} app
 * @returns {Promise<any[]>}
 */
async function ownBodies(app) {
  const events = (await app.database.events()).filter((event) => event.sealed && event.state !== "refused");
  return Promise.all(
    events.map(async ({ event_id, sealed }) => {
      if (!sealed) throw new Error("no record");
      return JSON.parse(new TextDecoder().decode(await app.open.unseal(sealed, event_id)));
    }),
  );
}

/** @param {any} body Of a recording. @returns {Earlier} */
function ownRecord({ entity, data }) {
  const { kind, category = null, evidence_class = null, position_method, position_error_m = null, observed_at } = data.properties;
  return {
    id: entity,
    kind,
    category,
    evidence_class,
    position_method,
    position_error_m,
    observed_day: observed_at?.slice(0, 10) ?? null,
    geometry: data.geometry,
    // The office knows what this phone sent before by the numbers of its records.
    base: [],
  };
}

const SAID = { item_disposed: "gone", evidence_corrected: "wrong" };
/** What the phone can speak of again. */
const KINDS = ["find", "hazard_area", "accident", "report", "strike"];

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<Earlier[]>} The phone's own first, the newest of them first.
 */
export async function earlierRecords(app) {
  const bodies = await ownBodies(app);
  const near = (await keptAround(app))?.records ?? [];
  const known = new Set(near.map((one) => one.id));
  const own = bodies.filter((body) => body.type === "evidence_recorded" && !known.has(body.entity)).map(ownRecord);
  const said = new Map(bodies.map(({ entity, type }) => [entity, SAID[/** @type {keyof typeof SAID} */ (type)] ?? null]));
  return [...own.reverse(), ...near]
    .filter((one) => KINDS.includes(one.kind))
    .map((one) => ({ ...one, said: /** @type {any} */ (said.get(one.id) ?? null) }));
}

/**
 * A point of a record, to tell how far away it is.
 *
 * @param {any} geometry GeoJSON.
 * @returns {import("./geodesy.js").Place}
 */
export function somewhereIn(geometry) {
  const corners = geometry.coordinates.flat(Infinity);
  const lons = corners.filter((/** @type {number} */ _, /** @type {number} */ i) => i % 2 === 0);
  const lats = corners.filter((/** @type {number} */ _, /** @type {number} */ i) => i % 2 === 1);
  const middle = (/** @type {number[]} */ all) => (Math.min(...all) + Math.max(...all)) / 2;
  return { lon: middle(lons), lat: middle(lats) };
}
