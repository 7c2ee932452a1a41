/** From where I stand: direction and distance. */

import { length, ltr } from "../../map/words.js";
import { plainCoordinates } from "../coordinates.js";
import { button, el } from "../dom.js";
import { bearingError_m, declination_deg, DISTANCE_SIGMA, project } from "../geodesy.js";
import { Compass, Gps } from "../gps.js";
import { gpsInWords } from "../gps_words.js";
import { sketch } from "../sketch.js";
import { use } from "./where.js";

/** What the buttons stand for: the distance that is drawn, and its standard deviation. */
export const DISTANCES = {
  "10": { distance_m: 10, sigma_m: 10 * DISTANCE_SIGMA },
  "25": { distance_m: 25, sigma_m: 25 * DISTANCE_SIGMA },
  "50": { distance_m: 50, sigma_m: 50 * DISTANCE_SIGMA },
  "100": { distance_m: 100, sigma_m: 100 * DISTANCE_SIGMA },
  "200+": { distance_m: 300, sigma_m: 100 },
  unsure: { distance_m: 150, sigma_m: 100 },
};
/** The person does not know the direction: it may lie all around. */
const ANY_DIRECTION = null;

class Sighting {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    /** @type {number | null | undefined} Undefined: not said yet; null: the person does not know. */
    this.typed = undefined;
    this.magnetic = true;
    /** @type {string | null} */
    this.chip = null;
    /** @type {number | null} */
    this.declination = null;
    this.words = el("p", { id: "gps-words", "aria-live": "polite" });
    this.drawing = el("div", { class: "form" });
    this.told = el("p", { id: "sighting", "aria-live": "polite" });
    this.gps = new Gps(() => this.draw());
    this.compass = new Compass(() => this.draw());
    app.endings.push(
      () => this.gps.stop(),
      () => this.compass.stop(),
    );
  }

  /** Clockwise from the north that was measured; undefined as long as nothing is known. */
  get bearing() {
    return this.typed === undefined ? (this.compass.heading ?? undefined) : this.typed;
  }

  /** @returns {number | null | undefined} Clockwise from true north. */
  get trueBearing() {
    const bearing = this.bearing;
    if (bearing === undefined || bearing === null) return bearing;
    return (bearing + (this.magnetic ? (this.declination ?? 0) : 0) + 360) % 360;
  }

  /** @returns {import("../outbox.js").Where | null} */
  get where() {
    const found = this.gps.result;
    const bearing = this.trueBearing;
    if (!found || bearing === undefined || !this.chip) return null;
    const { distance_m, sigma_m } = DISTANCES[/** @type {keyof typeof DISTANCES} */ (this.chip)];
    const known = Number.isFinite(found.accuracy_m);
    const around = bearing === null;
    const error_m = around
      ? distance_m + bearingError_m(found.accuracy_m, 0, sigma_m)
      : bearingError_m(found.accuracy_m, distance_m, sigma_m);
    return {
      method: "bearing_distance",
      ...(around ? { lat: found.lat, lon: found.lon } : project(found, bearing, distance_m)),
      error_m: known ? error_m : null,
      raw: {
        observer: { lat: found.lat, lon: found.lon, accuracy_m: known ? found.accuracy_m : null, worry: found.worry },
        bearing_deg: this.bearing,
        bearing_north: this.magnetic ? "magnetic" : "true",
        bearing_from: this.typed === undefined ? "phone" : "typed",
        declination_deg: this.magnetic ? this.declination : null,
        distance: this.chip,
        distance_m,
        distance_sigma_m: sigma_m,
      },
    };
  }

  async draw() {
    const { app } = this;
    this.words.textContent = gpsInWords(app, this.gps);
    const found = this.gps.result;
    if (found && this.declination === null) this.declination = await declination_deg(found, new Date());
    const bearing = this.trueBearing;
    const where = this.where;
    this.told.textContent = this.sentence(where);
    if (!found) return;
    const distance_m = this.chip ? DISTANCES[/** @type {keyof typeof DISTANCES} */ (this.chip)].distance_m : 50;
    this.drawing.replaceChildren(
      sketch({
        error_m: where ? where.error_m : found.error_m,
        bearing_deg: bearing ?? null,
        distance_m: where || bearing !== undefined ? distance_m : 0,
        label: app.t("sketch-bearing"),
      }),
    );
  }

  /** @param {import("../outbox.js").Where | null} where */
  sentence(where) {
    const { app } = this;
    if (this.bearing === undefined) return app.t("bearing-none");
    if (this.bearing === null) return app.t("bearing-around");
    const degrees = ltr(`${Math.round(this.trueBearing ?? 0)}\u00b0`);
    if (!where || where.error_m === null) return app.t("bearing-only", { degrees });
    return app.t("bearing-and-error", { degrees, metres: length(Math.ceil(where.error_m)) });
  }
}

/** @type {import("../app.js").Screen} */
export function bearing(app) {
  const sighting = new Sighting(app);
  const chips = Object.keys(DISTANCES).map((chip) =>
    button(
      chip === "unsure" ? app.t("not-sure") : app.t("metres", { metres: ltr(chip) }),
      async () => {
        sighting.chip = chip;
        for (const one of chips) one.setAttribute("aria-pressed", String(one.dataset.distance === chip));
        await sighting.draw();
        const where = sighting.where;
        if (where) await use(app, where);
        else app.tell(app.t(sighting.bearing === undefined ? "bearing-none" : "gps-needed"));
      },
      { "data-distance": chip, "aria-pressed": "false" },
    ),
  );
  sighting.draw();
  return el(
    "div",
    { class: "form" },
    el("p", {}, app.t("bearing-hint")),
    sighting.drawing,
    sighting.words,
    typedBearing(app, sighting),
    sighting.told,
    el("fieldset", {}, el("legend", {}, app.t("distance-title")), el("div", { class: "chips" }, ...chips)),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {Sighting} sighting
 */
function typedBearing(app, sighting) {
  const input = /** @type {HTMLInputElement} */ (
    el("input", { id: "bearing", inputmode: "decimal", autocomplete: "off", dir: "ltr", maxlength: 8 })
  );
  const unknown = button(
    app.t("bearing-unknown"),
    () => {
      input.value = "";
      sighting.typed = sighting.typed === ANY_DIRECTION ? undefined : ANY_DIRECTION;
      unknown.setAttribute("aria-pressed", String(sighting.typed === ANY_DIRECTION));
      sighting.draw();
    },
    { "aria-pressed": "false", id: "bearing-unknown" },
  );
  const north = /** @type {HTMLSelectElement} */ (
    el(
      "select",
      { id: "north" },
      el("option", { value: "magnetic" }, app.t("north-magnetic")),
      el("option", { value: "true" }, app.t("north-true")),
    )
  );
  input.addEventListener("input", () => {
    const degrees = Number(plainCoordinates(input.value).replace(",", ".").replace("\u00b0", ""));
    const usable = input.value.trim() !== "" && degrees >= 0 && degrees <= 360;
    sighting.typed = usable ? degrees % 360 : undefined;
    input.setAttribute("aria-invalid", String(input.value.trim() !== "" && !usable));
    unknown.setAttribute("aria-pressed", "false");
    sighting.draw();
  });
  north.addEventListener("change", () => {
    sighting.magnetic = north.value === "magnetic";
    sighting.draw();
  });
  return el(
    "div",
    { class: "form" },
    el(
      "div",
      { class: "row" },
      el("div", {}, el("label", { for: "bearing" }, app.t("bearing-label")), input),
      el("div", {}, el("label", { for: "north" }, app.t("north-label")), north),
    ),
    unknown,
  );
}
