/** Single keys for those who review a hundred records; they can be switched off (WCAG 2.1.4). */

const TYPING = "input, select, textarea";

/**
 * @param {Record<string, () => void>} deeds Key -> what it does.
 * @param {{ close: () => boolean, on: () => boolean }} page `close` tells whether anything was open.
 */
export function listen(deeds, page) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key === "Escape") {
      if (page.close()) event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || !page.on()) return;
    const at = /** @type {Element | null} */ (event.target);
    if (at?.closest(TYPING) || at?.closest("dialog[open]")) return;
    // The place of the key, where letters are not Latin: an Arabic keyboard has the same keys.
    const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
    const deed = deeds[event.key] ?? (letter ? deeds[letter] : undefined);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}
