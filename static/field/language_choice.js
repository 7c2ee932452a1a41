/** The choice of the language: one press between two, a list where there are more. */

import { button, el } from "./dom.js";

/**
 * @param {import("./app.js").App} app
 * @returns {HTMLElement}
 */
export function languageChoice(app) {
  const { words } = app;
  const [other, ...more] = words.offered.filter((one) => one !== words.language);
  if (more.length === 0) {
    return button(words.nameOf(other), () => app.useLanguage(other), { id: "language", lang: other });
  }
  const options = words.offered.map((one) =>
    el("option", { value: one, lang: one, selected: one === words.language }, words.nameOf(one)),
  );
  const list = /** @type {HTMLSelectElement} */ (
    el("select", { id: "language", "aria-label": app.t("language-label") }, ...options)
  );
  list.addEventListener("change", () => app.useLanguage(list.value));
  return list;
}
