/** How a road of each status is drawn on the phone: colour and dashes as on the large map. */

export const LINES = {
  closed: { color: "#000000", weight: 6, dashArray: "2 6" },
  confirmed_hazard: { color: "#a3000d", weight: 6 },
  suspected_hazard: { color: "#d95f02", weight: 5, dashArray: "10 5" },
  not_surveyed: { color: "#5f6b76", weight: 3, dashArray: "3 5" },
  survey_expired: { color: "#7a4fa3", weight: 4, dashArray: "8 4 2 4" },
  surveyed: { color: "#1f6fb5", weight: 4 },
  reduced: { color: "#0f8a8a", weight: 4, dashArray: "14 4" },
  cleared: { color: "#137a3a", weight: 4 },
};

/** Worst first: the place of a status is its rank. */
export const STATUSES = /** @type {(keyof typeof LINES)[]} */ (Object.keys(LINES));

/**
 * Draw pieces of roads, the worst on top.
 *
 * @param {any} L
 * @param {any} chart
 * @param {{ status: string, path: [number, number][] }[]} roads Longitude, latitude.
 */
export function drawPieces(L, chart, roads) {
  const rank = (/** @type {{ status: string }} */ road) => STATUSES.indexOf(/** @type {any} */ (road.status));
  for (const road of [...roads].sort((a, b) => rank(b) - rank(a))) {
    const line = { ...LINES[STATUSES[rank(road)]], interactive: false };
    L.polyline(road.path.map(([lon, lat]) => [lat, lon]), line).addTo(chart);
  }
}
