/** A drawing of what a position means: who stands where, the direction, the circle of the error. */

import { svg } from "./dom.js";

const SIZE = 200;
const MIDDLE = SIZE / 2;
const ROOM = 88;

/** @param {number} metres */
export function roundScale(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [1, 2, 5, 10].map((step) => step * power).filter((step) => step <= metres).at(-1) ?? power;
}

/**
 * North is up in every language: a compass is never mirrored.
 *
 * @param {{ error_m: number | null, bearing_deg?: number | null, distance_m?: number, label: string }} shown
 */
export function sketch({ error_m, bearing_deg = null, distance_m = 0, label }) {
  const radius = error_m ?? 30;
  const scale = ROOM / Math.max(10, distance_m + radius);
  const angle = ((bearing_deg ?? 0) * Math.PI) / 180;
  const away = bearing_deg === null ? 0 : distance_m * scale;
  const [x, y] = [MIDDLE + away * Math.sin(angle), MIDDLE - away * Math.cos(angle)];
  const bar = roundScale(ROOM / scale / 2);
  const drawing = svg(
    "svg",
    { class: "sketch", viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label, direction: "ltr" },
    svg("circle", { class: error_m === null ? "error unknown" : "error", cx: x, cy: y, r: Math.max(3, radius * scale) }),
    svg("line", { class: "way", x1: MIDDLE, y1: MIDDLE, x2: x, y2: y }),
    svg("circle", { class: "here", cx: MIDDLE, cy: MIDDLE, r: 5 }),
    svg("path", { class: "north", d: "M186 26 l-6 14 l6 -4 l6 4 z" }),
    letter(186, 20, "N", "middle"),
    svg("path", { class: "bar", d: `M8 192 v-5 m0 5 h${bar * scale} v-5` }),
    letter(8, 182, `${bar} m`, "start"),
  );
  return drawing;
}

/**
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {string} anchor
 */
export function letter(x, y, text, anchor) {
  return svg("text", { x, y, "text-anchor": anchor, "aria-hidden": "true" }, text);
}
