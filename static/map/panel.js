/** What a click shows: status, reasons, dates. Text goes in by textContent only. */

import { NO_NUMBER } from "./payload.js";
import { length, ltr } from "./words.js";
import { lineSample } from "./lines.js";

/**
 * Make an element. Its text can never be read as HTML.
 *
 * @param {string} tag
 * @param {{ className?: string, text?: string, [name: string]: string | undefined }} [given]
 * @param {Node[]} [children]
 */
export function element(tag, given = {}, children = []) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (name === "text") fill(node, value);
    else if (name === "className") node.className = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/**
 * Put text into an element. What `ltr` isolated becomes an element of its own, which a line end
 * cannot cut: half a date on the next line of an Arabic paragraph would read as another date.
 *
 * @param {Element} node
 * @param {string} text
 */
export function fill(node, text) {
  const parts = text.split(/\u2066([^\u2066-\u2069]*)\u2069/).map((part, place) => {
    if (place % 2 === 0) return document.createTextNode(part);
    const isolated = document.createElement("bdi");
    isolated.dir = "ltr";
    isolated.textContent = part;
    return isolated;
  });
  node.replaceChildren(...parts);
}

/**
 * @typedef {object} Chosen
 * @property {number[]} pieces Near the click, hazards first.
 * @property {number} index Which of them is shown.
 * @property {{ lat: number, lng: number }} at
 * @property {number[]} items Evidence at the spot.
 * @property {boolean} clicked False when it was chosen from the list.
 */

export class Panel {
  /**
   * @param {import("./payload.js").Payload} payload
   * @param {import("./words.js").Words} words
   * @param {import("./sentences.js").Sentences} sentences
   * @param {(piece: number | null) => void} mark Marks a piece on the map.
   */
  constructor(payload, words, sentences, mark) {
    this.payload = payload;
    this.words = words;
    this.sentences = sentences;
    this.mark = mark;
    this.root = /** @type {HTMLElement} */ (document.getElementById("uxo-panel"));
    /** @type {Chosen | null} */
    this.chosen = null;
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
  }

  /** @param {Chosen} chosen */
  open(chosen) {
    this.chosen = chosen;
    /** @type {Element | null} */
    this.opener = document.activeElement;
    this.render();
    this.root.hidden = false;
    this.root.scrollTop = 0;
    if (!chosen.clicked) this.root.focus();
  }

  close() {
    if (this.root.hidden) return;
    const hadFocus = this.root.contains(document.activeElement);
    this.root.hidden = true;
    this.chosen = null;
    this.mark(null);
    if (hadFocus && this.opener instanceof HTMLElement) this.opener.focus();
  }

  render() {
    if (!this.chosen) return;
    const { pieces, index } = this.chosen;
    const piece = pieces.length > 0 ? pieces[index] : null;
    this.mark(piece);
    const heading = element("h2", { text: this.words.t("panel-title"), id: "uxo-panel-title" });
    const parts = [this.closeButton(), heading];
    parts.push(...(piece === null ? [element("p", { text: this.words.t("panel-nothing") })] : this.piece(piece)));
    parts.push(this.position(), ...this.itemsHere());
    this.root.replaceChildren(...parts);
  }

  closeButton() {
    const label = this.words.t("panel-close");
    const button = element("button", { type: "button", className: "uxo-close", "aria-label": label, text: "\u00d7" });
    button.addEventListener("click", () => this.close());
    return button;
  }

  /** @param {number} piece */
  piece(piece) {
    const { s_status: status, s_flags: flags, s_beside: beside } = this.payload.columns;
    const { t } = { t: this.words.t.bind(this.words) };
    const sample = lineSample(this.payload.tables.symbols.lines[status[piece]], 54, 18);
    const parts = [
      element("p", { className: "uxo-status" }, [sample, element("strong", { text: this.sentences.status(piece) })]),
      element("p", { className: "uxo-road" }, [element("bdi", { text: this.sentences.roadName(piece) })]),
      element("p", { text: t("piece-road", { id: this.sentences.roadId(piece) }) }),
      element("p", { text: t("piece-range", { range: this.sentences.range(piece) }) }),
    ];
    if (flags[piece] & 1) parts.push(element("p", { className: "uxo-warning", text: t("piece-conflict") }));
    if (flags[piece] & 2) parts.push(element("p", { text: t("piece-under-way") }));
    if (beside[piece] !== NO_NUMBER) {
      const metres = length(beside[piece] / 1000);
      parts.push(element("p", { className: "uxo-warning", text: t("piece-hazard-beside", { metres }) }));
    }
    parts.push(this.nextButton(), element("h3", { text: t("reasons-title") }), this.reasons(piece));
    return parts;
  }

  nextButton() {
    const { pieces, index } = /** @type {Chosen} */ (this.chosen);
    const given = { number: index + 1, count: pieces.length };
    const button = element("button", { type: "button", className: "uxo-next", text: this.words.t("panel-next", given) });
    button.hidden = pieces.length < 2;
    button.addEventListener("click", () => {
      if (!this.chosen) return;
      this.chosen.index = (this.chosen.index + 1) % this.chosen.pieces.length;
      this.render();
      /** @type {HTMLElement | null} */ (this.root.querySelector(".uxo-next"))?.focus();
    });
    return button;
  }

  /** @param {number} piece */
  reasons(piece) {
    const reasons = this.sentences.reasons(piece);
    if (reasons.length === 0) return element("p", { text: this.words.t("reasons-none") });
    return element("ul", { className: "uxo-reasons" }, reasons.map(reasonItem));
  }

  position() {
    const { at, clicked } = /** @type {Chosen} */ (this.chosen);
    const position = ltr(`${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`);
    return element("p", {
      className: "uxo-position",
      text: this.words.t(clicked ? "piece-position" : "piece-middle", { position }),
    });
  }

  itemsHere() {
    const { items } = /** @type {Chosen} */ (this.chosen);
    if (items.length === 0) return [];
    const rows = items.map((item) =>
      element("li", {}, [
        element("strong", { text: this.sentences.title(item) }),
        ...this.sentences.knowledge(item).map((text) => element("p", { text })),
      ]),
    );
    return [
      element("h3", { text: this.words.t("evidence-here") }),
      element("ul", { className: "uxo-reasons" }, rows),
    ];
  }
}

/** @param {import("./sentences.js").Sentence} reason */
export function reasonItem(reason) {
  const title = element(reason.struck ? "s" : "strong", { text: reason.title });
  return element("li", { "data-effect": reason.effect }, [
    title,
    ...reason.lines.map((text) => element("p", { text })),
  ]);
}
