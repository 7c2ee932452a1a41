/** Starts the planner's page, and keeps map, panels and address in step. */

import { element, fill } from "../map/panel.js";
import { plain, Words } from "../map/words.js";
import { read } from "./asks.js";
import { legendParts } from "./legend.js";
import { PlannerMap } from "./map.js";
import { MomentPanel } from "./moment.js";
import { PlanPanel } from "./plan.js";
import { closer, reasonsOf } from "./reasons.js";
import { Routes } from "./routes.js";
import { Search } from "./search.js";
import { TABS, momentQuery, readState, writeState } from "./state.js";
import { Texts } from "./texts.js";
import { ViewPanel } from "./view.js";
import { WayPanel } from "./way.js";

const FILES = "/planner/files/";
const LOOK_EVERY_MS = 30_000;
const SETTLED_MS = 400;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

export class Planner {
  /**
   * @param {Words} words
   * @param {any} symbols
   */
  constructor(words, symbols) {
    this.words = words;
    this.texts = new Texts(words, symbols);
    this.state = readState(window.location.hash);
    this.map = new PlannerMap("map", symbols, this.moment(), {
      hear: (said) => this.hear(said),
      clicked: (lat, lon) => this.clicked(lat, lon),
      moved: () => this.moved(),
      drawn: () => this.drawn(),
    });
    /** @type {((lat: number, lon: number) => void) | null} */
    this.picking = null;
    /** @type {Record<string, { root: Element, show: () => Promise<void> }>} */
    this.panels = {};
    this.momentPanel = new MomentPanel(this);
    this.ready = false;
  }

  async start() {
    byId("language").addEventListener("click", () => this.switchLanguage());
    byId("fold").addEventListener("click", () => this.fold());
    window.addEventListener("hashchange", () => this.follow());
    document.addEventListener("keydown", (event) => this.key(event));
    this.listenToTabs();
    this.render();
    const [tiles, places, about] = await Promise.all([
      this.tried(read("/tiles/roads.json")),
      this.tried(read("/tiles/places.json")),
      this.tried(read("/api/v1/roads/ranks/about")),
    ]);
    if (places) this.map.names.from(exactFrom(places));
    if (about) this.tellAbout(about);
    if (this.state.map) this.map.map.setView([this.state.map[1], this.state.map[2]], this.state.map[0], { animate: false });
    else if (tiles) this.map.fit(tiles.bounds);
    else this.map.map.setView([0, 0], 3, { animate: false });
    if (tiles) this.say(this.texts.t("drawing"));
    this.map.begin(this.state.evidence);
    this.ready = true;
    if (this.state.at) await this.explain(this.state.at[0], this.state.at[1]);
    await this.showTab();
    window.setInterval(() => {
      if (document.visibilityState === "visible") this.map.pens.refresh();
    }, LOOK_EVERY_MS);
  }

  /** Every tile in view is there, or was told to be missing. */
  drawn() {
    if (byId("said").textContent === plain(this.texts.t("drawing"))) this.say("");
    document.documentElement.dataset.drawn = "yes";
  }

  /** @param {any} about */
  tellAbout(about) {
    byId("exercise").hidden = !about.exercise;
    byId("attribution").textContent = about.attribution.map(plain).join(" \u00b7 ");
    if (!this.state.asOf) this.momentPanel.present(about.as_of);
    else this.momentPanel.present(new Date().toISOString());
  }

  /** The query of the moment shown. */
  moment() {
    return momentQuery(this.state);
  }

  /**
   * Change what is shown, and the address with it.
   *
   * @param {Partial<import("./state.js").State>} changes
   */
  set(changes) {
    Object.assign(this.state, changes);
    if ("evidence" in changes) this.map.showEvidence(this.state.evidence);
    history.replaceState(null, "", writeState(this.state));
  }

  /**
   * @param {string | null} asOf
   * @param {string | null} knownAt
   */
  setMoment(asOf, knownAt) {
    this.set({ asOf, knownAt });
    byId("past").hidden = !asOf;
    fill(byId("past"), asOf ? this.momentPanel.said() : "");
    this.map.pens.setMoment(this.moment());
    this.showTab();
  }

  /** Somebody changed the address by hand, or went back. */
  follow() {
    const before = momentQuery(this.state);
    this.state = readState(window.location.hash);
    const { map, asOf, knownAt, at } = this.state;
    if (map) this.map.map.setView([map[1], map[2]], map[0], { animate: false });
    if (JSON.stringify(before) !== JSON.stringify(this.moment())) this.setMoment(asOf, knownAt);
    this.map.showEvidence(this.state.evidence);
    this.panels = {};
    if (at) this.explain(at[0], at[1]);
    this.showTab();
  }

  moved() {
    if (!this.ready) return;
    const { lat, lng } = this.map.map.getCenter();
    this.set({ map: [this.map.map.getZoom(), lat, lng] });
    window.clearTimeout(this.settling);
    if (this.state.tab === "view") this.settling = window.setTimeout(() => this.panels.view?.show(), SETTLED_MS);
  }

  centre() {
    const { lat, lng } = this.map.map.getCenter().wrap();
    return { lat, lon: lng };
  }

  /** @param {(lat: number, lon: number) => void} take Gets the place of the next click. */
  pick(take) {
    this.picking = take;
    this.say(this.texts.t("pick-now"));
    byId("map").classList.add("picking");
  }

  unpick() {
    this.picking = null;
    this.say("");
    byId("map").classList.remove("picking");
  }

  /** @param {number} lat @param {number} lon */
  clicked(lat, lon) {
    const take = this.picking;
    if (!take) {
      this.explain(lat, lon);
      return;
    }
    this.unpick();
    take(lat, lon);
  }

  /**
   * Show why a place has its status.
   *
   * @param {number} lat
   * @param {number} lon
   * @param {boolean} [fly]
   */
  async explain(lat, lon, fly = false) {
    this.set({ at: [lat, lon] });
    if (fly) this.map.fly(lat, lon);
    else this.map.mark(lat, lon);
    const opener = document.activeElement;
    const parts = await reasonsOf(this, lat, lon);
    const { at } = this.state;
    if (!at || at[0] !== lat || at[1] !== lon) return;
    const box = byId("reasons");
    box.replaceChildren(closer(this, () => this.closeReasons()), ...parts);
    box.hidden = false;
    this.unfold();
    this.opener = opener instanceof HTMLElement ? opener : null;
    if (fly) box.focus();
  }

  closeReasons() {
    const box = byId("reasons");
    if (box.hidden) return;
    const inside = box.contains(document.activeElement);
    box.hidden = true;
    this.set({ at: null });
    this.map.marks.clearLayers();
    if (inside) this.opener?.focus();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (this.picking) this.unpick();
    else this.closeReasons();
  }

  fold() {
    const folded = document.body.classList.toggle("folded");
    byId("fold").setAttribute("aria-expanded", String(!folded));
    this.nameFold();
  }

  unfold() {
    if (document.body.classList.contains("folded")) this.fold();
  }

  nameFold() {
    const folded = document.body.classList.contains("folded");
    byId("fold").textContent = this.texts.t(folded ? "unfold" : "fold");
  }

  /** @param {string} text */
  say(text) {
    fill(byId("said"), text);
  }

  /**
   * What the worker tells of no single tile.
   *
   * @param {any} said
   */
  hear(said) {
    const root = document.documentElement;
    if (said.about) {
      if (!this.state.asOf) this.momentPanel.present(said.about.as_of);
      root.dataset.asOf = said.about.as_of;
    }
    if (said.restyled !== undefined) root.dataset.restyled = String(Number(root.dataset.restyled ?? 0) + 1);
    if (said.renewed) this.map.roads.redraw();
    if (said.refused === undefined) return;
    if (said.what === "evidence" && said.refused === 403) {
      this.map.showEvidence(false); // this sign-in may not see finds; the roads tell their status
      this.say(this.texts.t("evidence-refused"));
      return;
    }
    this.say(said.refused === 401 ? this.texts.t("signed-out") : this.texts.t("map-not-whole"));
  }

  /**
   * @template Said
   * @param {Promise<Said>} asked
   * @returns {Promise<Said | null>} Null after a refusal, which was told.
   */
  async tried(asked) {
    try {
      return await asked;
    } catch (error) {
      this.say(this.texts.refusal(error));
      return null;
    }
  }

  listenToTabs() {
    const tabs = TABS.map((name) => byId(`tab-${name}`));
    tabs.forEach((tab, place) => {
      tab.addEventListener("click", () => this.openTab(TABS[place]));
      tab.addEventListener("keydown", (event) => {
        const forward = this.words.direction === "rtl" ? "ArrowLeft" : "ArrowRight";
        const backward = this.words.direction === "rtl" ? "ArrowRight" : "ArrowLeft";
        const step = event.key === forward ? 1 : event.key === backward ? -1 : 0;
        if (!step) return;
        event.preventDefault();
        const next = (place + step + TABS.length) % TABS.length;
        tabs[next].focus();
        this.openTab(TABS[next]);
      });
    });
  }

  /** @param {string} tab */
  openTab(tab) {
    this.set({ tab });
    return this.showTab();
  }

  /** @param {string} tab */
  panel(tab) {
    const make = {
      routes: () => new Routes(this),
      way: () => new WayPanel(this),
      plan: () => new PlanPanel(this),
      view: () => new ViewPanel(this),
      legend: () => ({ root: element("div", {}, legendParts(this)), show: async () => this.map.clear() }),
    }[tab];
    this.panels[tab] ??= /** @type {any} */ (make)();
    return this.panels[tab];
  }

  async showTab() {
    const { tab } = this.state;
    for (const name of TABS) {
      byId(`tab-${name}`).setAttribute("aria-selected", String(name === tab));
      byId(`tab-${name}`).tabIndex = name === tab ? 0 : -1;
    }
    const panel = this.panel(tab);
    byId("content").setAttribute("aria-labelledby", `tab-${tab}`);
    byId("content").replaceChildren(panel.root);
    await panel.show();
    if (this.state.at && !byId("reasons").hidden) this.map.mark(this.state.at[0], this.state.at[1]);
  }

  switchLanguage() {
    this.words.language = this.words.other;
    this.render();
    this.showTab();
    if (this.state.at) this.explain(this.state.at[0], this.state.at[1]);
  }

  render() {
    const { words } = this;
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
    for (const node of document.querySelectorAll("[data-l10n]")) {
      fill(node, words.t(/** @type {string} */ (node.getAttribute("data-l10n"))));
    }
    for (const node of document.querySelectorAll("[data-l10n-label]")) {
      node.setAttribute("aria-label", words.t(/** @type {string} */ (node.getAttribute("data-l10n-label"))));
    }
    byId("language").lang = words.other;
    document.title = words.t("planner-title");
    this.nameFold();
    this.map.speak(words);
    const search = new Search(this, {
      id: "search", label: "search", chosen: (place) => this.map.fly(place.lat, place.lon, 14),
    });
    byId("find").replaceChildren(search.root, this.momentPanel.root);
    this.momentPanel.render();
    byId("past").hidden = !this.state.asOf;
    fill(byId("past"), this.state.asOf ? this.momentPanel.said() : "");
    this.panels = {};
  }
}

/** @param {any} description TileJSON. */
function exactFrom(description) {
  return description.vector_layers[0].minzoom;
}

async function start() {
  const file = async (/** @type {string} */ name) => {
    const answer = await fetch(FILES + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer;
  };
  const [en, ar, symbols] = await Promise.all([
    file("shared/i18n/en.ftl").then((answer) => answer.text()),
    file("shared/i18n/ar.ftl").then((answer) => answer.text()),
    file("symbols.json").then((answer) => answer.json()),
  ]);
  const asked = new URLSearchParams(window.location.search).get("lang");
  const planner = new Planner(new Words({ en, ar }, asked === "ar" ? "ar" : "en"), symbols);
  // Tests and people with a console read the page through this one name.
  /** @type {any} */ (globalThis).uxoPlanner = planner;
  await planner.start();
  document.documentElement.dataset.ready = "yes";
}

start();
