/** The legend with kilometres, and the switches of the layers. */

import { drawMark, GROUPS } from "./evidence_layer.js";
import { lineSample } from "./lines.js";
import { element } from "./panel.js";
import { ltr, messageId } from "./words.js";

/** What each switch shows beside its name: styles of areas and signs of points. */
const SAMPLES = /** @type {Record<string, [string, string | null][]>} */ ({
  finds: [["find", "find"], ["find", "removed"], ["find", "accident"], ["find", "report"]],
  areas: [["confirmed_area", null], ["suspected_area", null]],
  strikes: [["strike", "strike"]],
  closures: [["closure", null]],
  releases: [["release", null], ["set_aside", null]],
  places: [],
});

/**
 * Write the table of statuses: line, word, meaning, kilometres; all eight, the worst first.
 *
 * @param {import("./payload.js").Payload} payload
 * @param {import("./words.js").Words} words
 */
export function renderLegend(payload, words) {
  const { statuses, km, symbols } = payload.tables;
  const rows = statuses.map((/** @type {string} */ status, /** @type {number} */ rank) =>
    element("tr", { "data-status": status }, [
      element("td", {}, [lineSample(symbols.lines[rank], 54, 18)]),
      element("th", { scope: "row" }, [
        element("span", { text: words.t(messageId("status", status)) }),
        element("small", { text: words.t(`${messageId("status", status)}-meaning`) }),
      ]),
      element("td", { className: "uxo-km", text: kilometres(km[rank]) }),
    ]),
  );
  const total = km.reduce((/** @type {number} */ sum, /** @type {number} */ one) => sum + one, 0);
  const foot = element("tr", {}, [
    element("td"),
    element("th", { scope: "row", text: words.t("legend-total") }),
    element("td", { className: "uxo-km", text: kilometres(total) }),
  ]);
  const head = element("tr", {}, ["legend-line", "legend-status", "legend-km"].map((id) =>
    element("th", { scope: "col", text: words.t(id) }),
  ));
  byId("uxo-legend-table").replaceChildren(
    element("thead", {}, [head]),
    element("tbody", {}, rows),
    element("tfoot", {}, [foot]),
  );
}

/**
 * Write kilometres with one decimal; a length that is there but rounds to nothing is not shown as 0.
 *
 * @param {number} km
 */
export function kilometres(km) {
  return ltr(km > 0 && km < 0.05 ? "< 0.1" : km.toFixed(1));
}

/**
 * Write one switch for each layer of evidence and for the places. The roads have none: a map with
 * its hazards switched off would read as a map without hazards.
 *
 * @param {import("./payload.js").Payload} payload
 * @param {import("./words.js").Words} words
 * @param {Record<string, { count: number, layer: import("./canvas_layer.js").CanvasLayer }>} layers
 */
export function renderSwitches(payload, words, layers) {
  const rows = [...Object.keys(GROUPS).reverse(), "places"].map((name) => {
    const { count, layer } = layers[name];
    const box = /** @type {HTMLInputElement} */ (element("input", { type: "checkbox", "data-layer": name }));
    box.checked = layer.shown;
    box.addEventListener("change", () => layer.show(box.checked));
    const text = element("span", { text: words.t(`layer-${name}`, { count: ltr(count) }) });
    const samples = SAMPLES[name].map(([style, mark]) => areaSample(payload.tables.symbols.areas[style], mark));
    return element("label", { className: "uxo-switch" }, [box, text, ...samples]);
  });
  byId("uxo-switches").replaceChildren(...rows);
}

/**
 * @param {{ fill: string, opacity: number, outline: string, dash_px: number[] }} style
 * @param {string | null} mark
 */
function areaSample(style, mark) {
  const canvas = /** @type {HTMLCanvasElement} */ (element("canvas", { width: "48", height: "32", "aria-hidden": "true" }));
  canvas.className = "uxo-area-sample";
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(2, 2);
  const path = new Path2D();
  if (mark) path.ellipse(12, 8, 10, 7, 0, 0, 2 * Math.PI);
  else path.rect(2, 2, 20, 12);
  context.globalAlpha = style.opacity;
  context.fillStyle = style.fill;
  context.fill(path);
  context.globalAlpha = 1;
  context.strokeStyle = style.outline;
  context.setLineDash(style.dash_px.map((part) => part / 2));
  context.stroke(path);
  context.setLineDash([]);
  if (mark) drawMark(context, 12, 8, 4.5, mark, style.outline);
  return canvas;
}

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
