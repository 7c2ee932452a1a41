/** Records in words of the page's language. */

import { code, day, length, ltr, messageId, moment, plain } from "../map/words.js";

const WITH_CATEGORY = ["find", "accident", "strike", "report"];
const TIMES = ["observed_at", "recorded_at", "disposed_at", "starts_at", "ends_at", "reviewed_at"];
const METRES = ["position_error_m", "depth_m", "width_m"];

/** @param {string} time ISO 8601. */
const minutes = (time) => Math.floor(Date.parse(time) / 60000);

export class Texts {
  /** @param {import("../map/words.js").Words} words */
  constructor(words) {
    this.words = words;
  }

  /**
   * @param {string} id
   * @param {Record<string, string | number>} [values]
   */
  t(id, values) {
    return this.words.t(id, values);
  }

  /** @param {any} record Kind, category and class. */
  what(record) {
    if (record.kind === "hazard_area") {
      return this.t(`kind-hazard-area-${record.evidence_class === "indirect" ? "indirect" : "direct"}`);
    }
    const name = this.t(messageId("kind", record.kind));
    if (!WITH_CATEGORY.includes(record.kind)) return name;
    return `${name} (${this.t(messageId("category", record.category ?? "unknown"))})`;
  }

  /** @param {string} id An id is long: its end tells records apart, so nothing is cut. */
  id(id) {
    return code(id);
  }

  /** @param {string | null} time */
  day(time) {
    return time ? day(minutes(time)) : this.t("desk-unknown");
  }

  /** @param {string} time */
  moment(time) {
    return moment(minutes(time));
  }

  /** @param {string} team */
  team(team) {
    return code(team);
  }

  /** @param {string} name */
  field(name) {
    return this.t(messageId("desk-field", name));
  }

  /** @param {string} word */
  status(word) {
    return this.t(messageId("status", word));
  }

  /** @param {number} km */
  distance(km) {
    if (km >= 1) return this.t("desk-kilometres", { km: ltr(km.toFixed(1)) });
    return this.t("desk-metres", { metres: ltr(String(Math.round(km * 1000))) });
  }

  /**
   * One value of a record.
   *
   * @param {string} name
   * @param {any} value
   */
  value(name, value) {
    if (value === null || value === undefined) return this.t("desk-unknown");
    if (TIMES.includes(name)) return this.moment(value);
    if (METRES.includes(name)) return this.t("desk-metres", { metres: length(Number(value)) });
    if (name === "kind" || name === "category") return this.t(messageId(name, value));
    if (name === "position_method") return this.t(messageId("method", value));
    if (name === "evidence_class") return this.t(`desk-class-${value}`);
    if (name === "review") return this.t(`desk-review-${value}`);
    if (Array.isArray(value)) return value.map((one) => code(String(one))).join(" ");
    return name === "team" ? code(value) : plain(String(value));
  }

  /** @param {any} step One event. */
  step(step) {
    const team = this.team(step.team);
    if (step.type === "evidence_reviewed") return this.t(`desk-event-${step.review}`, { team });
    const fields = Object.keys(step.changes).map((name) => this.field(name)).join(", ");
    return this.t(messageId("desk-event", step.type), { team, fields });
  }
}
