/** Routes in a list, worst first, with their kilometres by status. */

import { element } from "../map/panel.js";
import { read } from "./asks.js";
import { routeParts } from "./route.js";
import { button } from "./texts.js";

export class Routes {
  /** @param {import("./main.js").Planner} page */
  constructor(page) {
    this.page = page;
    this.root = element("div", { id: "routes" });
  }

  async show() {
    const { route } = this.page.state;
    if (route) await this.open(route);
    else await this.list();
  }

  async list() {
    const { texts } = this.page;
    this.page.map.clear();
    try {
      const said = await read("/api/v1/routes", this.page.moment());
      if (this.page.state.route) return;
      const title = element("h2", { text: texts.t("routes-title") });
      const note = element("p", { text: texts.t(said.routes.length ? "routes-worst-first" : "routes-none") });
      const rows = said.routes.map((/** @type {any} */ route) => this.row(route));
      this.root.replaceChildren(title, note, element("ol", { className: "routes" }, rows));
    } catch (error) {
      const missing = /** @type {any} */ (error).status === 404;
      const text = missing ? texts.t("routes-missing") : texts.refusal(error);
      this.root.replaceChildren(element("p", { text }));
    }
  }

  /** @param {any} route */
  row(route) {
    const { texts } = this.page;
    const open = button(texts.name(route), () => this.choose(route.id), { className: "open", "data-route": route.id });
    const people = route.households === null || route.households === undefined
      ? texts.t("households-unknown")
      : texts.t("households", { count: texts.people(route.households) });
    const worst = element("p", { className: "status" }, [texts.sample(route.worst)]);
    return element("li", {}, [
      element("h3", {}, [open]), worst, texts.bar(route.metres), element("p", { className: "note", text: people }),
    ]);
  }

  /** @param {string} id */
  choose(id) {
    this.page.set({ route: id });
    return this.open(id, true);
  }

  /**
   * @param {string} id
   * @param {boolean} [fly]
   */
  async open(id, fly = false) {
    const { page } = this;
    const { texts } = page;
    const back = button(texts.t("routes-back"), () => {
      page.set({ route: null });
      this.list();
    });
    try {
      const route = await read(`/api/v1/routes/${encodeURIComponent(id)}`, page.moment());
      if (page.state.route !== id) return;
      const lines = linesOf(route.pieces);
      page.map.drawRoute(lines);
      if (fly || !page.state.map) page.map.fit(boxOf(lines));
      this.root.replaceChildren(back, ...routeParts(page, route));
      if (fly) /** @type {HTMLElement | null} */ (this.root.querySelector("h2"))?.focus();
    } catch (error) {
      this.root.replaceChildren(back, element("p", { text: texts.refusal(error) }));
    }
  }
}

/**
 * @param {any} collection GeoJSON.
 * @returns {number[][][]}
 */
function linesOf(collection) {
  return collection.features.flatMap((/** @type {any} */ { geometry }) => {
    if (!geometry) return [];
    return geometry.type === "LineString" ? [geometry.coordinates] : geometry.coordinates;
  });
}

/**
 * @param {number[][][]} lines
 * @returns {[number, number, number, number]}
 */
export function boxOf(lines) {
  const box = /** @type {[number, number, number, number]} */ ([180, 90, -180, -90]);
  for (const [lon, lat] of lines.flat()) {
    [box[0], box[1]] = [Math.min(box[0], lon), Math.min(box[1], lat)];
    [box[2], box[3]] = [Math.max(box[2], lon), Math.max(box[3], lat)];
  }
  return box;
}
