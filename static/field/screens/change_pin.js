/** Another PIN for the same records: only the lock of the phone's key is made anew. */

import { el } from "../dom.js";
import { tryPin } from "../tries.js";
import { changeLock } from "../vault.js";
import { faultOf, field, newPinFields, pinRefusal, SECRET, valueOf } from "./pin.js";

/** @type {import("../app.js").Screen} */
export function changePin(app) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const tell = (/** @type {string} */ text) => {
    fault.textContent = text;
    fault.hidden = false;
  };
  const change = async () => {
    const [old, one] = [valueOf("old-pin"), valueOf("pin")];
    const wrong = faultOf(app, one, valueOf("pin-again"));
    if (wrong) return tell(wrong);
    tell(app.t("pin-opening"));
    const lock = await app.database.get("lock");
    try {
      // One write puts the new lock in the old one's place: at any moment one of the two opens.
      await app.database.put("lock", await tryPin(app.database, () => changeLock(lock, old, one)));
    } catch (error) {
      return tell(pinRefusal(app, error));
    }
    app.tell(app.t("pin-changed"));
    await app.replace("settings");
  };
  const submit = el("button", { class: "main", type: "submit" }, app.t("pin-change"));
  const once = async (/** @type {Event} */ event) => {
    event.preventDefault();
    submit.setAttribute("disabled", "");
    await change();
    submit.removeAttribute("disabled");
  };
  return el(
    "form",
    { onsubmit: once, class: "form" },
    el("h1", {}, app.t("pin-change")),
    el("p", {}, app.t("pin-change-why")),
    field("old-pin", app.t("pin-yours"), SECRET),
    ...newPinFields(app),
    fault,
    submit,
  );
}
