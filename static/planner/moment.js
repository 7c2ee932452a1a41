/** The moment shown: of which day the status is, and what was known by then. */

import { element, fill } from "../map/panel.js";
import { button, field } from "./texts.js";

const [DAY_MS, MOST_DAYS] = [86_400_000, 730];

export class MomentPanel {
  /** @param {import("./main.js").Planner} page */
  constructor(page) {
    this.page = page;
    this.root = /** @type {HTMLDetailsElement} */ (element("details", { id: "moment" }));
    /** @type {string | null} The service's own day. */
    this.today = null;
  }

  /** @param {string} asOf The service's moment, while the present is shown. */
  present(asOf) {
    const day = asOf.slice(0, 10);
    if (this.today === day) return;
    this.today = day;
    this.render();
  }

  get back() {
    const { asOf } = this.page.state;
    if (!asOf || !this.today) return 0;
    return Math.round((Date.parse(this.today) - Date.parse(asOf.slice(0, 10))) / DAY_MS);
  }

  /** @param {number} days Back from today. */
  dayOf(days) {
    return new Date(Date.parse(/** @type {string} */ (this.today)) - days * DAY_MS).toISOString().slice(0, 10);
  }

  render() {
    if (!this.today) return;
    const { texts, state } = this.page;
    const summary = element("summary", { text: this.said() });
    const [slide, slider] = field(texts.t("moment-slider"), {
      type: "range", id: "moment-slider", dir: "ltr", min: String(-MOST_DAYS), max: "0", step: "1", value: String(-this.back),
    });
    const [date, day] = field(texts.t("moment-day"), { type: "date", id: "moment-day", max: this.today, value: state.asOf?.slice(0, 10) ?? this.today });
    const [then, known] = field(texts.t("moment-known"), { type: "checkbox", id: "moment-known" });
    known.checked = state.knownAt !== null;
    slider.setAttribute("aria-valuetext", this.dayOf(this.back));
    slider.addEventListener("input", () => {
      day.value = this.dayOf(-Number(slider.value));
      slider.setAttribute("aria-valuetext", day.value);
    });
    const go = () => this.go(day.value, known.checked);
    slider.addEventListener("change", go);
    day.addEventListener("change", go);
    known.addEventListener("change", go);
    const now = button(texts.t("moment-now"), () => this.go("", false), { id: "moment-now" });
    this.root.replaceChildren(summary, slide, date, then, now);
  }

  said() {
    const { texts, state } = this.page;
    if (!state.asOf) return texts.t("moment-present");
    return texts.t(state.knownAt ? "moment-then" : "moment-past", { date: texts.day(state.asOf) });
  }

  /**
   * @param {string} day Empty: now.
   * @param {boolean} known
   */
  go(day, known) {
    const past = day && day < /** @type {string} */ (this.today);
    const asOf = past ? `${day}T23:59:59Z` : null;
    this.page.setMoment(asOf, past && known ? asOf : null);
    const summary = this.root.querySelector("summary");
    if (summary) fill(summary, this.said());
    if (!past) this.render();
  }
}
