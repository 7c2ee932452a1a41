/** The lock: choosing the PIN, and opening with it. */

import { el } from "../dom.js";
import { TooSoon, tryPin } from "../tries.js";
import { makeLock, Vault, WrongPin } from "../vault.js";

const SHORTEST = 6;

/**
 * @param {string} id
 * @param {string} label
 * @param {import("../dom.js").Attributes} [attributes]
 */
export function field(id, label, attributes = {}) {
  return el("div", {}, el("label", { for: id }, label), el("input", { id, ...attributes }));
}

export const SECRET = { type: "password", inputmode: "numeric", autocomplete: "off", dir: "ltr", maxlength: 32 };

/** @param {string} id */
export const valueOf = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value;

/**
 * @param {import("../app.js").App} app
 * @param {string} pin
 * @param {string} again
 * @returns {string} What is wrong with a new PIN; empty: nothing.
 */
export function faultOf(app, pin, again) {
  if (pin.length < SHORTEST) return app.t("pin-short", { count: SHORTEST });
  return pin === again ? "" : app.t("pin-differs");
}

/** @param {import("../app.js").App} app */
export function newPinFields(app) {
  return [field("pin", app.t("pin-label", { count: SHORTEST }), SECRET), field("pin-again", app.t("pin-again"), SECRET)];
}

/**
 * Why the PIN did not open, in words.
 *
 * @param {import("../app.js").App} app
 * @param {unknown} error
 */
export function pinRefusal(app, error) {
  if (error instanceof TooSoon) return app.t("pin-wait", { seconds: Math.ceil(error.wait_ms / 1000) });
  if (error instanceof WrongPin) return app.t("pin-wrong");
  throw error;
}

/** @type {import("../app.js").Screen} */
export function newPin(app) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const one = valueOf("pin");
    const wrong = faultOf(app, one, valueOf("pin-again"));
    if (wrong) {
      fault.textContent = wrong;
      fault.hidden = false;
      return;
    }
    const lock = await makeLock(one);
    const kept = await app.database.putOnce("lock", lock);
    // Another window chose a PIN meanwhile: its lock is that of every record from now on.
    if (kept !== lock) return app.replace("pin");
    await navigator.storage.persist();
    await app.unlocked(await Vault.open(lock, one));
  };
  return el(
    "form",
    { onsubmit: save, class: "form" },
    el("h1", {}, app.t("pin-new")),
    el("p", {}, app.t("pin-why")),
    ...newPinFields(app),
    fault,
    el("button", { class: "main", type: "submit" }, app.t("pin-save")),
  );
}

/** @type {import("../app.js").Screen} */
export function pin(app) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const tell = (/** @type {string} */ text) => {
    fault.textContent = text;
    fault.hidden = false;
  };
  const open = async () => {
    tell(app.t("pin-opening"));
    try {
      const lock = await app.database.get("lock");
      await app.unlocked(await tryPin(app.database, () => Vault.open(lock, valueOf("pin"))));
    } catch (error) {
      tell(pinRefusal(app, error));
    }
  };
  const submit = el("button", { class: "main", type: "submit" }, app.t("open"));
  const once = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.setAttribute("disabled", "");
    await open();
    submit.removeAttribute("disabled");
  };
  return el(
    "form",
    { onsubmit: once, class: "form" },
    el("h1", {}, app.t("pin-open")),
    field("pin", app.t("pin-yours"), SECRET),
    fault,
    submit,
  );
}
