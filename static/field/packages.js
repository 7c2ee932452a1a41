/** The packages of others, fetched by path; they carry no types, so theirs are written here. */

/**
 * @param {string} path Below `static/vendor`.
 * @returns {Promise<any>}
 */
function load(path) {
  return import(new URL(`../vendor/${path}`, import.meta.url).href);
}

/** @returns {Promise<{ openDB: Function }>} */
export const idb = () => load("idb/build/index.js");

/** @returns {Promise<{ toPoint(text: string): [number, number], forward(at: [number, number], digits: number): string }>} */
export const mgrs = () => load("mgrs/dist/mgrs.esm.js");

/**
 * The world magnetic model 2025; longitude east and declination east are positive.
 *
 * @returns {Promise<{ magvar(lat: number, lon: number, height_km: number, date: Date): number, MODEL_VALID_UNTIL: number }>}
 */
export const magvar = async () => (await load("magvar/module.js")).default;

/** @returns {Promise<any>} proj4 makes itself a global. */
export async function proj4() {
  await load("proj4/dist/proj4.js");
  return /** @type {any} */ (globalThis).proj4;
}

/** @returns {Promise<any>} Leaflet makes itself a global. */
export async function leaflet() {
  await load("leaflet/dist/leaflet.js");
  return /** @type {any} */ (globalThis).L;
}

/** The words need it: it makes `FluentBundle` a global. */
export const fluent = () => load("@fluent/bundle/index.js");

/** @returns {Promise<{ PMTiles: any, FileSource: any }>} */
export const pmtiles = () => load("pmtiles/dist/esm/index.js");

/** @type {Promise<void> | null} */
let protomapsThere = null;

/** @returns {Promise<any>} A classic script that makes itself a global; it needs that of Leaflet. */
export async function protomaps() {
  protomapsThere ??= loadScript("protomaps-leaflet/dist/protomaps-leaflet.js");
  await protomapsThere;
  return /** @type {any} */ (globalThis).protomapsL;
}

/**
 * @param {string} path Below `static/vendor`.
 * @returns {Promise<void>}
 */
function loadScript(path) {
  return new Promise((done, failed) => {
    const script = document.createElement("script");
    script.addEventListener("load", () => done());
    script.addEventListener("error", () => failed(new Error(`no script ${path}`)));
    script.src = new URL(`../vendor/${path}`, import.meta.url).href;
    document.head.append(script);
  });
}
