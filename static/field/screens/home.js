/** The first screen: one large button for a find, the rest below it, and what became of the records. */

import { button, el } from "../dom.js";
import { begin, isBegun, kindOf, park, unpark } from "../flows.js";
import { linkInWords, queueInWords } from "../queue_words.js";

/** @type {import("../app.js").Screen} */
export async function home(app) {
  await unpark(app);
  const queue = el("p", { id: "queue-words" }, await queueInWords(app));
  const link = el("p", { id: "link-words" }, linkInWords(app));
  app.onQueue = async () => {
    queue.textContent = await queueInWords(app);
    link.textContent = linkInWords(app);
  };
  const unfinished = isBegun(app.draft);
  const findUnfinished = unfinished && kindOf(app.draft) === "find" && !app.draft.deed;
  const find = async () => {
    if (unfinished) await park(app);
    await begin(app, {});
  };
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("home-title")),
    unfinished && el("p", { class: "warning" }, app.t("home-unfinished")),
    unfinished && button(app.t("home-go-on"), () => app.go(app.draft.step), { class: "main", id: "go-on" }),
    unfinished && dropButton(app),
    // Who walks a lane and sees an item tells of it at once; the lane is kept.
    !findUnfinished && button(app.t("home-begin"), find, { class: "main huge", id: "begin" }),
    !unfinished && button(app.t("rec-home-other"), () => app.go("kinds"), { id: "open-kinds" }),
    !unfinished && button(app.t("rec-home-earlier"), () => app.go("earlier"), { id: "open-earlier" }),
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
