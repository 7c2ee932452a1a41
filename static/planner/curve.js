/** The curve of a plan: how many are reconnected for how much work, task by task. */

import { element } from "../map/panel.js";

const [WIDTH, HEIGHT] = [280, 110];
const SPACE = "http://www.w3.org/2000/svg";

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any[]} tasks
 */
export function curve(texts, tasks) {
  const last = tasks[tasks.length - 1];
  const at = (/** @type {any} */ task) => [
    (task.area_m2_so_far / (last.area_m2_so_far || 1)) * WIDTH,
    HEIGHT - (task.households_so_far / (last.households_so_far || 1)) * HEIGHT,
  ];
  const steps = tasks.map(at);
  let path = `M0 ${HEIGHT}`;
  for (const [x, y] of steps) path += ` H${x.toFixed(1)} V${y.toFixed(1)}`;
  const line = made("path", { d: path, fill: "none", stroke: "currentColor", "stroke-width": "2" });
  const dots = steps.map(([x, y]) => made("circle", { cx: x.toFixed(1), cy: y.toFixed(1), r: "3", fill: "currentColor" }));
  const drawing = made("svg", { viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, role: "img", "aria-label": texts.t("curve-label") });
  drawing.append(line, ...dots);
  return element("figure", { className: "curve" }, [drawing, element("figcaption", { text: texts.t("curve-label") })]);
}

/**
 * @param {string} tag
 * @param {Record<string, string>} given
 */
function made(tag, given) {
  const node = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(given)) node.setAttribute(name, value);
  return node;
}
