/** Turns the codes of reasons into sentences of the page's language. */

import { NO_NUMBER, starts } from "./payload.js";
import { code, day, length, ltr, messageId, moment, plain } from "./words.js";

const MINUTES_A_DAY = 1440;

/**
 * @typedef {object} Sentence
 * @property {string} effect Word of the vocabulary.
 * @property {string} title Kind, category and id of the evidence.
 * @property {string[]} lines
 * @property {boolean} struck Whether a reviewer rejected it.
 */

export class Sentences {
  /**
   * @param {import("./payload.js").Payload} payload
   * @param {import("./words.js").Words} words
   */
  constructor(payload, words) {
    this.columns = payload.columns;
    this.tables = payload.tables;
    this.words = words;
    this.runStart = starts(payload.columns.r_count);
  }

  /** @param {number} piece */
  half_m(piece) {
    return this.tables.half_widths[this.columns.w_class[this.columns.s_road[piece]]];
  }

  /**
   * @param {number} piece
   * @returns {Sentence[]} Those that decide first.
   */
  reasons(piece) {
    const { s_road, s_from, s_to, r_from, r_to, r_effect: effect, r_evidence: item } = this.columns;
    const road = s_road[piece];
    const middle = (s_from[piece] + s_to[piece]) / 2;
    const found = [];
    for (let i = this.runStart[road]; i < this.runStart[road + 1]; i += 1) {
      if (r_from[i] <= middle && middle <= r_to[i]) found.push(i);
    }
    found.sort(
      (a, b) => effect[a] - effect[b] || this.indirect(item[a]) - this.indirect(item[b]) || item[a] - item[b],
    );
    return found.map((i) => this.reason(i, this.half_m(piece)));
  }

  /**
   * @param {number} item
   * @returns {number} 0 where an item is direct evidence, so that what makes a road red is told first.
   */
  indirect(item) {
    const kind = this.tables.kinds[this.columns.e_kind[item]];
    const area = kind === "hazard_area" && this.columns.e_class[item] === 0;
    return area || kind === "find" || kind === "accident" ? 0 : 1;
  }

  /**
   * @param {number} i Row of the runs.
   * @param {number} half_m
   * @returns {Sentence}
   */
  reason(i, half_m) {
    const { r_effect, r_evidence, r_by } = this.columns;
    const effect = this.tables.effects[r_effect[i]];
    const item = r_evidence[i];
    const first = this.words.t(messageId("reason", effect), {
      disposed: this.dayOr(this.columns.e_disposed_at[item]),
      due: this.dayOr(this.columns.e_due[item]),
      by: r_by[i] < 0 ? "" : this.title(r_by[i]),
      date: r_by[i] < 0 ? "" : this.dayOr(this.columns.e_observed_at[r_by[i]]),
    });
    return {
      effect,
      title: this.title(item),
      struck: effect.endsWith("_rejected"),
      lines: [first, ...this.figures(effect, item, half_m), ...this.knowledge(item)].filter(Boolean),
    };
  }

  /**
   * Name an item: kind, category, id.
   *
   * @param {number} item
   */
  title(item) {
    return this.words.t("evidence-named", {
      what: this.what(item),
      id: code(this.tables.evidence_ids[item]),
    });
  }

  /** @param {number} item */
  what(item) {
    const kind = this.tables.kinds[this.columns.e_kind[item]];
    if (kind === "hazard_area") {
      return this.words.t(`kind-hazard-area-${this.columns.e_class[item] === 0 ? "direct" : "indirect"}`);
    }
    const name = this.words.t(messageId("kind", kind));
    if (!["find", "accident", "strike", "report"].includes(kind)) return name;
    const category = this.tables.categories[this.columns.e_category[item]];
    return `${name} (${this.words.t(messageId("category", category))})`;
  }

  /**
   * The distances of the rule (section 3) and the depth.
   *
   * @param {string} effect
   * @param {number} item
   * @param {number} half_m
   */
  figures(effect, item, half_m) {
    const { e_footprint, e_error, e_depth, e_method, e_assumed, e_due } = this.columns;
    const [footprint_m, error_m] = [e_footprint[item] / 100, e_error[item] / 100];
    const given = { error: length(error_m), half: length(half_m), footprint: length(footprint_m) };
    const lines = [];
    if (effect.startsWith("hazard_applies") || effect === "closure_in_force") {
      const total = length(footprint_m + error_m + half_m);
      lines.push(this.words.t("reason-reach", { ...given, total }));
    } else if (effect === "release_valid") {
      lines.push(this.words.t("reason-margin", { ...given, margin: length(error_m + half_m) }));
      if (e_depth[item] !== NO_NUMBER) {
        lines.push(this.words.t("reason-depth", { depth: ltr((e_depth[item] / 100).toFixed(2)) }));
      }
      if (e_due[item] !== NO_NUMBER) lines.push(this.words.t("reason-due", { due: day(e_due[item]) }));
    }
    if (effect.startsWith("closure")) lines.push(this.closureTime(item));
    if (lines.length > 0 && e_assumed[item] === 1) {
      const method = this.words.t(messageId("method", this.tables.methods[e_method[item]]));
      lines.push(this.words.t("evidence-error-assumed", { method }));
    }
    return lines;
  }

  /** @param {number} item */
  closureTime(item) {
    const { e_starts_at: from, e_ends_at: to } = this.columns;
    return this.words.t("reason-closure-time", {
      start: from[item] === NO_NUMBER ? this.words.t("reason-open-start") : moment(from[item]),
      end: to[item] === NO_NUMBER ? this.words.t("reason-open-end") : moment(to[item]),
    });
  }

  /**
   * How old the knowledge is, and whose.
   *
   * @param {number} item
   */
  knowledge(item) {
    const { e_observed_at, e_recorded_at, e_team } = this.columns;
    const isRelease = ["survey", "technical_survey", "clearance"].includes(
      this.tables.kinds[this.columns.e_kind[item]],
    );
    const verb = isRelease ? "completed" : "observed";
    const seen = e_observed_at[item];
    const lines = [
      seen === NO_NUMBER
        ? this.words.t(`evidence-${verb}-unknown`)
        : this.words.t(`evidence-${verb}`, { date: day(seen), age: this.age(seen) }),
    ];
    if (e_recorded_at[item] !== NO_NUMBER) {
      lines.push(this.words.t("evidence-recorded", { date: day(e_recorded_at[item]) }));
    }
    if (e_team[item] >= 0) {
      lines.push(this.words.t("evidence-team", { team: code(this.tables.teams[e_team[item]]) }));
    }
    return [lines.join(" ")];
  }

  /** @param {number} minutes */
  age(minutes) {
    const days = Math.floor(this.tables.as_of / MINUTES_A_DAY) - Math.floor(minutes / MINUTES_A_DAY);
    return this.words.t("days-before", { days: Math.max(0, days) });
  }

  /** @param {number} minutes */
  dayOr(minutes) {
    return minutes === NO_NUMBER ? "?" : day(minutes);
  }

  /** @param {number} piece */
  status(piece) {
    return this.words.t(messageId("status", this.tables.statuses[this.columns.s_status[piece]]));
  }

  /**
   * @param {number} piece
   * @returns {string} Name of its road, or that it has none.
   */
  roadName(piece) {
    const name = this.columns.w_name[this.columns.s_road[piece]];
    return name < 0 ? this.words.t("piece-unnamed") : plain(this.tables.road_names[name]);
  }

  /** @param {number} piece */
  roadId(piece) {
    return code(String(this.tables.road_ids[this.columns.s_road[piece]]));
  }

  /** @param {number} piece Metres from and to, isolated. */
  range(piece) {
    const { s_from, s_to } = this.columns;
    const write = (/** @type {number} */ mm) => (mm / 1000).toFixed(1);
    return ltr(`${write(s_from[piece])}\u2013${write(s_to[piece])}`);
  }
}
