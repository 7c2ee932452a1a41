/** What can be seen of it from here. Every question starts at "not sure". */

import { button, el } from "../dom.js";
import { onward } from "../flows.js";

/** Question -> its answers besides "not sure". */
export const QUESTIONS = {
  count: ["one", "few", "many"],
  cover: ["surface", "partly", "buried"],
  damaged: ["yes", "no"],
  marked: ["yes", "no"],
};

/** @type {import("../app.js").Screen} */
export function state(app) {
  const given = { ...app.draft.state };
  const groups = Object.entries(QUESTIONS).map(([question, answers]) => group(app, given, question, answers));
  const on = () => onward(app, { state: given });
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("state-title")),
    el("p", { class: "warning" }, app.t("state-stay")),
    ...groups,
    button(app.t("next"), on, { class: "main", id: "next" }),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {Record<string, string>} given
 * @param {string} question
 * @param {string[]} answers
 */
function group(app, given, question, answers) {
  const buttons = ["unsure", ...answers].map((answer) =>
    button(
      answer === "unsure" ? app.t("not-sure") : app.t(`state-${question}-${answer}`),
      async () => {
        if (answer === "unsure") delete given[question];
        else given[question] = answer;
        for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.answer === answer));
        await app.keep({ state: { ...given } });
      },
      { "data-question": question, "data-answer": answer, "aria-pressed": String((given[question] ?? "unsure") === answer) },
    ),
  );
  return el("fieldset", {}, el("legend", {}, app.t(`state-${question}`)), el("div", { class: buttons.length === 3 ? "chips" : "chips two" }, ...buttons));
}
