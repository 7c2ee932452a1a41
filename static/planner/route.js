/** One route: how far each status reaches on it, what blocks it, and how old that knowledge is. */

import { element } from "../map/panel.js";
import { ltr } from "../map/words.js";
import { button } from "./texts.js";

/**
 * @param {import("./main.js").Planner} page
 * @param {any} route As the service gives it.
 * @returns {Node[]}
 */
export function routeParts(page, route) {
  const { texts } = page;
  const place = (/** @type {any} */ one) =>
    one?.pcode || one?.name_en || one?.name_ar ? texts.name(one) : texts.position(one.lat, one.lon);
  const people = route.households === null ? texts.t("households-unknown") : texts.t("households", { count: texts.people(route.households) });
  return [
    element("h2", { text: texts.name(route), tabindex: "-1" }),
    element("p", { className: "status" }, [texts.sample(route.worst)]),
    element("p", { text: texts.t("route-worst") }),
    ...(route.retired ? [element("p", { className: "warning", text: texts.t("route-retired") })] : []),
    ...(route.from && route.to ? [element("p", { text: texts.t("from-to", { from: place(route.from), to: place(route.to) }) })] : []),
    element("p", { text: texts.t(route.mode === "foot" ? "on-foot" : "by-vehicle") }),
    element("p", { text: people }),
    ...(route.season ? [element("p", {}, [element("bdi", { text: route.season })])] : []),
    element("h3", { text: texts.t("route-metres", { length: texts.km(route.length_m) }) }),
    texts.bar(route.metres),
    element("p", { className: route.not_surveyed_m > 0 ? "warning" : undefined, text: texts.t("not-surveyed", { length: texts.km(route.not_surveyed_m) }) }),
    ...listed(texts, "route-gone", route.gone ?? []),
    ...listed(texts, "route-changed", route.changed ?? []),
    ...gaps(texts, route.gaps ?? []),
    element("p", { text: route.oldest_knowledge ? texts.t("oldest", { date: texts.day(route.oldest_knowledge) }) : texts.t("oldest-none") }),
    element("p", { text: route.rely_until ? texts.t("rely-until", { date: texts.day(route.rely_until) }) : texts.t("rely-none") }),
    element("h3", { text: texts.t("blocking-title", { count: route.blocking.length }) }),
    blocking(page, route.blocking),
    element("p", { className: "note", text: texts.t("told-of", { asOf: texts.moment(route.as_of), knownAt: texts.moment(route.known_at) }) }),
    sheets(page, route),
  ];
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {"route-gone" | "route-changed"} message
 * @param {string[]} roads
 */
function listed(texts, message, roads) {
  if (roads.length === 0) return [];
  const ids = roads.map((id) => texts.id(id)).join(" ");
  return [element("p", { className: "warning", text: texts.t(message, { count: roads.length, ids }) })];
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {{ metres: number }[]} every Where no road was found along the line of the route.
 */
function gaps(texts, every) {
  if (every.length === 0) return [];
  const metres = every.reduce((sum, one) => sum + one.metres, 0);
  return [element("p", { className: "warning", text: texts.t("route-gaps", { count: every.length, length: texts.km(metres) }) })];
}

/**
 * @param {import("./main.js").Planner} page
 * @param {any[]} places
 */
function blocking(page, places) {
  const { texts } = page;
  if (places.length === 0) return element("p", { text: texts.t("blocking-none") });
  page.map.drawSigns(places.map(({ lat, lon }, index) => ({ lat, lon, text: String(index + 1) })));
  const rows = places.map((one) => {
    const show = button(texts.t("show"), () => page.explain(one.lat, one.lon, true), {
      "aria-label": texts.t("show-place", { what: `${texts.status(one.status)}, ${texts.road(one.road_name)}` }),
    });
    const range = ltr(`${one.from_m.toFixed(0)}\u2013${one.to_m.toFixed(0)}`);
    return element("li", {}, [
      texts.sample(one.status),
      element("bdi", { text: texts.road(one.road_name) }),
      element("span", { className: "note", text: texts.words.t("piece-range", { range }) }),
      element("span", { className: "note", text: texts.position(one.lat, one.lon) }),
      // Written by the rule, in English only.
      ...(one.text ? [element("small", { lang: "en", dir: "ltr", text: one.text })] : []),
      show,
    ]);
  });
  return element("ol", { className: "blocking" }, rows);
}

/**
 * @param {import("./main.js").Planner} page
 * @param {any} route
 */
function sheets(page, route) {
  const { texts } = page;
  const links = ["a3", "a4"].map((paper) => {
    const asked = new URLSearchParams({ ...page.moment(), paper, lang: texts.words.language });
    const href = `/api/v1/routes/${encodeURIComponent(route.id)}/sheet.pdf?${asked}`;
    return element("a", { href, target: "_blank", rel: "noreferrer", text: texts.t("sheet", { paper: ltr(paper.toUpperCase()) }) });
  });
  return element("p", { className: "buttons" }, links);
}
