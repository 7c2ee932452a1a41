/** The worst places as a table: for screen readers, for the keyboard and for paper. */

import { byId } from "./legend.js";
import { element, fill, reasonItem } from "./panel.js";
import { ltr } from "./words.js";

// Where dozens of footprints overlap the first few say enough; a click on the map gives them all.
const MOST_REASONS = 3;

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./words.js").Words} words
 * @param {import("./sentences.js").Sentences} sentences
 * @param {(piece: number) => void} choose Shows a piece on the map.
 */
export function renderWorst(payload, words, sentences, choose) {
  const pieces = Array.from(payload.columns.worst);
  fill(byId("uxo-worst-title"), words.t("worst-title", { count: pieces.length }));
  const none = byId("uxo-worst-none");
  none.hidden = pieces.length > 0;
  const table = byId("uxo-worst-table");
  table.hidden = pieces.length === 0;
  const head = ["worst-status", "worst-road", "worst-range", "worst-why", "worst-show"].map((id) =>
    element("th", { scope: "col", text: words.t(id) }),
  );
  const rows = pieces.map((piece) => row(piece, words, sentences, choose));
  table.replaceChildren(element("thead", {}, [element("tr", {}, head)]), element("tbody", {}, rows));
}

/**
 * @param {number} piece
 * @param {import("./words.js").Words} words
 * @param {import("./sentences.js").Sentences} sentences
 * @param {(piece: number) => void} choose
 */
function row(piece, words, sentences, choose) {
  const range = sentences.range(piece);
  const road = `${sentences.roadName(piece)} ${sentences.roadId(piece)}`;
  const label = words.t("worst-show-label", { road, range });
  const button = element("button", { type: "button", text: words.t("worst-show"), "aria-label": label });
  button.addEventListener("click", () => choose(piece));
  const live = sentences.reasons(piece).filter((one) => /applies|in_force/.test(one.effect));
  const reasons = [element("ul", { className: "uxo-reasons" }, live.slice(0, MOST_REASONS).map(reasonItem))];
  if (live.length > MOST_REASONS) {
    reasons.push(element("p", { text: words.t("worst-more", { count: ltr(live.length - MOST_REASONS) }) }));
  }
  return element("tr", {}, [
    element("th", { scope: "row", text: sentences.status(piece) }),
    element("td", {}, [
      element("bdi", { text: sentences.roadName(piece) }),
      document.createTextNode(" "),
      element("bdi", { text: sentences.roadId(piece) }),
    ]),
    element("td", { text: range }),
    element("td", {}, reasons),
    element("td", {}, [button]),
  ]);
}
