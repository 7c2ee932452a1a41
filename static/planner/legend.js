/** The legend: every line with its words, the areas, and what the map may hide. */

import { lineSample } from "../map/lines.js";
import { element } from "../map/panel.js";
import { messageId } from "../map/words.js";
import { field } from "./texts.js";
import { drawSign } from "./tile_roads.js";

const AREAS = ["confirmed_area", "suspected_area", "find", "strike", "closure", "release", "set_aside"];

/**
 * @param {import("./main.js").Planner} page
 * @returns {Node[]}
 */
export function legendParts(page) {
  const { texts } = page;
  const { words, symbols } = texts;
  const lines = symbols.statuses.map((/** @type {string} */ word, /** @type {number} */ rank) =>
    element("li", { "data-status": word }, [
      lineSample(symbols.lines[rank], 54, 18),
      element("span", {}, [
        element("strong", { text: texts.status(word) }),
        element("small", { text: words.t(`${messageId("status", word)}-meaning`) }),
      ]),
    ]),
  );
  const cells = [0, 1, 2].map((rank) => element("li", {}, [
    sample((context) => drawSign(context, rank, symbols.lines[rank].colour, 12, 9, 5)),
    element("span", { text: texts.t("legend-cell", { status: texts.status(symbols.statuses[rank]) }) }),
  ]));
  const areas = AREAS.map((name) => element("li", {}, [
    sample((context) => area(context, symbols.areas[name])),
    element("span", { text: texts.t(`area-${name.replaceAll("_", "-")}`) }),
  ]));
  const [label, box] = field(texts.t("show-evidence"), { type: "checkbox", id: "show-evidence" });
  box.checked = page.state.evidence;
  box.addEventListener("change", () => page.set({ evidence: box.checked }));
  return [
    element("h2", { text: words.t("legend-title") }),
    element("p", { text: words.t("legend-hazards-first") }),
    element("p", { text: words.t("layers-roads-always") }),
    element("ul", { className: "samples" }, lines),
    element("h3", { text: texts.t("legend-cells") }),
    element("p", { text: texts.t("legend-cells-note") }),
    element("ul", { className: "samples" }, cells),
    element("h3", { text: texts.t("legend-areas") }),
    label,
    element("ul", { className: "samples" }, areas),
    element("p", {}, [element("a", { href: `/maps/?lang=${words.language}`, text: texts.t("plain-map") })]),
  ];
}

/** @param {(context: CanvasRenderingContext2D) => void} draw */
function sample(draw) {
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { width: "48", height: "36", "aria-hidden": "true", className: "mark" }));
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  draw(context);
  return canvas;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {any} style
 */
function area(context, style) {
  context.globalAlpha = style.opacity;
  context.fillStyle = style.fill;
  context.fillRect(2, 2, 20, 14);
  context.globalAlpha = 1;
  context.strokeStyle = style.outline;
  context.lineWidth = 2;
  context.setLineDash(style.dash_px.map((/** @type {number} */ one) => one / 2));
  context.strokeRect(2, 2, 20, 14);
}
