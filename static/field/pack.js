/**
 * What the phone keeps of an area: its communities and the status of its roads, sealed; and the
 * tiles of its roads and names as a file. A browser without such files keeps the roads of a
 * community themselves.
 */

import { fetchAround } from "./around.js";
import { drawDistrict } from "./district.js";
import { canKeepMaps, fetchMap, mapFile, tidy } from "./map_file.js";
import { NoLink, read } from "./server.js";
import { drawPieces } from "./status_lines.js";

/** A status of a whole district takes its time over a bad link. */
const PATIENCE_MS = 120_000;

/**
 * @typedef {{ pcode: string, name_en: string | null, name_ar: string | null, lat: number, lon: number, outline: any }} Community
 * @typedef {{ pcode: string, name_en: string | null, name_ar: string | null, district: string | null, communities: number | null }} Area
 * @typedef {object} Pack
 * @property {Community} community Of a district its own code.
 * @property {string} as_of
 * @property {boolean} exercise
 * @property {string} notice
 * @property {string[]} attribution
 * @property {[number, number, number, number]} bbox
 * @property {{ status: string, path: [number, number][] }[]} roads Longitude, latitude. With a map:
 *   only roads that have more than one status.
 * @property {Community[]} places
 * @property {import("./map_file.js").MapFile} [map] What follows comes with it.
 * @property {boolean} [is_district]
 * @property {string} [digest] Of the roads that the numbers are of.
 * @property {number[]} [numbers] Of the roads of the area.
 * @property {number[]} [ranks] Their status.
 * @property {number[]} [mixed] Numbers of the roads that are in `roads`.
 * @property {number} [unknown_roads]
 */

/** The roads in the office are no longer those of the map. */
export class RoadsChanged extends Error {}

/**
 * @param {import("./app.js").App} app
 * @param {string} text
 * @returns {Promise<Area[]>}
 */
export async function searchAreas(app, text) {
  return (await read(`/api/v1/field/areas?q=${encodeURIComponent(text)}`, app.enrolled.token)).areas;
}

/**
 * Fetch an area. What the phone has stays until all of the new one is there.
 *
 * @param {import("./app.js").App} app
 * @param {string} pcode
 * @param {(done: number, total: number) => void} told
 */
export async function fetchPack(app, pcode, told) {
  const old = await keptPack(app);
  if (!canKeepMaps()) {
    await keep(app, await read(`/api/v1/field/pack?pcode=${encodeURIComponent(pcode)}`, app.enrolled.token));
  } else {
    // The answer is shown in the settings; a browser that says no keeps the map all the same.
    await navigator.storage.persist();
    try {
      await fetchTiles(app, pcode, told);
    } catch (error) {
      // A phone that was cut off keeps nothing new; and what there is no room for must not stay.
      if (!(error instanceof NoLink)) await tidy(old?.map?.sha256 ?? null);
      throw error;
    }
  }
  await fetchAround(app, pcode);
}

/**
 * @param {import("./app.js").App} app
 * @param {string} pcode
 * @param {(done: number, total: number) => void} told
 */
async function fetchTiles(app, pcode, told) {
  const map = await fetchMap(`/api/v1/field/map?pcode=${encodeURIComponent(pcode)}`, app.enrolled.token, (done, total) => {
    told(done, total);
    return app.vault !== null; // whoever locks the app ends this; it goes on another time
  });
  const status = await readStatus(app, pcode);
  if (status.digest !== map.roads) throw new RoadsChanged();
  await keep(app, { ...status, map });
  await tidy(map.sha256);
}

/**
 * Fetch the status alone, for the map that is there.
 *
 * @param {import("./app.js").App} app
 */
export async function refreshStatus(app) {
  const pack = await keptPack(app);
  if (!pack?.map) throw new Error("there is no map to refresh");
  const status = await readStatus(app, pack.community.pcode);
  if (status.digest !== pack.map.roads) throw new RoadsChanged();
  await keep(app, { ...status, map: pack.map });
  await fetchAround(app, pack.community.pcode);
}

/**
 * @param {import("./app.js").App} app
 * @param {string} pcode
 * @returns {Promise<Pack>}
 */
function readStatus(app, pcode) {
  return read(`/api/v1/field/status?pcode=${encodeURIComponent(pcode)}`, app.enrolled.token, PATIENCE_MS);
}

/**
 * Put an area in the place of the one before: one write, with the status and the name of the file.
 *
 * @param {import("./app.js").App} app
 * @param {Pack} pack
 */
async function keep(app, pack) {
  await app.database.put("pack", await app.open.sealJson(pack, "pack"));
  app.community = pack.community;
}

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<Pack | null>}
 */
export async function keptPack(app) {
  const sealed = await app.database.get("pack");
  return sealed ? app.open.unsealJson(sealed, "pack") : null;
}

/**
 * Whether the browser still has the file of the area's map.
 *
 * @param {Pack} pack
 */
export async function isThere(pack) {
  return !pack.map || (await mapFile(pack.map.sha256)) !== null;
}

/**
 * @param {import("./app.js").App} app
 * @param {any} L
 * @param {any} chart
 * @returns {Promise<boolean>} Whether there was anything to draw.
 */
export async function drawPack(app, L, chart) {
  const pack = await keptPack(app);
  if (!pack) return false;
  if (pack.map) {
    if (!(await drawDistrict(app, L, chart, pack))) return false;
  } else {
    drawPieces(L, chart, pack.roads);
    chart.setView([pack.community.lat, pack.community.lon], 15);
  }
  for (const credit of pack.attribution) chart.attributionControl.addAttribution(escaped(credit));
  return true;
}

/** Leaflet shows an attribution as HTML. @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
