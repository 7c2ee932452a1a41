/** The buttons of a record, why one of them cannot be used, and the form that signs a decision. */

import { element } from "../map/panel.js";
import { Refusal, send } from "./asks.js";
import { CorrectionFields } from "./correction.js";
import { EffectBox, refusalText } from "./effect.js";
import { Placing } from "./placing.js";

/** @typedef {"accept" | "reject" | "reopen" | "correct" | "duplicate"} Deed */

/** @type {[Deed, string][]} Deed and its key. */
const BUTTONS = [["accept", "a"], ["reject", "r"], ["correct", "c"], ["reopen", "u"]];
const NEEDS_REASON = ["reject", "reopen", "correct"];
// What merely is so already needs no sentence beside its button.
const EVIDENT = ["already", "not_decided"];

export class Decisions {
  /**
   * @param {import("./texts.js").Texts} texts
   * @param {{ map: import("./map.js").DeskMap, say: (text: string) => void, reload: (id: string) => Promise<void>,
   *   decided: (id: string) => Promise<void> }} page
   */
  constructor(texts, page) {
    this.texts = texts;
    this.page = page;
    this.root = element("section", { id: "decide", className: "decide" });
    this.effect = new EffectBox(texts);
    /** @type {any} */
    this.looked = null;
    /** @type {Deed | null} */
    this.open_deed = null;
    this.busy = false;
    /** @type {Placing | null} */
    this.placing = null;
  }

  /** @param {any} looked One record as the service gives it. */
  show(looked) {
    this.looked = looked;
    this.open_deed = null;
    this.render();
  }

  get id() {
    return this.looked.record.properties.id;
  }

  render() {
    const { texts, looked } = this;
    this.placing?.stop();
    this.placing = null;
    const may = looked.may;
    const buttons = BUTTONS.map(([deed, key]) => this.button(deed, key));
    const whys = [...new Set(BUTTONS.map(([deed]) => may[deed]))].filter((why) => why && !EVIDENT.includes(why));
    this.root.replaceChildren(
      element("h3", { text: texts.t("desk-decide") }),
      element("div", { className: "buttons" }, buttons),
      ...whys.map((why) => element("p", { className: "warning", id: `why-${why}`, text: this.why(why) })),
      ...(looked.team ? [element("p", { className: "note", text: this.signature() })] : []),
    );
  }

  signature() {
    return this.texts.t("desk-sign-as", { team: this.texts.team(this.looked.team) });
  }

  /** @param {string} why */
  why(why) {
    return this.texts.t(`desk-not-${why.replaceAll("_", "-")}`);
  }

  /**
   * @param {Deed} deed
   * @param {string} key
   */
  button(deed, key) {
    const why = this.looked.may[deed];
    // Not `disabled`: a reader of the screen could not reach it, nor hear why it is refused.
    const button = element("button", {
      type: "button", "data-deed": deed, "aria-keyshortcuts": key, text: this.texts.t(`desk-${deed}`),
      "aria-disabled": why ? "true" : undefined,
      "aria-describedby": why && !EVIDENT.includes(why) ? `why-${why}` : undefined,
    });
    button.addEventListener("click", () => this.open(deed));
    return button;
  }

  /**
   * Open the form of a decision, or say why it cannot be made.
   *
   * @param {Deed} deed
   * @param {string} [other] Of which record it is a duplicate.
   */
  open(deed, other) {
    if (!this.looked || this.busy) return;
    const why = this.looked.may[deed];
    if (why) {
      this.page.say(this.why(why));
      return;
    }
    this.render();
    this.open_deed = deed;
    const form = this.form(deed, other);
    this.root.append(form);
    /** @type {HTMLElement | null} */ (form.querySelector("input, select, textarea"))?.focus();
    form.scrollIntoView({ block: "nearest" });
    if (deed !== "correct") this.effect.ask(this.id, { decision: deed });
  }

  close() {
    if (!this.open_deed || this.busy) return false;
    const deed = this.open_deed;
    this.open_deed = null;
    this.render();
    /** @type {HTMLElement | null} */ (this.root.querySelector(`[data-deed=${deed}]`))?.focus();
    return true;
  }

  /**
   * @param {Deed} deed
   * @param {string} [other]
   */
  form(deed, other) {
    const { texts } = this;
    const values = { id: texts.id(this.id), other: other ? texts.id(other) : "" };
    const fields = deed === "correct" ? new CorrectionFields(texts, this.looked.record.properties) : null;
    this.placing = fields ? new Placing(texts, this.page.map, this.looked.record.geometry) : null;
    const needed = NEEDS_REASON.includes(deed);
    const reason = /** @type {HTMLTextAreaElement} */ (
      element("textarea", { id: "reason", rows: "2", dir: "auto", maxlength: "2000", "aria-describedby": "reason-note" })
    );
    reason.required = needed;
    const note = element("p", { id: "reason-note", className: "note", text: texts.t("desk-reason-note") });
    const cancel = element("button", { type: "button", text: texts.t("desk-cancel") });
    cancel.addEventListener("click", () => this.close());
    const confirm = element("button", { type: "submit", className: "confirm", text: texts.t("desk-confirm") });
    this.effect.root.replaceChildren();
    const form = /** @type {HTMLFormElement} */ (element("form", { id: "form", "aria-labelledby": "form-title" }, [
      element("h4", { id: "form-title", text: texts.t(`desk-ask-${deed}`, values) }),
      ...(fields ? [element("p", { className: "note", text: texts.t("desk-correct-note") }), fields.root] : []),
      ...(this.placing ? [this.placing.root] : []),
      ...(fields ? [this.previewButton(fields)] : []),
      this.effect.root,
      element("label", { for: "reason", text: texts.t(needed ? "desk-reason" : "desk-reason-optional") }),
      reason,
      note,
      element("div", { className: "buttons" }, [confirm, cancel]),
    ]));
    form.noValidate = true; // the browser would speak its own language, not the page's
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (needed && reason.value.trim() === "") {
        reason.setAttribute("aria-invalid", "true");
        note.className = "warning";
        note.textContent = texts.t("desk-reason-needed");
        this.page.say(texts.t("desk-reason-needed"));
        reason.focus();
        return;
      }
      this.sign(deed, reason.value.trim(), fields, other);
    });
    return form;
  }

  /** @param {CorrectionFields} fields */
  previewButton(fields) {
    const button = element("button", { type: "button", text: this.texts.t("desk-correct-preview") });
    button.addEventListener("click", () => {
      this.effect.ask(this.id, { decision: "correct", ...this.wanted(fields) });
    });
    return button;
  }

  /**
   * What a correction writes; without a geometry the place stays where it is.
   *
   * @param {CorrectionFields} fields
   */
  wanted(fields) {
    const geometry = this.placing?.changed() ?? null;
    return { properties: fields.changed(), ...(geometry ? { geometry } : {}) };
  }

  /**
   * @param {Deed} deed
   * @param {string} reason
   * @param {CorrectionFields | null} fields
   * @param {string} [other]
   */
  async sign(deed, reason, fields, other) {
    const { texts, page, id } = this;
    const body = { reason, seen: this.looked.seen };
    if (this.busy) return;
    if (fields && Object.keys(fields.changed()).length === 0 && !this.placing?.changed()) {
      page.say(texts.t("desk-correct-nothing"));
      return;
    }
    this.busy = true;
    this.root.setAttribute("aria-busy", "true");
    try {
      const done = await this.sent(id, deed, body, fields, other);
      this.busy = false;
      await page.decided(id);
      const said = done.changed ? `desk-done-${deed}` : "desk-done-already";
      page.say(texts.t(said, { id: texts.id(id) }));
    } catch (error) {
      this.busy = false;
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "changed-since") await page.reload(id);
      page.say(refusalText(texts, error));
    } finally {
      this.root.removeAttribute("aria-busy");
    }
  }

  /**
   * @param {string} id
   * @param {Deed} deed
   * @param {{ reason: string, seen: string }} body
   * @param {CorrectionFields | null} fields
   * @param {string} [other]
   */
  sent(id, deed, body, fields, other) {
    if (fields) return send(id, "correction", { ...body, ...this.wanted(fields) });
    if (deed === "duplicate") return send(id, "duplicate-of", { ...body, other_id: other });
    return send(id, "decision", { ...body, decision: deed });
  }
}
