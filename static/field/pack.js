/** The data pack: roads with their status around a community, kept on the phone. */

import { fetchAround } from "./around.js";
import { read } from "./server.js";

/**
 * @typedef {{ pcode: string, name_en: string | null, name_ar: string | null, lat: number, lon: number, outline: any }} Community
 * @typedef {object} Pack
 * @property {Community} community
 * @property {string} as_of
 * @property {boolean} exercise
 * @property {string} notice
 * @property {string[]} attribution
 * @property {{ status: string, path: [number, number][] }[]} roads Longitude, latitude.
 * @property {Community[]} places
 */

/**
 * @param {import("./app.js").App} app
 * @param {string} pcode
 */
export async function fetchPack(app, pcode) {
  /** @type {Pack} */
  const pack = await read(`/api/v1/field/pack?pcode=${encodeURIComponent(pcode)}`, app.enrolled.token);
  await app.database.put("pack", await app.open.sealJson(pack, "pack"));
  app.community = pack.community;
  await fetchAround(app, pcode);
  return pack;
}

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<Pack | null>}
 */
export async function keptPack(app) {
  const sealed = await app.database.get("pack");
  return sealed ? app.open.unsealJson(sealed, "pack") : null;
}

/** Colour and dashes of a status, as on the large map. */
const LINES = {
  closed: { color: "#000000", weight: 6, dashArray: "2 6" },
  confirmed_hazard: { color: "#a3000d", weight: 6 },
  suspected_hazard: { color: "#d95f02", weight: 5, dashArray: "10 5" },
  not_surveyed: { color: "#5f6b76", weight: 3, dashArray: "3 5" },
  survey_expired: { color: "#7a4fa3", weight: 4, dashArray: "8 4 2 4" },
  surveyed: { color: "#1f6fb5", weight: 4 },
  reduced: { color: "#0f8a8a", weight: 4, dashArray: "14 4" },
  cleared: { color: "#137a3a", weight: 4 },
};

/**
 * @param {import("./app.js").App} app
 * @param {any} L
 * @param {any} chart
 * @returns {Promise<boolean>} Whether there was anything to draw.
 */
export async function drawPack(app, L, chart) {
  const pack = await keptPack(app);
  if (!pack) return false;
  const worstLast = Object.keys(LINES).reverse();
  const roads = [...pack.roads].sort((a, b) => worstLast.indexOf(a.status) - worstLast.indexOf(b.status));
  for (const { status, path } of roads) {
    const line = LINES[/** @type {keyof typeof LINES} */ (status)];
    L.polyline(path.map(([lon, lat]) => [lat, lon]), line).addTo(chart);
  }
  for (const credit of pack.attribution) chart.attributionControl.addAttribution(escaped(credit));
  chart.setView([pack.community.lat, pack.community.lon], 15);
  return true;
}

/** Leaflet shows an attribution as HTML. @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
