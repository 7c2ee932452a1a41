/** Starts the desk: reads words and queue, shows a record, and keeps all parts in step. */

import { element, fill } from "../map/panel.js";
import { Words } from "../map/words.js";
import { Refusal, getQueue, getRecord, getRoads } from "./asks.js";
import { Decisions } from "./decisions.js";
import { refusalText } from "./effect.js";
import { listen } from "./keys.js";
import { legendParts } from "./legend.js";
import { DeskMap } from "./map.js";
import { Phones } from "./phones.js";
import { Queue } from "./queue.js";
import { recordParts } from "./record.js";
import { Texts } from "./texts.js";

const FILES = "/desk/files/";
const LOOK_EVERY_MS = 30_000;
const NARROW = "(max-width: 700px)";

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

class Desk {
  /**
   * @param {Words} words
   * @param {any} symbols
   */
  constructor(words, symbols) {
    this.words = words;
    this.texts = new Texts(words);
    this.map = new DeskMap("map", symbols);
    this.queue = new Queue(byId("queue"), this.texts, (id) => this.choose(id));
    this.decisions = new Decisions(this.texts, {
      map: this.map,
      say: (text) => this.say(text),
      reload: (id) => this.choose(id),
      decided: async (id) => {
        await this.ask();
        await this.choose(id);
      },
    });
    const dialog = /** @type {HTMLDialogElement} */ (byId("phones"));
    this.phones = new Phones(dialog, byId("phones-open"), this.texts, () => this.ask());
    /** @type {any} */
    this.looked = null;
    /** @type {any[] | null} */
    this.pieces = null;
    this.chosen = 0;
  }

  async start() {
    byId("language").addEventListener("click", () => this.switchLanguage());
    byId("reload").addEventListener("click", () => this.ask());
    byId("help").addEventListener("click", () => this.help());
    byId("keys-close").addEventListener("click", () => this.dialog.close());
    listen(
      {
        j: () => this.queue.step(1),
        k: () => this.queue.step(-1),
        a: () => this.decisions.open("accept"),
        r: () => this.decisions.open("reject"),
        c: () => this.decisions.open("correct"),
        u: () => this.decisions.open("reopen"),
        "?": () => this.help(),
      },
      {
        close: () => this.decisions.close(),
        on: () => /** @type {HTMLInputElement} */ (byId("keys-on")).checked,
      },
    );
    this.render();
    await Promise.all([this.ask(), this.phones.ask()]);
    window.setInterval(() => {
      if (document.visibilityState === "visible") this.look();
    }, LOOK_EVERY_MS);
  }

  get dialog() {
    return /** @type {HTMLDialogElement} */ (byId("keys"));
  }

  help() {
    this.dialog.showModal();
  }

  /** @param {string} text */
  say(text) {
    fill(byId("said"), text);
  }

  /** Read the queue because somebody asked for it. */
  async ask() {
    const said = await this.tried(getQueue());
    if (!said) return;
    this.say("");
    this.showQueue(said);
  }

  /** Read the queue again without a word, unless it cannot be read. */
  async look() {
    const said = await this.tried(getQueue());
    if (said) this.showQueue(said);
  }

  /** @param {any} said The service's answer. */
  showQueue(said) {
    byId("exercise").hidden = !said.exercise;
    this.queue.show(said);
  }

  /**
   * @template Said
   * @param {Promise<Said>} asked
   * @returns {Promise<Said | null>} Null after a refusal, which was told.
   */
  async tried(asked) {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.say(refusalText(this.texts, error));
      return null;
    }
  }

  /** @param {string} id */
  async choose(id) {
    this.chosen += 1;
    const own = this.chosen;
    this.queue.mark(id);
    this.say(this.texts.t("desk-loading", { id: this.texts.id(id) }));
    const looked = await this.tried(getRecord(id));
    if (!looked || own !== this.chosen) return;
    this.say("");
    this.looked = looked;
    this.pieces = null;
    this.decisions.show(looked);
    this.renderRecord();
    this.map.show(looked);
    if (window.matchMedia(NARROW).matches) byId("record").scrollIntoView();
    const roads = await this.tried(getRoads(id));
    if (!roads || own !== this.chosen) return;
    this.pieces = roads.features;
    this.map.drawRoads(roads.features);
    this.renderLegend();
    byId("attribution").textContent = roads.attribution.join(" \u00b7 ");
    byId("roads").replaceWith(...this.parts().filter((part) => /** @type {Element} */ (part).id === "roads"));
    document.documentElement.dataset.shown = id;
  }

  parts() {
    return recordParts(this.texts, this.looked, this.pieces, {
      show: (id) => this.choose(id),
      duplicate: (id) => this.decisions.open("duplicate", id),
    });
  }

  renderRecord() {
    delete document.documentElement.dataset.shown;
    if (!this.looked) return;
    const [title, ...rest] = this.parts();
    byId("record").setAttribute("aria-labelledby", "record-title");
    byId("record").replaceChildren(title, this.decisions.root, ...rest);
  }

  renderLegend() {
    if (!this.pieces) return;
    byId("legend").hidden = this.pieces.length === 0;
    byId("legend").replaceChildren(...legendParts(this.texts, this.pieces, this.map.symbols));
  }

  switchLanguage() {
    this.words.language = this.words.other;
    this.render();
  }

  render() {
    const { words } = this;
    document.documentElement.lang = words.language;
    document.documentElement.dir = words.direction;
    for (const node of document.querySelectorAll("[data-l10n]")) {
      fill(node, words.t(/** @type {string} */ (node.getAttribute("data-l10n"))));
    }
    for (const node of document.querySelectorAll("[data-l10n-label]")) {
      node.setAttribute("aria-label", words.t(/** @type {string} */ (node.getAttribute("data-l10n-label"))));
    }
    byId("language").lang = words.other;
    document.title = words.t("desk-title");
    this.map.speak(this.texts);
    this.queue.render();
    this.phones.render();
    if (!this.looked) return;
    this.decisions.show(this.looked);
    this.renderRecord();
    this.renderLegend();
    document.documentElement.dataset.shown = this.looked.record.id;
  }
}

async function start() {
  const read = async (/** @type {string} */ name) => {
    const answer = await fetch(FILES + name);
    if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
    return answer;
  };
  const [en, ar, symbols] = await Promise.all([
    read("shared/i18n/en.ftl").then((answer) => answer.text()),
    read("shared/i18n/ar.ftl").then((answer) => answer.text()),
    read("symbols.json").then((answer) => answer.json()),
  ]);
  const asked = new URLSearchParams(window.location.search).get("lang");
  const words = new Words({ en, ar }, asked === "ar" ? "ar" : "en");
  const desk = new Desk(words, symbols);
  // Tests and people with a console read the page through this one name.
  /** @type {any} */ (globalThis).uxoDesk = desk;
  byId("said").replaceChildren(element("span"));
  await desk.start();
  document.documentElement.dataset.ready = "yes";
}

start();
