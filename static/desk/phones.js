/** What never came from which phone, whose clock is wrong, what was refused; and locked files. */

import { element } from "../map/panel.js";
import { ltr, plain } from "../map/words.js";
import { Refusal, getPhones, sendFile } from "./asks.js";
import { refusalText } from "./effect.js";

/** @typedef {import("./texts.js").Texts} Texts */

const NOTABLE_SKEW_S = 60;
const MAX_BYTES = 64_000_000;
/** A longer range is written by its ends. */
const WRITTEN_OUT = 5;

export class Phones {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {HTMLElement} button Opens it, and tells of gaps.
   * @param {Texts} texts
   * @param {() => void} changed Called after a file was taken in.
   */
  constructor(dialog, button, texts, changed) {
    this.dialog = dialog;
    this.button = button;
    this.texts = texts;
    this.changed = changed;
    /** @type {any} Null: not asked yet, or there is no answer. */
    this.known = null;
    /** @type {Refusal | null} */
    this.refusal = null;
    /** @type {Node[]} What became of the last file. */
    this.report = [];
    button.addEventListener("click", () => this.open());
  }

  async open() {
    this.report = [];
    this.render();
    this.dialog.showModal();
    await this.ask();
  }

  async ask() {
    try {
      this.known = await getPhones();
      this.refusal = null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.refusal = error;
    }
    this.render();
  }

  render() {
    const { texts, known } = this;
    const gaps = (known?.phones ?? []).filter((/** @type {any} */ one) => one.counter?.missing_count > 0).length;
    this.button.textContent = texts.t(gaps > 0 ? "desk-phones-gaps" : "desk-phones", { count: gaps });
    const close = element("button", { type: "button", text: texts.t("desk-close") });
    close.addEventListener("click", () => this.dialog.close());
    this.dialog.replaceChildren(
      element("h2", { id: "phones-title", text: texts.t("desk-phones-title") }),
      ...(this.refusal ? [element("p", { className: "warning", text: this.why(this.refusal) })] : []),
      ...(known ? this.parts(known) : []),
      close,
    );
  }

  /** @param {Refusal} refusal */
  why(refusal) {
    if (refusal.code === "not-found") return this.texts.t("desk-phones-none-served");
    return refusalText(this.texts, refusal);
  }

  /**
   * @param {any} known
   * @returns {Node[]}
   */
  parts(known) {
    const { texts } = this;
    return [
      ...(known.phones.length === 0 ? [element("p", { text: texts.t("desk-phones-none") })] : []),
      element("ul", { id: "phones-list" }, known.phones.map((/** @type {any} */ one) => this.phone(one))),
      element("h3", { text: texts.t("desk-file-title") }),
      this.form(),
      element("div", { id: "file-report", role: "status" }, this.report),
      ...this.list("desk-files-taken", known.taken, (one) => this.taken(one, known.phones)),
      ...this.list("desk-photos-refused", known.refused_photos, (one) => texts.t("desk-photo-refused", {
        when: texts.moment(one.at), team: texts.team(one.team), record: ltr(one.event_id), why: plain(one.reason),
      })),
    ];
  }

  /**
   * @param {string} title
   * @param {any[]} lines
   * @param {(one: any) => string} words
   * @returns {Node[]}
   */
  list(title, lines, words) {
    if (lines.length === 0) return [];
    const items = lines.map((one) => element("li", { text: words(one) }));
    return [element("h3", { text: this.texts.t(title) }), element("ul", { id: title }, items)];
  }

  /** @param {any} phone */
  phone(phone) {
    const { texts } = this;
    const name = plain(phone.label ?? phone.device);
    const title = texts.t("desk-phone-name", { name, team: texts.team(phone.team) });
    const lines = phoneLines(texts, phone, name);
    return element("li", {}, [
      element("strong", { text: title }),
      ...lines.map(([worry, text]) => element("p", { text, className: worry ? "warning" : undefined })),
    ]);
  }

  /**
   * @param {any} line
   * @param {any[]} phones
   */
  taken(line, phones) {
    const phone = phones.find((one) => one.device === line.device);
    return this.texts.t("desk-file-line", {
      when: this.texts.moment(line.at), name: plain(phone?.label ?? line.device),
      added: line.new, known: line.known, refused: line.refused,
    });
  }

  form() {
    const { texts } = this;
    const input = /** @type {HTMLInputElement} */ (
      element("input", { type: "file", id: "phone-file", accept: ".uxofield,application/json,.json" })
    );
    const button = element("button", { type: "submit", text: texts.t("desk-file-take") });
    const form = element("form", { id: "file-form" }, [
      element("label", { for: "phone-file", text: texts.t("desk-file-label") }), input, button,
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const file = input.files?.[0];
      if (!file) this.tell([element("p", { className: "warning", text: texts.t("desk-file-choose") })]);
      else if (file.size > MAX_BYTES) this.tell([element("p", { className: "warning", text: texts.t("desk-file-large") })]);
      else this.take(file);
    });
    return form;
  }

  /** @param {File} file */
  async take(file) {
    this.tell([element("p", { text: this.texts.t("desk-would-wait") })]);
    try {
      this.report = takenParts(this.texts, await sendFile(file));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const why = error.code === "no-answer" ? this.texts.t("desk-file-no-answer") : refusalText(this.texts, error);
      this.tell([element("p", { className: "warning", text: why })]);
      return;
    }
    await this.ask();
    this.changed();
  }

  /** @param {Node[]} parts */
  tell(parts) {
    this.report = parts;
    document.getElementById("file-report")?.replaceChildren(...parts);
  }
}

/**
 * @param {Texts} texts
 * @param {any} phone
 * @param {string} name
 * @returns {[boolean, string][]} Whether it is a worry, and the words.
 */
function phoneLines(texts, phone, name) {
  /** @type {[boolean, string][]} */
  const lines = [];
  if (phone.revoked_at) lines.push([true, texts.t("desk-phone-revoked", { when: texts.moment(phone.revoked_at) })]);
  const { counter } = phone;
  if (!counter) return [...lines, [false, texts.t("desk-phone-silent")]];
  const { missing_count, missing, last_seq, doubled, waiting, skew_s } = counter;
  if (missing_count > 0) {
    const numbers = missingNumbers(missing, missing_count);
    lines.push([true, texts.t("desk-phone-gap", { name, missing: missing_count, all: last_seq, numbers })]);
  } else lines.push([false, texts.t("desk-phone-whole", { all: last_seq })]);
  if (doubled.length > 0) lines.push([true, texts.t("desk-phone-doubled", { numbers: doubled.map(ltr).join(", ") })]);
  if (waiting > 0) lines.push([true, texts.t("desk-phone-waiting", { count: waiting })]);
  if (skew_s === null) lines.push([false, texts.t("desk-phone-clock-unknown")]);
  else if (Math.abs(skew_s) >= NOTABLE_SKEW_S) {
    const given = { minutes: Math.round(Math.abs(skew_s) / 60) };
    lines.push([true, texts.t(skew_s > 0 ? "desk-phone-ahead" : "desk-phone-behind", given)]);
  }
  return [...lines, [false, texts.t("desk-phone-last", { when: texts.moment(counter.last_received_at) })]];
}

/**
 * @param {[number, number][]} ranges First and last of each.
 * @param {number} count Of all missing numbers; more than the ranges hold when there are very many.
 */
function missingNumbers(ranges, count) {
  const words = ranges.flatMap(([first, last]) => {
    const many = last - first + 1;
    if (many > WRITTEN_OUT) return [ltr(`${first}\u2013${last}`)];
    return Array.from({ length: many }, (_, place) => ltr(first + place));
  });
  const held = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
  return words.join(", ") + (held < count ? ", \u2026" : "");
}

/**
 * @param {Texts} texts
 * @param {any} taken
 * @returns {Node[]}
 */
function takenParts(texts, taken) {
  const name = plain(taken.label);
  const line = (/** @type {string} */ what) => element("li", {
    text: texts.t(`desk-file-${what}`, { added: taken[what].new, known: taken[what].known }),
  });
  const refused = taken.refused.map((/** @type {any} */ one) => element("li", {
    className: "warning",
    text: texts.t("desk-file-refused", {
      what: texts.t(`desk-file-one-${one.what}`), number: one.device_seq ?? 0, record: ltr(one.event_id), why: plain(one.why),
    }),
  }));
  const cut = taken.revoked_at && texts.t("desk-phone-revoked", { when: texts.moment(taken.revoked_at) });
  return [
    element("p", { text: texts.t("desk-file-done", { name, team: texts.team(taken.team) }) }),
    ...(cut ? [element("p", { className: "warning", text: cut })] : []),
    element("ul", {}, [...["records", "photos", "notes"].map(line), ...refused]),
  ];
}
