/** The receiver's state in words. */

import { length } from "../map/words.js";

/**
 * @param {import("./app.js").App} app
 * @param {import("./gps.js").Gps} gps
 */
export function gpsInWords(app, gps) {
  const found = gps.result;
  if (gps.state === "denied") return app.t("gps-denied");
  if (!found) return app.t(gps.state === "unavailable" ? "gps-unavailable" : "gps-looking");
  if (found.worry === "stale" || found.worry === "no_accuracy") return app.t(`gps-${found.worry.replace("_", "-")}`);
  const told = app.t(found.settled ? "gps-settled" : "gps-measuring", {
    metres: length(Math.ceil(found.error_m ?? 0)),
    count: found.count,
  });
  return found.worry === "coarse" ? `${told} ${app.t("gps-coarse")}` : told;
}
