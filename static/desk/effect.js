/** What a decision would do to the roads, told before it is made. */

import { element } from "../map/panel.js";
import { Refusal, getPreview } from "./asks.js";

export class EffectBox {
  /** @param {import("./texts.js").Texts} texts */
  constructor(texts) {
    this.texts = texts;
    this.asked = 0;
    this.root = element("section", { className: "effect", id: "effect", role: "status" });
  }

  /**
   * @param {string} id
   * @param {object} plan
   */
  async ask(id, plan) {
    this.asked += 1;
    const own = this.asked;
    this.say([element("p", { text: this.texts.t("desk-would-wait") })]);
    let parts;
    try {
      parts = this.lines(await getPreview(id, plan));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      parts = [element("p", { className: "warning", text: refusalText(this.texts, error) })];
    }
    if (own === this.asked) this.say(parts);
  }

  /** @param {any} effect */
  lines(effect) {
    const { texts } = this;
    if (effect.moved.length === 0) return [element("p", { text: texts.t("desk-would-none") })];
    return [element("ul", {}, effect.moved.map((/** @type {any} */ one) => element("li", {
      text: texts.t("desk-would-line", {
        length: texts.distance(one.km),
        before: texts.status(one.from_status),
        after: texts.status(one.to_status),
      }),
    })))];
  }

  /** @param {Node[]} parts */
  say(parts) {
    this.root.replaceChildren(element("h4", { text: this.texts.t("desk-would") }), ...parts);
  }
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {Refusal} refusal
 */
export function refusalText(texts, refusal) {
  if (refusal.code === "no-answer") return texts.t("desk-no-answer");
  if (refusal.code === "changed-since") return texts.t("desk-changed-since");
  return texts.t("desk-failed", { why: refusal.message });
}
