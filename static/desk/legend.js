/** The lines that the map shows around a record, with their meaning and their length. */

import { lineSample } from "../map/lines.js";
import { element } from "../map/panel.js";

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any[]} features Pieces of road.
 * @param {any} symbols
 * @returns {Node[]}
 */
export function legendParts(texts, features, symbols) {
  /** @type {number[]} */
  const metres = symbols.statuses.map(() => 0);
  for (const { properties } of features) {
    metres[properties.rank] += properties.to_m - properties.from_m;
  }
  const there = metres.map((length, rank) => ({ length, rank })).filter(({ length }) => length > 0);
  const rows = there.map(({ length, rank }) => element("li", {}, [
    lineSample(symbols.lines[rank], 44, 18),
    element("span", { text: texts.status(symbols.statuses[rank]) }),
    element("span", { className: "km", text: texts.distance(length / 1000) }),
  ]));
  return [element("summary", { text: texts.t("desk-legend") }), element("ul", {}, rows)];
}
