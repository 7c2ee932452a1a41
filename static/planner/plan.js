/** What to clear first: asks, lists the tasks with their gains, and compares two plans. */

import { element, fill } from "../map/panel.js";
import { ltr } from "../map/words.js";
import { send } from "./asks.js";
import { curve } from "./curve.js";
import { readHouseholds } from "./households.js";
import { button, field } from "./texts.js";

const ALLOW = ["suspected_hazard", "not_surveyed", "survey_expired"];

export class PlanPanel {
  /** @param {import("./main.js").Planner} page */
  constructor(page) {
    this.page = page;
    this.root = element("div", { id: "plan" });
    this.given = { budget: 50000, unit: "m2", confirmed: true, start: "" };
    /** @type {string[]} */
    this.allow = [];
    /** @type {string[]} */
    this.pin = [];
    /** @type {string[]} */
    this.forbid = [];
    /** @type {Record<string, number | null>} */
    this.households = {};
    /** @type {any} The plan that others are compared with. */
    this.kept = null;
    /** @type {any} */
    this.said = null;
    this.build();
  }

  build() {
    const { texts } = this.page;
    this.note = element("p", { role: "status" });
    this.answer = element("div", { id: "plan-answer" });
    this.choices = element("div", { id: "plan-choices" });
    const ask = button(texts.t("plan-ask"), () => this.ask(), { id: "plan-ask", className: "confirm" });
    this.root.replaceChildren(
      element("h2", { text: texts.t("plan-title") }), ...this.figures(), this.people(), this.passable(), this.choices,
      element("p", {}, [ask]), this.note, this.answer,
    );
    this.renderChoices();
    if (this.said) this.render();
  }

  figures() {
    const { texts } = this.page;
    const [budget, amount] = field(texts.t("plan-budget"), { type: "number", id: "plan-budget", min: "0", step: "any", value: String(this.given.budget) });
    amount.addEventListener("change", () => { this.given.budget = Number(amount.value); });
    const unit = /** @type {HTMLSelectElement} */ (element("select", {}, ["m2", "weeks"].map((one) =>
      element("option", { value: one, text: texts.t(`plan-unit-${one}`) }))));
    unit.value = this.given.unit;
    unit.addEventListener("change", () => { this.given.unit = unit.value; });
    const units = element("label", { className: "field" }, [element("span", { text: texts.t("plan-unit") }), unit]);
    const [start, pcodes] = field(texts.t("plan-start"), { type: "text", dir: "ltr", value: this.given.start });
    pcodes.addEventListener("change", () => { this.given.start = pcodes.value; });
    return [budget, units, start];
  }

  people() {
    const { texts } = this.page;
    const [label, file] = field(texts.t("plan-households"), { type: "file", id: "plan-households", accept: ".csv,text/csv" });
    const told = element("p", { className: "note", role: "status" });
    const tell = () => {
      const every = Object.values(this.households);
      fill(told, texts.t("plan-households-read", { count: every.length, unknown: every.filter((one) => one === null).length }));
    };
    file.addEventListener("change", async () => {
      const chosen = file.files?.[0];
      if (!chosen) return;
      const { households, fault } = readHouseholds(await chosen.text());
      this.households = households;
      if (fault) fill(told, texts.t(`plan-file-${fault.what}`, { line: fault.line }));
      else tell();
    });
    tell();
    return element("div", {}, [label, element("p", { className: "note", text: texts.t("plan-households-how") }), told]);
  }

  passable() {
    const { texts } = this.page;
    const boxes = ALLOW.map((word) => {
      const [label, box] = field("", { type: "checkbox", value: word });
      box.checked = this.allow.includes(word);
      box.addEventListener("change", () => {
        this.allow = ALLOW.filter((one) => (one === word ? box.checked : this.allow.includes(one)));
      });
      label.lastElementChild?.replaceWith(texts.sample(word));
      return label;
    });
    const [label, confirmed] = field(texts.t("plan-confirmed"), { type: "checkbox" });
    confirmed.checked = this.given.confirmed;
    confirmed.addEventListener("change", () => { this.given.confirmed = confirmed.checked; });
    return element("fieldset", {}, [element("legend", { text: texts.t("plan-passable") }), ...boxes, label]);
  }

  renderChoices() {
    const { texts } = this.page;
    const list = (/** @type {"pin" | "forbid"} */ name) => this[name].map((site) => element("li", {}, [
      element("span", { text: texts.t(`plan-${name}-site`, { site: texts.id(site) }) }),
      button(texts.t("remove"), () => {
        this[name] = this[name].filter((one) => one !== site);
        this.renderChoices();
      }, { "aria-label": texts.t("remove-site", { site: texts.id(site) }) }),
    ]));
    const rows = [...list("pin"), ...list("forbid")];
    this.choices?.replaceChildren(...(rows.length ? [element("ul", { className: "choices" }, rows)] : []));
  }

  asked() {
    const { budget, unit, confirmed, start } = this.given;
    const { allow, pin, forbid } = this;
    return { budget, unit, confirmed, allow, pin, forbid, start: start.split(/[\s,;]+/).filter(Boolean) };
  }

  async ask() {
    const { texts } = this.page;
    const own = this.asked();
    if (!Number.isFinite(own.budget) || own.budget < 0) {
      this.say(texts.t("plan-budget-wrong"));
      return;
    }
    this.say(texts.t("plan-working"));
    try {
      const other = this.kept ? { other: own } : {};
      this.said = await send("/api/v1/priorities", { ...(this.kept ?? own), households: this.households, ...other });
      this.last = own;
    } catch (error) {
      const missing = /** @type {any} */ (error).status === 404;
      this.say(missing ? texts.t("plan-missing") : texts.refusal(error));
      return;
    }
    this.say(texts.t("plan-done"));
    this.render();
  }

  /** @param {string} text */
  say(text) {
    if (this.note) fill(this.note, text);
  }

  /** The plan in question: the second of two, where two are compared. */
  get plan() {
    return this.said.other ?? this.said;
  }

  show() {
    this.page.map.clear();
    if (this.said) this.draw();
    return Promise.resolve();
  }

  draw() {
    this.page.map.drawSigns(this.plan.tasks.flatMap((/** @type {any} */ task) =>
      task.sites.map((/** @type {any} */ site) => ({ lon: site.middle[0], lat: site.middle[1], text: String(task.number) })),
    ));
  }

  render() {
    const { texts } = this.page;
    const { plan } = this;
    const { tasks, gained, bound, counted } = plan;
    this.draw();
    const figures = { gained: texts.people(gained), bound: texts.people(bound), gap: ltr(`${(plan.gap * 100).toFixed(1)} %`) };
    const keep = this.kept
      ? button(texts.t("plan-compare-end"), () => { this.kept = null; this.said = plan; this.said.other = null; this.render(); })
      : button(texts.t("plan-compare"), () => { this.kept = this.last; this.say(texts.t("plan-compare-now")); }, { id: "plan-keep" });
    this.answer?.replaceChildren(
      ...this.compared(),
      element("p", { text: texts.t(`plan-gained-${counted}`, figures) }),
      element("p", { className: "note", text: texts.t("plan-bound", figures) }),
      ...(plan.households_not_known.length ? [element("p", { className: "warning", text: texts.t("plan-not-known", { count: plan.households_not_known.length }) })] : []),
      ...(plan.households_without_place.length ? [element("p", { className: "warning", text: texts.t("plan-no-place", { count: plan.households_without_place.length }) })] : []),
      ...(tasks.length > 1 ? [curve(texts, tasks)] : []),
      tasks.length ? element("ol", { className: "tasks" }, tasks.map((/** @type {any} */ task) => this.task(task))) : element("p", { text: texts.t("plan-no-task") }),
      keep,
    );
  }

  compared() {
    const { texts } = this.page;
    const { comparison, settlements } = this.said;
    if (!comparison) return [];
    const names = new Map(settlements.map((/** @type {any} */ one) => [one.pcode, one.name]));
    const list = (/** @type {string[]} */ codes) => codes.map((one) => names.get(one) || one).join(", ") || texts.t("nobody");
    return [element("section", { className: "compared" }, [
      element("h3", { text: texts.t("plan-compared") }),
      element("p", { text: texts.t("plan-compared-gain", { gained: signed(comparison.gained), area: signed(Math.round(comparison.area_m2)), weeks: signed(comparison.weeks, 2) }) }),
      element("p", { text: texts.t("plan-compared-won", { places: list(comparison.won) }) }),
      element("p", { text: texts.t("plan-compared-lost", { places: list(comparison.lost) }) }),
    ])];
  }

  /** @param {any} task */
  task(task) {
    const { texts } = this.page;
    const places = task.communities.map((/** @type {any} */ one) => one.name || one.pcode).join(", ");
    return element("li", { "data-task": String(task.number) }, [
      element("h3", { text: texts.t("task-title", { number: task.number, gain: texts.people(task.households) }) }),
      element("p", {}, [element("bdi", { text: places || texts.t("nobody") })]),
      element("p", { className: "note", text: texts.t("task-effort", { area: area(task.area_m2), weeks: ltr(task.weeks.toFixed(2)), soFar: texts.people(task.households_so_far) }) }),
      element("ul", {}, task.sites.map((/** @type {any} */ site) => this.site(site))),
    ]);
  }

  /** @param {any} site */
  site(site) {
    const { page } = this;
    const { texts } = page;
    const choose = (/** @type {"pin" | "forbid"} */ name) => button(texts.t(name), () => {
      this.pin = this.pin.filter((one) => one !== site.id);
      this.forbid = this.forbid.filter((one) => one !== site.id);
      this[name].push(site.id);
      this.renderChoices();
      this.say(texts.t("plan-ask-again"));
    }, { "aria-label": texts.t(`${name}-site`, { site: texts.id(site.id) }) });
    const range = ltr(`${site.from_m.toFixed(0)}\u2013${site.to_m.toFixed(0)}`);
    const hazards = (site.hazards ?? []).map((/** @type {string} */ id) => texts.id(id)).join(" ");
    return element("li", {}, [
      texts.sample(site.status),
      element("bdi", { text: texts.road(site.name) }),
      element("span", { className: "note", text: texts.words.t("piece-range", { range }) }),
      element("span", { text: texts.t("site-work", { method: texts.words.t(`kind-${site.method.replaceAll("_", "-")}`), area: area(site.area_m2), depth: site.depth_m === null ? texts.t("unknown") : ltr(`${site.depth_m} m`) }) }),
      ...(hazards ? [element("span", { className: "note", text: hazards })] : []),
      element("div", { className: "buttons" }, [
        button(texts.t("show"), () => page.explain(site.middle[1], site.middle[0], true), { "aria-label": texts.t("show-place", { what: texts.id(site.id) }) }),
        choose("pin"), choose("forbid"),
      ]),
    ]);
  }
}

/** @param {number} metres2 */
const area = (metres2) => ltr(Math.round(metres2).toLocaleString("en"));

/**
 * @param {number} value
 * @param {number} [digits]
 */
const signed = (value, digits = 0) => ltr(`${value > 0 ? "+" : ""}${value.toFixed(digits)}`);
