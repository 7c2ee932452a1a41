/** The first screen: one large button, and what became of the records. */

import { button, el } from "../dom.js";
import { linkInWords, queueInWords } from "../queue_words.js";

/** @type {import("../app.js").Screen} */
export async function home(app) {
  const queue = el("p", { id: "queue-words" }, await queueInWords(app));
  const link = el("p", { id: "link-words" }, linkInWords(app));
  app.onQueue = async () => {
    queue.textContent = await queueInWords(app);
    link.textContent = linkInWords(app);
  };
  const unfinished = Boolean(app.draft.category || app.draft.where);
  const begin = async () => {
    await app.keep({ step: "stop" });
    await app.go("stop");
  };
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("home-title")),
    unfinished && el("p", { class: "warning" }, app.t("home-unfinished")),
    unfinished && button(app.t("home-go-on"), () => app.go(app.draft.step), { class: "main", id: "go-on" }),
    unfinished && dropButton(app),
    !unfinished && button(app.t("home-begin"), begin, { class: "main huge", id: "begin" }),
    el("section", { "aria-label": app.t("queue-title"), class: "form" }, queue, link),
    button(app.t("queue-open"), () => app.go("queue"), { id: "open-queue" }),
    button(app.t("settings-title"), () => app.go("settings"), { id: "open-settings" }),
    el("p", {}, app.t("home-nothing-known")),
  );
}

/**
 * Two presses: a glove must not throw a record away.
 *
 * @param {import("../app.js").App} app
 */
function dropButton(app) {
  const sure = async () => {
    await app.dropDraft();
    await app.show("home");
  };
  const ask = (/** @type {Event} */ event) => {
    const first = /** @type {HTMLElement} */ (event.currentTarget);
    first.replaceWith(button(app.t("home-drop-sure"), sure, { id: "drop-sure" }));
  };
  return button(app.t("home-drop"), ask, { id: "drop" });
}
