/** A drawing of an outline or a line, north up, with a bar for its size. */

import { svg } from "./dom.js";
import { letter, roundScale } from "./sketch.js";

const SIZE = 200;
const ROOM = 150;
const LEFT = 16;
const TOP = 12;
const METRES_PER_DEGREE = 111_320;
const SMALLEST_M = 20;

/**
 * @param {import("./shapes.js").Corner[]} path
 * @param {"area" | "line"} form
 * @param {string} label
 */
export function pathSketch(path, form, label) {
  const [lon0, lat0] = path[0];
  const squeeze = Math.cos((lat0 * Math.PI) / 180);
  const flat = path.map(([lon, lat]) => [(lon - lon0) * METRES_PER_DEGREE * squeeze, (lat0 - lat) * METRES_PER_DEGREE]);
  const [xs, ys] = [flat.map(([x]) => x), flat.map(([, y]) => y)];
  const [west, north] = [Math.min(...xs), Math.min(...ys)];
  const wide = Math.max(SMALLEST_M, Math.max(...xs) - west, Math.max(...ys) - north);
  const scale = ROOM / wide;
  const margin = (/** @type {number[]} */ all) => (ROOM - (Math.max(...all) - Math.min(...all)) * scale) / 2;
  const [left, top] = [LEFT + margin(xs), TOP + margin(ys)];
  const points = flat.map(([x, y]) => `${(left + (x - west) * scale).toFixed(1)},${(top + (y - north) * scale).toFixed(1)}`);
  const [last] = points.slice(-1);
  const [x, y] = last.split(",");
  const bar = roundScale(wide / 2);
  return svg(
    "svg",
    { class: "sketch", viewBox: `0 0 ${SIZE} ${SIZE}`, role: "img", "aria-label": label, direction: "ltr" },
    svg(form === "area" ? "polygon" : "polyline", { class: "path", points: points.join(" ") }),
    svg("circle", { class: "here", cx: x, cy: y, r: 5 }),
    svg("path", { class: "north", d: "M186 26 l-6 14 l6 -4 l6 4 z" }),
    letter(186, 20, "N", "middle"),
    svg("path", { class: "bar", d: `M8 192 v-5 m0 5 h${bar * scale} v-5` }),
    letter(8, 182, `${bar} m`, "start"),
  );
}
