/** Marks text that was given in English because the chosen language has none. */

import { FALLBACK } from "../map/words.js";

/**
 * Watch what is written into the page; English text in it is read, cut and turned as English.
 *
 * @param {import("../map/words.js").Words} words
 * @param {Node} root
 */
export function markBorrowed(words, root) {
  const watcher = new MutationObserver((changes) => {
    if (words.borrowed.size === 0) return;
    for (const { type, target, addedNodes } of changes) {
      const touched = type === "characterData" ? [target] : [...addedNodes];
      for (const text of touched.flatMap(textsIn)) mark(text, words.borrowed);
    }
  });
  watcher.observe(root, { childList: true, characterData: true, subtree: true });
}

/** @param {Node} node @returns {Text[]} */
function textsIn(node) {
  return node instanceof Text ? [node] : [...node.childNodes].flatMap(textsIn);
}

/**
 * @param {Text} text
 * @param {Set<string>} borrowed
 */
function mark(text, borrowed) {
  if (text.parentElement === null || text.parentElement.closest("[data-borrowed], svg")) return;
  const longestFirst = [...borrowed].sort((a, b) => b.length - a.length);
  const found = longestFirst.find((one) => one.trim() !== "" && text.data.includes(one));
  if (found === undefined) return;
  const own = text.splitText(text.data.indexOf(found));
  const rest = own.splitText(found.length);
  const span = document.createElement("span");
  span.lang = FALLBACK;
  span.dir = "ltr";
  span.dataset.borrowed = "";
  own.replaceWith(span);
  span.append(own);
  for (const other of [text, rest]) mark(other, borrowed);
}
