/** Saves a record for good: it lies on the disk before anybody is told so. */

import { contentOf } from "./features.js";
import { UNDO_MS } from "./held.js";

/**
 * @param {import("./app.js").App} app
 * @param {HTMLElement} save The button.
 * @param {HTMLElement} fault Where it is told that it failed.
 */
export async function keepForGood(app, save, fault) {
  const { photo } = app.draft;
  save.setAttribute("disabled", "");
  const bytes = photo && Uint8Array.from(atob(photo.base64), (sign) => sign.charCodeAt(0));
  try {
    const event = await app.outbox.add(contentOf(app), photo && bytes ? { ...photo, bytes } : null);
    app.draft = { step: "home" };
    app.justSaved = event.event_id;
  } catch (error) {
    if (!(error instanceof DOMException) || !/Quota|Abort/.test(error.name)) throw error;
    fault.textContent = app.t("save-full");
    fault.hidden = false;
    save.removeAttribute("disabled");
    return;
  }
  navigator.vibrate?.(200);
  await app.replace("saved");
  app.sync?.soon(UNDO_MS);
}
