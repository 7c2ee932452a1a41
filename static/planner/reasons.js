/** Why a place has its status: what a click on the map shows. */

import { element } from "../map/panel.js";
import { ltr, messageId } from "../map/words.js";
import { read } from "./asks.js";
import { button } from "./texts.js";

/**
 * @param {import("./main.js").Planner} page
 * @param {number} lat
 * @param {number} lon
 * @returns {Promise<Node[]>}
 */
export async function reasonsOf(page, lat, lon) {
  const { texts } = page;
  const head = [
    element("h2", { id: "reasons-title", text: texts.words.t("panel-title") }),
    element("p", { className: "note", text: texts.t("at", { position: texts.position(lat, lon) }) }),
  ];
  try {
    const said = await read("/api/v1/explain", { lon, lat });
    const past = page.state.asOf || page.state.knownAt;
    return [
      ...head,
      ...(past ? [element("p", { className: "warning", text: texts.t("reasons-of-now") })] : []),
      ...explanation(texts, said),
    ];
  } catch (error) {
    const { status, code } = /** @type {any} */ (error);
    const nothing = status === 404 && code === "not-found";
    return [...head, element("p", { text: nothing ? texts.words.t("panel-nothing") : texts.refusal(error) })];
  }
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} said
 */
function explanation(texts, said) {
  const { words } = texts;
  const range = ltr(`${said.from_m.toFixed(1)}\u2013${said.to_m.toFixed(1)}`);
  const known = said.oldest_knowledge
    ? texts.t("knowledge", { oldest: texts.day(said.oldest_knowledge), newest: texts.day(said.newest_knowledge) })
    : texts.t("knowledge-none");
  const rows = said.reasons.map((/** @type {any} */ reason) =>
    element("li", {}, [
      element("strong", { text: texts.id(reason.evidence_id) }),
      element("span", { text: ` ${words.t(messageId("desk-effect", reason.effect))}` }),
      // The rule's own sentence with its figures; it is written in English only.
      element("small", { lang: "en", dir: "ltr", text: reason.text }),
    ]),
  );
  return [
    element("p", { className: "status" }, [texts.sample(said.status)]),
    element("p", { text: words.t(`${messageId("status", said.status)}-meaning`) }),
    element("p", {}, [element("bdi", { text: texts.road(said.name) })]),
    element("p", { className: "note", text: words.t("piece-road", { id: texts.id(said.road_id) }) }),
    element("p", { className: "note", text: words.t("piece-range", { range }) }),
    ...(said.since ? [element("p", { text: texts.t("since", { date: texts.day(said.since) }) })] : []),
    element("p", { text: known }),
    ...(said.undated_evidence ? [element("p", { className: "warning", text: texts.t("undated", { count: said.undated_evidence }) })] : []),
    ...(said.conflict ? [element("p", { className: "warning", text: words.t("piece-conflict") })] : []),
    ...(said.clearance_under_way ? [element("p", { text: words.t("piece-under-way") })] : []),
    ...(said.hazard_beside_m === null ? [] : [
      element("p", { className: "warning", text: words.t("piece-hazard-beside", { metres: ltr(said.hazard_beside_m.toFixed(1)) }) }),
    ]),
    element("h3", { text: words.t("reasons-title") }),
    rows.length ? element("ul", { className: "reasons" }, rows) : element("p", { text: words.t("reasons-none") }),
  ];
}

/**
 * @param {import("./main.js").Planner} page
 * @param {() => void} close
 */
export const closer = (page, close) =>
  button("\u00d7", close, { className: "close", "aria-label": page.texts.words.t("panel-close") });
