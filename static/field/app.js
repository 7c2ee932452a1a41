/** What all screens share: words, the opened vault, the draft, the way from screen to screen. */

import { button, el } from "./dom.js";
import { languageChoice } from "./language_choice.js";
import { Outbox } from "./outbox.js";
import { keptPack } from "./pack.js";
import { Sync } from "./sync.js";

const LOCK_AFTER_MS = 5 * 60_000;
const DRAFT = "draft";

/**
 * @typedef {{ device_id: string, token: string, team: string, desk_key: JsonWebKey | null, label: string }} Enrolment
 * @typedef {object} Draft A record on its way; kept after every step.
 * @property {string} step
 * @property {string} [entity] Id of what is recorded; two windows that save one draft record one item.
 * @property {string} [kind] A find when left out.
 * @property {"gone" | "wrong" | "again"} [deed] About an earlier record.
 * @property {import("./around.js").Earlier} [about] The earlier record.
 * @property {string} [wrong] What is wrong with it.
 * @property {string} [why] The reason in the person's own words.
 * @property {{ geometry: any, method: string, error_m: number | null }} [copied] The place of an earlier record.
 * @property {import("./pack.js").Community | null} [community] Stands for a place that must not be exact.
 * @property {"area" | "line"} [form]
 * @property {import("./shapes.js").Shape | null} [shape]
 * @property {{ path: import("./shapes.js").Corner[], error_m: number }} [drawing] Corners so far.
 * @property {import("./track.js").Kept} [track] Walked so far.
 * @property {string} [evidence_class]
 * @property {number} [width_m]
 * @property {number | null} [depth_m] Null: not known.
 * @property {string | null} [starts_at]
 * @property {string | null} [ends_at]
 * @property {string | null} [observed_at] For a release: when it was completed. Null: not known.
 * @property {string} [category]
 * @property {import("./outbox.js").Where | null} [where]
 * @property {Record<string, string>} [state]
 * @property {{ base64: string, sha256: string, filetype: string } | null} [photo]
 * @typedef {(app: App) => Node | Promise<Node>} Screen
 */

export class App {
  /**
   * @param {import("./database.js").Database} database
   * @param {import("../map/words.js").Words} words
   * @param {Record<string, Screen>} screens
   */
  constructor(database, words, screens) {
    this.database = database;
    this.words = words;
    this.screens = screens;
    /** @type {import("./vault.js").Vault | null} */
    this.vault = null;
    /** @type {Enrolment | null} */
    this.enrolment = null;
    /** @type {Sync | null} */
    this.sync = null;
    /** @type {Draft} */
    this.draft = { step: "home" };
    this.step = "home";
    /** @type {(() => void)[]} What must end when the screen is left. */
    this.endings = [];
    /** @type {(() => void) | null} Redraws what the worker changed. */
    this.onQueue = null;
    this.idle = 0;
    /** Shown by an information officer, when the app was opened with it. */
    this.enrolCode = "";
    /** @type {string | null} */
    this.justSaved = null;
    /** @type {import("./pack.js").Community | null} Where the phone is used. */
    this.community = null;
  }

  start() {
    addEventListener("popstate", (event) => this.show(event.state?.step ?? "home"));
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => this.touched());
  }

  /**
   * @param {string} id
   * @param {Record<string, string | number>} [values]
   */
  t(id, values) {
    return this.words.t(`field-${id}`, values);
  }

  get outbox() {
    return new Outbox(this.database, this.open);
  }

  get open() {
    if (!this.vault) throw new Error("the app is locked");
    return this.vault;
  }

  get enrolled() {
    if (!this.enrolment) throw new Error("the phone is not enrolled");
    return this.enrolment;
  }

  /** @param {import("./vault.js").Vault} vault */
  async unlocked(vault) {
    this.vault = vault;
    const sealed = await this.database.get("enrolment");
    if (!sealed) return this.replace("enrol");
    await this.enter(await vault.unsealJson(sealed, "enrolment"));
  }

  /** @param {Enrolment} enrolment */
  async enter(enrolment) {
    this.enrolment = enrolment;
    this.open.deskKey = enrolment.desk_key;
    this.sync?.stop();
    this.sync = new Sync(this.database, this.open, enrolment, () => this.onQueue?.());
    this.sync.start();
    const sealed = await this.database.get(DRAFT);
    this.draft = sealed ? await this.open.unsealJson(sealed, DRAFT) : { step: "home" };
    this.community = (await keptPack(this))?.community ?? null;
    this.touched();
    await this.replace("home");
  }

  touched() {
    clearTimeout(this.idle);
    if (this.vault) this.idle = setTimeout(() => this.lock(), LOCK_AFTER_MS);
  }

  async lock() {
    this.sync?.stop();
    this.vault = null;
    this.enrolment = null;
    this.sync = null;
    this.draft = { step: "home" };
    await this.replace("pin");
  }

  /** Nothing of the app may stay on the screen, whatever else happens. */
  async hide() {
    document.body.replaceChildren();
    this.sync?.stop();
    this.vault = null;
    window.close();
    location.replace("about:blank");
  }

  /** @param {Partial<Draft>} change */
  async keep(change) {
    this.draft = { ...this.draft, ...change };
    await this.database.put(DRAFT, await this.open.sealJson(this.draft, DRAFT));
  }

  async dropDraft() {
    this.draft = { step: "home" };
    await this.database.remove(DRAFT);
  }

  /**
   * Go on; the browser's back button leads here again.
   *
   * @param {string} step
   */
  async go(step) {
    history.pushState({ step }, "");
    await this.show(step);
  }

  /** @param {string} step */
  async replace(step) {
    history.replaceState({ step }, "");
    await this.show(step);
  }

  /** @param {string} asked */
  async show(asked) {
    const step = this.allowed(asked);
    for (const end of this.endings.splice(0)) end();
    this.onQueue = null;
    this.step = step;
    document.documentElement.lang = this.words.language;
    document.documentElement.dir = this.words.direction;
    document.title = this.t("title");
    const node = await this.screens[step](this);
    const screen = /** @type {HTMLElement} */ (document.getElementById("screen"));
    this.drawBar();
    screen.replaceChildren(node);
    screen.dataset.step = step;
    screen.focus({ preventScroll: true });
    scrollTo(0, 0);
  }

  /** @param {string} step While the app is locked there is only the PIN. */
  allowed(step) {
    if (!this.vault) return step === "new-pin" ? step : "pin";
    if (!this.enrolment) return "enrol";
    return step in this.screens ? step : "home";
  }

  drawBar() {
    const bar = /** @type {HTMLElement} */ (document.getElementById("bar"));
    const back = !["home", "pin", "new-pin", "enrol", "saved"].includes(this.step);
    bar.replaceChildren(
      back ? button(this.t("back"), () => history.back(), { id: "back" }) : el("span", { class: "spacer" }),
      languageChoice(this),
      button(this.t("hide"), () => this.hide(), { id: "hide" }),
    );
  }

  /** @param {string} language */
  async useLanguage(language) {
    this.words.language = language;
    this.words.borrowed.clear();
    localStorage.setItem("field-language", language);
    await this.show(this.step);
  }

  /**
   * Say something in words, seen and read aloud.
   *
   * @param {string} text
   */
  tell(text) {
    const told = /** @type {HTMLElement} */ (document.getElementById("told"));
    told.textContent = text;
    setTimeout(() => {
      if (told.textContent === text) told.textContent = "";
    }, 8_000);
  }
}
