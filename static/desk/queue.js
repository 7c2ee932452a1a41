/** The list of what waits, by worry. */

import { element } from "../map/panel.js";

const WORRIES = ["conflict", "hazard_on_road", "release_waiting", "hazard_elsewhere"];

export class Queue {
  /**
   * @param {HTMLElement} root
   * @param {import("./texts.js").Texts} texts
   * @param {(id: string) => void} choose
   */
  constructor(root, texts, choose) {
    this.root = root;
    this.texts = texts;
    this.choose = choose;
    /** @type {any} */
    this.said = { counts: {}, entries: [] };
    /** @type {string | null} */
    this.chosen = null;
  }

  /** @param {any} said The service's answer. */
  show(said) {
    this.said = said;
    this.render();
  }

  /** @param {string} id */
  mark(id) {
    this.chosen = id;
    for (const button of this.buttons()) {
      if (button.dataset.id === id) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  }

  /** @returns {HTMLButtonElement[]} */
  buttons() {
    return [...this.root.querySelectorAll("button")];
  }

  /**
   * Choose the next record or the one before, and put the focus on it.
   *
   * @param {1 | -1} by
   */
  step(by) {
    const buttons = this.buttons();
    const here = buttons.findIndex((button) => button.dataset.id === this.chosen);
    const there = here < 0 ? 0 : Math.max(0, Math.min(buttons.length - 1, here + by));
    buttons[there]?.focus();
    buttons[there]?.click();
  }

  render() {
    const { texts } = this;
    /** @type {Node[]} */
    const parts = [element("h2", { text: texts.t("desk-queue") })];
    for (const worry of WORRIES) {
      const own = this.said.entries.filter((/** @type {any} */ entry) => entry.worry === worry);
      const count = this.said.counts[worry] ?? 0;
      if (count === 0) continue;
      const name = `desk-worry-${worry.replaceAll("_", "-")}`;
      parts.push(element("h3", { text: texts.t(name, { count }) }));
      parts.push(element("ul", {}, own.map((/** @type {any} */ entry) => this.entry(entry))));
      if (own.length < count) {
        const text = texts.t("desk-queue-more", { shown: own.length, count });
        parts.push(element("p", { className: "note", text }));
      }
    }
    if (this.said.entries.length === 0) parts.push(element("p", { text: texts.t("desk-queue-empty") }));
    const at = this.buttons().find((button) => button === document.activeElement)?.dataset.id;
    this.root.replaceChildren(...parts);
    // The list changes under the reader while others decide; the focus stays on its record.
    if (at) this.buttons().find((button) => button.dataset.id === at)?.focus();
    if (this.chosen) this.mark(this.chosen);
  }

  /** @param {any} entry */
  entry(entry) {
    const { texts } = this;
    const when = entry.observed_at ?? entry.recorded_at;
    const button = element("button", { type: "button", "data-id": entry.id }, [
      element("strong", { text: texts.what(entry) }),
      element("span", { text: texts.id(entry.id) }),
      element("span", {
        text: `${texts.day(when)} ${entry.team ? texts.team(entry.team) : ""}`,
      }),
    ]);
    button.addEventListener("click", () => this.choose(entry.id));
    return element("li", {}, [button]);
  }
}
