/** Asks for a way between two places, shows what there is, or what would open one. */

import { element, fill } from "../map/panel.js";
import { ltr } from "../map/words.js";
import { read, send } from "./asks.js";
import { boxOf } from "./routes.js";
import { Search, positioned } from "./search.js";
import { button, field } from "./texts.js";

/** What may be allowed at all; closures and confirmed hazards never are. */
const CHOICES = ["suspected_hazard", "not_surveyed", "survey_expired", "surveyed", "reduced", "cleared"];
const DEFAULT = ["surveyed", "reduced", "cleared"];

/** @typedef {import("./search.js").Place} Place */

export class WayPanel {
  /** @param {import("./main.js").Planner} page */
  constructor(page) {
    this.page = page;
    /** @type {Place | null} */
    this.from = readPlace(page.state.from);
    /** @type {Place | null} */
    this.to = readPlace(page.state.to);
    /** @type {Place[]} Between the two, in the order of travel. */
    this.via = [];
    this.allow = page.state.allow ? page.state.allow.split(",") : DEFAULT;
    this.root = element("div", { id: "way" });
    /** @type {any} */
    this.found = null;
    this.build();
  }

  build() {
    const { page } = this;
    const { texts } = page;
    const end = (/** @type {"from" | "to"} */ name) => {
      const search = new Search(page, {
        id: `way-${name}`, label: `way-${name}`, pick: true, chosen: (place) => this.place(name, place),
      });
      if (this[name]) search.show(/** @type {Place} */ (this[name]));
      return search.root;
    };
    const via = new Search(page, {
      id: "way-via", label: "way-via", pick: true, chosen: (place) => {
        this.via.push(place);
        via.input.value = "";
        this.renderVia();
      },
    });
    this.viaList = element("ol", { className: "via" });
    const between = element("details", { className: "between" }, [
      element("summary", { text: texts.t("way-between") }), via.root, this.viaList,
    ]);
    this.answer = element("div", { id: "way-answer" });
    this.note = element("p", { role: "status" });
    const ask = button(texts.t("way-ask"), () => this.ask(), { id: "way-ask", className: "confirm" });
    this.root.replaceChildren(
      element("h2", { text: texts.t("way-title") }), end("from"), end("to"), between, this.allowed(), this.walking(),
      element("p", {}, [ask]), this.note, this.answer,
    );
    this.renderVia();
  }

  allowed() {
    const { texts } = this.page;
    const boxes = CHOICES.map((word) => {
      const [label, box] = field("", { type: "checkbox", value: word });
      box.checked = this.allow.includes(word);
      box.addEventListener("change", () => {
        this.allow = CHOICES.filter((one) => (one === word ? box.checked : this.allow.includes(one)));
        this.page.set({ allow: this.allow.join(",") });
      });
      label.lastElementChild?.replaceWith(texts.sample(word));
      return label;
    });
    return element("fieldset", {}, [
      element("legend", { text: texts.t("way-allow") }), ...boxes,
      element("p", { className: "note", text: texts.t("way-never") }),
    ]);
  }

  walking() {
    const { page } = this;
    const [label, box] = field(page.texts.t("on-foot"), { type: "checkbox", id: "way-foot" });
    box.checked = page.state.onFoot;
    box.addEventListener("change", () => page.set({ onFoot: box.checked }));
    return label;
  }

  /**
   * @param {"from" | "to"} name
   * @param {Place} place
   */
  place(name, place) {
    this[name] = place;
    this.page.set({ [name]: written(place) });
    this.page.map.fly(place.lat, place.lon, 13);
    this.signs();
  }

  signs() {
    const ends = [[this.from, "A"], ...this.via.map((place, at) => [place, String(at + 1)]), [this.to, "B"]];
    this.page.map.drawSigns(/** @type {[Place | null, string][]} */ (ends).flatMap(([place, text]) =>
      place ? [{ lat: place.lat, lon: place.lon, text }] : [],
    ));
  }

  renderVia() {
    const { texts } = this.page;
    this.viaList?.replaceChildren(...this.via.map((place, at) => element("li", {}, [
      element("bdi", { text: place.pcode ? texts.name(place) : texts.position(place.lat, place.lon) }),
      button(texts.t("remove"), () => {
        this.via.splice(at, 1);
        this.renderVia();
      }, { "aria-label": texts.t("remove-point", { number: at + 1 }) }),
    ])));
    if (this.via.length) this.signs();
  }

  show() {
    if (this.found) this.draw();
    else this.signs();
    if (this.from && this.to && !this.found && !this.answer?.childElementCount) return this.ask();
    return Promise.resolve();
  }

  async ask() {
    const { texts, state } = this.page;
    const stops = [this.from, ...this.via, this.to];
    this.found = null;
    this.answer?.replaceChildren();
    if (stops.some((stop) => stop === null) || this.allow.length === 0) {
      this.say(texts.t(this.allow.length === 0 ? "way-allow-one" : "way-both-ends"));
      return;
    }
    this.say(texts.t("way-searching"));
    const places = /** @type {Place[]} */ (stops);
    const legs = [];
    try {
      for (let at = 0; at + 1 < places.length; at += 1) {
        legs.push(await read("/api/v1/ways", {
          from: written(places[at]), to: written(places[at + 1]),
          allow: this.allow.join(","), on_foot: String(state.onFoot),
        }));
      }
    } catch (error) {
      this.refused(error);
      return;
    }
    this.say(texts.t("way-found"));
    this.found = joined(legs);
    this.chosen = 0;
    this.renderWays();
    this.page.map.fit(boxOf([this.found[0].coordinates]));
  }

  /** @param {string} text */
  say(text) {
    if (this.note) fill(this.note, text);
  }

  draw() {
    this.page.map.drawWays(this.found.map((/** @type {any} */ way, /** @type {number} */ at) => ({
      line: way.coordinates, kind: way.kind, chosen: at === this.chosen,
    })));
    this.signs();
  }

  renderWays() {
    const { texts } = this.page;
    this.draw();
    const cards = this.found.map((/** @type {any} */ way, /** @type {number} */ at) => {
      const metres = Object.fromEntries(Object.entries(way.km_by_status).map(([word, km]) => [word, Number(km) * 1000]));
      const [label, box] = field(texts.t(`way-${way.kind}`, { number: at - 1 }), { type: "radio", name: "way-shown", value: String(at) });
      box.checked = at === this.chosen;
      box.addEventListener("change", () => {
        this.chosen = at;
        this.draw();
      });
      return element("li", { "data-way": way.kind }, [
        element("h3", {}, [label]),
        element("p", { text: texts.t("way-length", { length: texts.km(way.km * 1000) }) }),
        texts.bar(metres),
        element("p", { className: way.km_not_surveyed > 0 ? "warning" : undefined, text: texts.t("not-surveyed", { length: texts.km(way.km_not_surveyed * 1000) }) }),
        ...(way.kind === "shortest" ? [element("p", { className: "warning", text: texts.t("way-shortest-note") })] : []),
      ]);
    });
    const past = this.page.state.asOf || this.page.state.knownAt;
    this.answer?.replaceChildren(
      ...(past ? [element("p", { className: "warning", text: texts.t("way-of-now") })] : []),
      element("ol", { className: "ways" }, cards), this.keeper("ways"),
    );
  }

  /**
   * A form that keeps the points as a route.
   *
   * @param {"ways" | "waypoints"} source The least-risk way, or the shortest roads whatever they are.
   */
  keeper(source) {
    const { texts } = this.page;
    const [english, name] = field(texts.t("route-name"), { type: "text", id: "route-name", dir: "auto", maxlength: "100", required: "" });
    const [people, households] = field(texts.t("route-households"), { type: "number", min: "0", step: "1" });
    const [time, season] = field(texts.t("route-season"), { type: "text", maxlength: "100", dir: "auto" });
    const form = element("form", { id: "route-keep" }, [
      element("h3", { text: texts.t(`route-keep-${source}`) }), english, people, time,
      element("button", { type: "submit", text: texts.t("route-keep") }),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const people_ = households.value === "" ? null : Number(households.value);
      this.keep({ name: name.value.trim(), households: people_, season: season.value.trim() || null, source });
    });
    return form;
  }

  /** @param {{ name: string, households: number | null, season: string | null, source: string }} given */
  async keep(given) {
    const { page } = this;
    const [from, to] = [this.from, this.to];
    if (!given.name || !from || !to) return;
    try {
      const made = await send("/api/v1/routes", routeBody({ ...given, from, to, via: this.via, allow: this.allow, onFoot: page.state.onFoot }));
      this.say(page.texts.t("route-kept"));
      page.set({ route: made.id });
      page.openTab("routes");
    } catch (error) {
      const missing = /** @type {any} */ (error).status === 404;
      this.say(missing ? page.texts.t("routes-missing") : page.texts.refusal(error));
    }
  }

  /** @param {any} error */
  refused(error) {
    const { page } = this;
    const { texts } = page;
    const { code, said } = error;
    page.map.under.clearLayers();
    if (code !== "no-route") {
      this.say(texts.refusal(error));
      return;
    }
    this.say(texts.t(`no-way-${said.reason.replaceAll("_", "-")}`));
    const cut = said.cut ?? [];
    const placed = cut.filter((/** @type {any} */ one) => typeof one.lat === "number");
    page.map.drawSigns(placed.map((/** @type {any} */ one, /** @type {number} */ at) => ({ lat: one.lat, lon: one.lon, text: String(at + 1) })));
    if (cut.length === 0) return;
    this.renderCut(cut);
    if (placed.length) page.map.fit(boxOf([placed.map((/** @type {any} */ one) => [one.lon, one.lat])]));
  }

  /** @param {any[]} cut */
  renderCut(cut) {
    const { texts } = this.page;
    const effort = cut.reduce((/** @type {number} */ sum, /** @type {any} */ one) => sum + one.effort_m2, 0);
    this.answer?.replaceChildren(
      element("h3", { text: texts.t("cut-title") }),
      element("p", { text: texts.t("cut-effort", { area: ltr(Math.round(effort).toLocaleString("en")) }) }),
      element("ol", { className: "blocking" }, cut.map((/** @type {any} */ one) => this.cutRow(one))),
      this.keeper("waypoints"),
    );
  }

  /** @param {any} one */
  cutRow(one) {
    const { page } = this;
    const { texts } = page;
    const range = ltr(`${one.from_m.toFixed(0)}\u2013${one.to_m.toFixed(0)}`);
    const evidence = one.evidence_ids.map((/** @type {string} */ id) => texts.id(id)).join(" ");
    return element("li", {}, [
      texts.sample(one.status),
      element("span", { text: texts.words.t("piece-road", { id: texts.id(one.road_id) }) }),
      element("span", { className: "note", text: texts.words.t("piece-range", { range }) }),
      element("span", { text: texts.t("cut-area", { area: ltr(Math.round(one.effort_m2).toLocaleString("en")) }) }),
      ...(evidence ? [element("span", { className: "note", text: evidence })] : []),
      ...(typeof one.lat === "number" ? [button(texts.t("show"), () => page.explain(one.lat, one.lon, true), {
        "aria-label": texts.t("show-place", { what: `${texts.status(one.status)}, ${texts.id(one.road_id)}` }),
      })] : []),
    ]);
  }
}

/** @param {Place} place */
const written = ({ lon, lat }) => `${lon.toFixed(6)},${lat.toFixed(6)}`;

/**
 * @param {string | null} text
 * @returns {Place | null}
 */
function readPlace(text) {
  if (!text) return null;
  const [lon, lat] = text.split(",").map(Number);
  return positioned(lat, lon);
}

/**
 * @param {any} given
 * @returns {object} As the service takes a route.
 */
function routeBody({ name, households, season, source, from, to, via, allow, onFoot }) {
  const spot = (/** @type {Place} */ { pcode, lon, lat }) => (pcode ? { pcode } : { lon, lat });
  return {
    name, households, season, source, from: spot(from), to: spot(to), via: via.map(spot),
    // What was released is always allowed, and is not named.
    allow: allow.filter((/** @type {string} */ word) => !DEFAULT.includes(word)),
    mode: onFoot ? "foot" : "vehicle",
  };
}

/**
 * Join the ways of the legs: figures add up, courses follow one another.
 *
 * @param {any[]} legs Answers of the service.
 */
function joined(legs) {
  const chain = (/** @type {any[]} */ ways, /** @type {string} */ kind) => {
    /** @type {Record<string, number>} */
    const km = {};
    for (const way of ways) {
      for (const [word, own] of Object.entries(way.km_by_status)) km[word] = (km[word] ?? 0) + Number(own);
    }
    return {
      kind, km_by_status: km,
      km: ways.reduce((sum, way) => sum + way.km, 0),
      km_not_surveyed: ways.reduce((sum, way) => sum + way.km_not_surveyed, 0),
      coordinates: ways.flatMap((way) => way.coordinates),
    };
  };
  const every = [chain(legs.map((leg) => leg.least_risk), "least"), chain(legs.map((leg) => leg.shortest), "shortest")];
  // Others of each leg do not add up to others of the whole.
  const others = legs.length === 1 ? legs[0].alternatives : [];
  return [...every, ...others.map((/** @type {any} */ way) => chain([way], "other"))];
}
