/** What the map shows, as a list: for those who cannot see it, and for those who want figures. */

import { element, fill } from "../map/panel.js";
import { ltr } from "../map/words.js";
import { read } from "./asks.js";
import { button } from "./texts.js";

const [A_PAGE, MOST_PAGES, MOST_ROWS] = [1000, 5, 100];
const LAST_HAZARD_RANK = 2;

export class ViewPanel {
  /** @param {import("./main.js").Planner} page */
  constructor(page) {
    this.page = page;
    this.root = element("div", { id: "view" });
    this.asked = 0;
  }

  async show() {
    const { page } = this;
    const { texts } = page;
    this.asked += 1;
    const own = this.asked;
    const title = element("h2", { text: texts.t("view-title") });
    const note = element("p", { role: "status", text: texts.t("view-reading") });
    if (!this.root.childElementCount) this.root.replaceChildren(title, note);
    if (page.state.asOf || page.state.knownAt) {
      fill(note, texts.t("view-of-now"));
      this.root.replaceChildren(title, note);
      return;
    }
    try {
      const { features, whole } = await piecesIn(page.map.map.getBounds());
      if (own === this.asked) this.render(title, features, whole);
    } catch (error) {
      fill(note, texts.refusal(error));
      this.root.replaceChildren(title, note);
    }
  }

  /**
   * @param {Element} title
   * @param {any[]} features
   * @param {boolean} whole
   */
  render(title, features, whole) {
    const { texts } = this.page;
    /** @type {Record<string, number>} */
    const metres = {};
    for (const { properties } of features) {
      metres[properties.status] = (metres[properties.status] ?? 0) + properties.to_m - properties.from_m;
    }
    const hazards = features.filter(({ properties }) => properties.rank <= LAST_HAZARD_RANK);
    hazards.sort((a, b) => a.properties.rank - b.properties.rank);
    const rows = hazards.slice(0, MOST_ROWS).map((feature) => this.row(feature));
    this.root.replaceChildren(
      title,
      element("p", { role: "status", text: texts.t(whole ? "view-whole" : "view-part", { count: ltr(features.length) }) }),
      ...(features.length ? [texts.bar(metres)] : []),
      element("h3", { text: texts.t("view-hazards", { count: hazards.length, shown: rows.length }) }),
      rows.length ? element("ol", { className: "blocking" }, rows) : element("p", { text: texts.words.t("worst-none") }),
    );
  }

  /** @param {any} feature */
  row({ properties, geometry }) {
    const { page } = this;
    const { texts } = page;
    const [lon, lat] = middle(geometry);
    const range = ltr(`${properties.from_m.toFixed(0)}\u2013${properties.to_m.toFixed(0)}`);
    return element("li", {}, [
      texts.sample(properties.status),
      element("span", { text: texts.words.t("piece-road", { id: texts.id(properties.road_id) }) }),
      element("span", { className: "note", text: texts.words.t("piece-range", { range }) }),
      button(texts.t("show"), () => page.explain(lat, lon, true), {
        "aria-label": texts.t("show-place", { what: `${texts.status(properties.status)}, ${texts.id(properties.road_id)}` }),
      }),
    ]);
  }
}

/**
 * @param {L.LatLngBounds} bounds
 * @returns {Promise<{ features: any[], whole: boolean }>}
 */
async function piecesIn(bounds) {
  const bbox = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()]
    .map((one, at) => Math.max(at % 2 ? -90 : -180, Math.min(at % 2 ? 90 : 180, one)).toFixed(6)).join(",");
  /** @type {any[]} */
  const features = [];
  let said = await read("/api/v1/roads/status", { bbox, limit: A_PAGE });
  for (let pages = 1; ; pages += 1) {
    features.push(...said.features);
    const next = said.links.find((/** @type {any} */ link) => link.rel === "next");
    if (!next) return { features, whole: true };
    if (pages === MOST_PAGES) return { features, whole: false };
    said = await read(next.href);
  }
}

/** @param {any} geometry A line, or several. */
function middle({ type, coordinates }) {
  const line = type === "LineString" ? coordinates : coordinates[0];
  if (line.length > 2) return line[Math.floor(line.length / 2)];
  const [a, b] = [line[0], line[line.length - 1]];
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}
