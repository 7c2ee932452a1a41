/** The way that the phone was carried along; kept after each point. */

import { length } from "../../map/words.js";
import { button, el } from "../dom.js";
import { Gps } from "../gps.js";
import { gpsInWords } from "../gps_words.js";
import { pathSketch } from "../path_sketch.js";
import { crossesItself, enough } from "../shapes.js";
import { Track } from "../track.js";
import { formOf, useShape } from "./shape.js";

/** A straight side as long as this is told: nobody knows how the way went in between. */
const LONG_SIDE_M = 30;

class Walk {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
    this.form = formOf(app);
    this.track = new Track(app.draft.track);
    this.running = false;
    /** Writes follow each other, so that an older state never comes last. */
    this.written = Promise.resolve();
    /** @type {import("../fixes.js").Fix | null} */
    this.last = null;
    this.gpsWords = el("p", { id: "gps-words", "aria-live": "polite" });
    this.told = el("p", { id: "walk-words", "aria-live": "polite" });
    this.worry = el("p", { class: "warning", id: "walk-worry", hidden: true });
    this.drawing = el("div", { class: "form" });
    this.start = button("", () => this.toggle(), { class: "main", id: "walk" });
    this.done = button(app.t("rec-walk-done"), () => this.use(), { id: "shape-done" });
    this.anew = button(app.t("rec-walk-anew"), () => this.askAnew(), { id: "walk-anew" });
    this.gps = new Gps(() => this.heard());
    this.visible = () => document.visibilityState === "visible" && this.gps.stayAwake();
    document.addEventListener("visibilitychange", this.visible);
    app.endings.push(
      () => this.gps.stop(),
      () => document.removeEventListener("visibilitychange", this.visible),
    );
    this.draw();
  }

  heard() {
    const { fixes } = this.gps;
    const fix = fixes.doubtful ?? fixes.used.at(-1) ?? null;
    if (this.running && this.gps.state === "fixed" && fix && fix !== this.last) {
      this.last = fix;
      if (this.track.add(fix, fixes.worry) !== "near") this.keep();
    }
    this.draw();
  }

  keep() {
    // Who walks does not touch the screen, and must not be locked out for that.
    this.app.touched();
    const track = { points: [...this.track.points], left_out: this.track.left_out };
    this.written = this.written.then(() => (this.app.vault ? this.app.keep({ track }) : undefined));
  }

  toggle() {
    this.running = !this.running;
    this.last = null;
    this.heard();
  }

  /** Two presses: a glove must not throw a way of an hour away. */
  askAnew() {
    const sure = () => {
      this.track = new Track();
      this.running = false;
      this.keep();
      second.replaceWith(this.anew);
      this.draw();
    };
    const second = button(this.app.t("rec-walk-anew-sure"), sure, { id: "walk-anew-sure" });
    this.anew.replaceWith(second);
  }

  draw() {
    const { app, form, track } = this;
    const measured = track.measure(form);
    const begun = track.points.length > 0;
    this.gpsWords.textContent = gpsInWords(app, this.gps);
    // "Keep still" is for whoever stands; the walker reads the points below.
    this.gpsWords.hidden = this.running && this.gps.result !== null && this.gps.fixes.worry === null;
    this.start.textContent = app.t(this.running ? "rec-walk-pause" : begun ? "rec-walk-on" : "rec-walk-start");
    this.start.dataset.running = String(this.running);
    this.done.toggleAttribute("disabled", !enough(track.path, form));
    this.anew.hidden = !begun;
    this.told.textContent = app.t("rec-walk-words", {
      count: track.points.length,
      metres: length(Math.round(measured.length_m)),
      error: length(Math.ceil(measured.error_m)),
      bad: track.left_out,
    });
    const worries = this.worries(measured);
    this.worry.hidden = worries.length === 0;
    this.worry.textContent = worries.join(" ");
    this.drawing.replaceChildren(...(begun ? [pathSketch(track.path, form, app.t("rec-walk-sketch"))] : []));
  }

  /** @param {ReturnType<Track["measure"]>} measured */
  worries({ closing_m, longest_m }) {
    const { app, form, track } = this;
    const said = [];
    if (enough(track.path, form) && longest_m > LONG_SIDE_M) {
      said.push(app.t("rec-walk-long", { metres: length(Math.round(longest_m)) }));
    }
    if (form === "area" && enough(track.path, form) && closing_m > LONG_SIDE_M) said.push(app.t("rec-walk-open"));
    if (form === "area" && crossesItself(track.path)) said.push(app.t("rec-crossing"));
    if (track.full) said.push(app.t("rec-walk-full"));
    return said;
  }

  async use() {
    this.running = false;
    await this.written;
    await useShape(this.app, this.track.shape(this.form));
  }
}

/** @type {import("../app.js").Screen} */
export function walk(app) {
  const one = new Walk(app);
  return el(
    "div",
    { class: "form" },
    el("p", { class: "warning" }, app.t("rec-walk-hint")),
    one.gpsWords,
    one.drawing,
    one.told,
    one.worry,
    one.start,
    one.done,
    one.anew,
  );
}
