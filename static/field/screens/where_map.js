/** A tap on the map. */

import { button, el } from "../dom.js";
import { Gps } from "../gps.js";
import { leaflet } from "../packages.js";
import { drawPack, keptPack } from "../pack.js";
import { mapInWords } from "../pack_words.js";
import { use } from "./where.js";

/** A finger on a phone covers about this many pixels. */
export const FINGER_PX = 22;
/** A place pointed at on a map is never known better than this; far out it is known worse. */
export const LEAST_ERROR_M = 50;

/** @type {import("../app.js").Screen} */
export async function map(app) {
  const L = await leaflet();
  const box = el("div", { class: "map", dir: "ltr", role: "application", "aria-label": app.t("map-label"), id: "map" });
  const go = button(app.t("where-use"), take, { class: "main", id: "use", disabled: true });
  /** @type {{ lat: number, lon: number, error_m: number } | null} */
  let tapped = null;
  const chart = L.map(box, { preferCanvas: true, attributionControl: true, zoomControl: true, zoomAnimation: false });
  chart.attributionControl.setPrefix(false);
  L.control.scale({ imperial: false }).addTo(chart);
  const circle = L.circle([0, 0], { radius: 1, color: "#8a0010", weight: 3 });
  let centred = false;
  const own = L.circleMarker([0, 0], { radius: 9, color: "#ffffff", weight: 3, fillColor: "#0b57d0", fillOpacity: 1 });
  const gps = new Gps(() => {
    const found = gps.result;
    if (!found) return;
    own.setLatLng([found.lat, found.lon]).addTo(chart);
    if (!centred) chart.setView([found.lat, found.lon], 16);
    centred = true;
  });
  app.endings.push(
    () => gps.stop(),
    () => chart.remove(),
  );
  const drawn = await drawPack(app, L, chart);
  chart.on("click", (/** @type {any} */ event) => {
    const { lat, lng: lon } = event.latlng;
    const aside = chart.containerPointToLatLng(event.containerPoint.add([FINGER_PX, 0]));
    tapped = { lat, lon, error_m: Math.max(LEAST_ERROR_M, chart.distance(event.latlng, aside)) };
    circle.setLatLng([lat, lon]).setRadius(tapped.error_m).addTo(chart);
    go.removeAttribute("disabled");
  });
  function take() {
    if (!tapped) return;
    const { lat, lon, error_m } = tapped;
    use(app, { method: "map", lat, lon, error_m, raw: { zoom: chart.getZoom() } });
  }
  // While it was read the own position may have come: that is where the person looks.
  if (gps.result) chart.setView([gps.result.lat, gps.result.lon], 16);
  else if (!drawn) chart.setView([36.2, 37.15], 9);
  // Leaflet measures its box, which comes onto the page some time after this function has returned.
  const measured = new ResizeObserver(() => chart.invalidateSize());
  measured.observe(box);
  app.endings.push(() => measured.disconnect());
  return el(
    "div",
    { class: "form" },
    el("p", {}, app.t(drawn ? "map-hint" : "map-empty")),
    box,
    el("p", { id: "map-words" }, mapInWords(app, drawn ? await keptPack(app) : null)),
    go,
  );
}
