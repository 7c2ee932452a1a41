/** The lock: choosing the PIN, and opening with it. */

import { el } from "../dom.js";
import { makeLock, Vault, WrongPin } from "../vault.js";

const SHORTEST = 6;
const FREE_TRIES = 5;
const WAIT_MS = 30_000;

/**
 * @param {string} id
 * @param {string} label
 * @param {import("../dom.js").Attributes} [attributes]
 */
export function field(id, label, attributes = {}) {
  return el("div", {}, el("label", { for: id }, label), el("input", { id, ...attributes }));
}

const SECRET = { type: "password", inputmode: "numeric", autocomplete: "off", dir: "ltr", maxlength: 32 };

/** @param {string} id */
const valueOf = (id) => /** @type {HTMLInputElement} */ (document.getElementById(id)).value;

/** @type {import("../app.js").Screen} */
export function newPin(app) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const save = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const [one, two] = [valueOf("pin"), valueOf("pin-again")];
    const wrong = one.length < SHORTEST ? app.t("pin-short", { count: SHORTEST }) : one !== two && app.t("pin-differs");
    if (wrong) {
      fault.textContent = wrong;
      fault.hidden = false;
      return;
    }
    const lock = await makeLock(one);
    await app.database.put("lock", lock);
    await navigator.storage.persist();
    await app.unlocked(await Vault.open(lock, one));
  };
  return el(
    "form",
    { onsubmit: save, class: "form" },
    el("h1", {}, app.t("pin-new")),
    el("p", {}, app.t("pin-why")),
    field("pin", app.t("pin-label", { count: SHORTEST }), SECRET),
    field("pin-again", app.t("pin-again"), SECRET),
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
    const tries = (await app.database.get("tries")) ?? { count: 0, until_ms: 0 };
    if (Date.now() < tries.until_ms) {
      return tell(app.t("pin-wait", { seconds: Math.ceil((tries.until_ms - Date.now()) / 1000) }));
    }
    tell(app.t("pin-opening"));
    // Counted before it is tried: killing the app in between gives no free try.
    const count = tries.count + 1;
    const wait_ms = count < FREE_TRIES ? 0 : WAIT_MS * 2 ** Math.min(10, count - FREE_TRIES);
    await app.database.put("tries", { count, until_ms: Date.now() + wait_ms });
    try {
      const vault = await Vault.open(await app.database.get("lock"), valueOf("pin"));
      await app.database.remove("tries");
      await app.unlocked(vault);
    } catch (error) {
      if (!(error instanceof WrongPin)) throw error;
      tell(app.t("pin-wrong"));
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

