/** The place where the phone is: for something that was passed, or that lies at one's feet. */

import { button, el } from "../dom.js";
import { Gps } from "../gps.js";
import { gpsInWords } from "../gps_words.js";
import { sketch } from "../sketch.js";
import { use } from "./where.js";

/** @type {import("../app.js").Screen} */
export function here(app) {
  const words = el("p", { id: "gps-words", "aria-live": "polite" });
  const drawing = el("div", { class: "form" });
  const go = button(app.t("where-use"), take, { class: "main", id: "use", disabled: true });
  const gps = new Gps(draw);
  app.endings.push(() => gps.stop());

  function draw() {
    words.textContent = gpsInWords(app, gps);
    const found = gps.result;
    go.toggleAttribute("disabled", !found);
    drawing.replaceChildren(...(found ? [sketch({ error_m: found.error_m, label: app.t("sketch-here") })] : []));
  }

  function take() {
    const found = gps.result;
    if (!found) return;
    const { lat, lon, error_m, count, seconds, worry } = found;
    use(app, {
      // The programme's figure for GPS is that of a fresh reading; this one may be off by anything.
      method: error_m === null ? "unknown" : count > 1 ? "gps_averaged" : "gps",
      lat,
      lon,
      error_m,
      raw: { accuracy_m: error_m === null ? null : found.accuracy_m, count, seconds, worry, fixes: gps.fixes.used.slice(-60) },
    });
  }
  draw();
  return el("div", { class: "form" }, el("p", { class: "warning" }, app.t("where-here-hint")), drawing, words, go);
}
