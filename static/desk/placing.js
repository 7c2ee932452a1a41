/** Moves the place of a record: by a click on the map, by typed coordinates, or by arrow keys. */

import { element } from "../map/panel.js";
import { length } from "../map/words.js";
import { Outline, distance_m, rounded, shifted } from "./outline.js";

const STEP_M = 1;
const LONG_STEP_M = 10;
/** So near to a vertex a click chooses it. */
const REACH_PX = 14;
/** @type {Record<string, [number, number]>} Key -> east and north. */
const ARROWS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const LIMITS = { lat: 90, lon: 180 };

export class Placing {
  /**
   * @param {import("./texts.js").Texts} texts
   * @param {import("./map.js").DeskMap} map
   * @param {any} geometry GeoJSON of the record; null: it has no place.
   */
  constructor(texts, map, geometry) {
    this.texts = texts;
    this.map = map;
    this.original = geometry;
    /** @type {Outline | null} Null as long as nobody asked to move anything. */
    this.outline = null;
    this.chosen = 0;
    this.root = element("fieldset", { className: "placing", id: "placing" });
    this.clicked = (/** @type {any} */ event) => this.click(event);
    this.render();
  }

  /** @returns {any} GeoJSON; null: the place stays where it is. */
  changed() {
    return this.outline?.changed ? this.outline.geometry : null;
  }

  start() {
    this.outline = new Outline(this.original);
    this.chosen = 0;
    this.map.map.on("click", this.clicked);
    this.render();
    this.root.querySelector("button")?.focus();
  }

  /** Leave the map as it was. */
  stop() {
    this.map.map.off("click", this.clicked);
    this.map.drawOutline(null, 0);
    this.outline = null;
  }

  render() {
    const { texts, outline } = this;
    this.root.replaceChildren(element("legend", { text: texts.t("desk-field-geometry") }));
    if (!Outline.fits(this.original)) {
      this.root.append(element("p", { className: "note", text: texts.t("desk-place-fixed") }));
      return;
    }
    if (!outline) {
      this.root.append(this.button("desk-place-move", () => this.start(), "place-move"));
      return;
    }
    this.root.append(
      element("p", { className: "note", id: "place-note", text: texts.t("desk-place-note") }),
      this.pad(),
      element("div", { className: "buttons" }, this.buttons()),
      ...["lat", "lon"].map((axis) => this.input(/** @type {"lat" | "lon"} */ (axis))),
      element("p", { id: "place-told", role: "status" }),
    );
    this.draw();
  }

  buttons() {
    const back = this.button("desk-place-back", () => {
      this.stop();
      this.render();
      this.root.querySelector("button")?.focus();
    }, "place-back");
    if (!this.outline?.growing) return [back];
    return [
      this.button("desk-place-before", () => this.choose(this.chosen - 1), "place-before"),
      this.button("desk-place-next", () => this.choose(this.chosen + 1), "place-next"),
      this.button("desk-place-add", () => this.add(), "place-add"),
      this.button("desk-place-remove", () => this.remove(), "place-remove"),
      back,
    ];
  }

  /** What the arrow keys move, so that they go on scrolling and moving the map elsewhere. */
  pad() {
    const pad = element("button", { type: "button", id: "place-pad", "aria-describedby": "place-note" });
    pad.addEventListener("keydown", (event) => {
      const way = ARROWS[event.key];
      if (!way || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const step = event.shiftKey ? LONG_STEP_M : STEP_M;
      this.put(shifted(this.vertex, way[0] * step, way[1] * step));
    });
    return pad;
  }

  /**
   * @param {string} message
   * @param {() => void} deed
   * @param {string} id
   */
  button(message, deed, id) {
    const button = element("button", { type: "button", id, text: this.texts.t(message) });
    button.addEventListener("click", deed);
    return button;
  }

  /** @param {"lat" | "lon"} axis */
  input(axis) {
    const id = `place-${axis}`;
    const input = /** @type {HTMLInputElement} */ (
      element("input", { type: "text", id, dir: "ltr", inputmode: "decimal", autocomplete: "off", maxlength: "30" })
    );
    input.addEventListener("input", () => {
      const degrees = decimal(input.value);
      const usable = degrees !== null && Math.abs(degrees) <= LIMITS[axis];
      input.setAttribute("aria-invalid", String(!usable));
      if (usable) this.put({ ...this.vertex, [axis]: rounded(degrees) });
    });
    return element("p", {}, [element("label", { for: id, text: this.texts.t(`desk-place-${axis}`) }), input]);
  }

  get vertex() {
    if (!this.outline) throw new Error("nothing is being moved");
    return this.outline.all[this.chosen].vertex;
  }

  /** @param {{ lon: number, lat: number }} at */
  put({ lon, lat }) {
    const { vertex } = this;
    [vertex.lon, vertex.lat] = [lon, lat];
    this.draw();
  }

  /** @param {number} index */
  choose(index) {
    const count = this.outline?.all.length ?? 1;
    this.chosen = (index + count) % count;
    this.draw();
  }

  add() {
    if (!this.outline) return;
    this.chosen = this.outline.add(this.chosen);
    this.draw();
  }

  remove() {
    if (!this.outline) return;
    if (!this.outline.remove(this.chosen)) {
      this.tell(this.texts.t("desk-place-least"));
      return;
    }
    this.choose(Math.min(this.chosen, this.outline.all.length - 1));
  }

  /** @param {any} event A click on the map: chooses a vertex, or moves the chosen one there. */
  click(event) {
    const near = this.outline?.all.findIndex(({ vertex }) => (
      this.map.map.latLngToContainerPoint([vertex.lat, vertex.lon]).distanceTo(event.containerPoint) <= REACH_PX
    )) ?? -1;
    if (near >= 0 && near !== this.chosen) this.choose(near);
    else this.put({ lon: rounded(event.latlng.wrap().lng), lat: rounded(event.latlng.lat) });
  }

  draw() {
    const { outline, texts } = this;
    if (!outline) return;
    this.map.drawOutline(outline, this.chosen);
    const given = { number: this.chosen + 1, count: outline.all.length };
    const pad = this.root.querySelector("#place-pad");
    if (pad) pad.textContent = texts.t("desk-place-pad", given);
    for (const axis of /** @type {const} */ (["lat", "lon"])) {
      const input = /** @type {HTMLInputElement} */ (this.root.querySelector(`#place-${axis}`));
      // What somebody is typing is left alone.
      if (document.activeElement === input) continue;
      input.value = String(this.vertex[axis]);
      input.removeAttribute("aria-invalid");
    }
    this.tell(this.told());
  }

  told() {
    const { outline, texts } = this;
    if (!outline?.changed) return texts.t("desk-place-still");
    const { farthest_m, added, removed } = outline.told;
    const metres = length(farthest_m);
    if (!outline.growing) return texts.t("desk-place-moved", { metres });
    const { from, lon, lat } = this.vertex;
    const own = from ? length(distance_m({ lon, lat }, { lon: from[0], lat: from[1] })) : length(0);
    return texts.t("desk-place-changed", { metres, own, added, removed });
  }

  /** @param {string} text */
  tell(text) {
    const told = this.root.querySelector("#place-told");
    if (told) told.textContent = text;
  }
}

/**
 * Read decimal degrees; Arabic digits and a comma for the point are understood.
 *
 * @param {string} text
 * @returns {number | null}
 */
function decimal(text) {
  const plain = text.trim()
    .replace(/[\u0660-\u0669]/g, (sign) => String(sign.charCodeAt(0) - 0x0660))
    .replace(/[\u06f0-\u06f9]/g, (sign) => String(sign.charCodeAt(0) - 0x06f0))
    .replace(/[,\u066b]/, ".")
    .replace("\u2212", "-");
  return /^-?\d{1,3}(\.\d*)?$/.test(plain) ? Number(plain) : null;
}
