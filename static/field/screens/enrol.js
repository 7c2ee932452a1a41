/** Tying this phone to a team, with the code that an information officer shows. */

import { el } from "../dom.js";
import { NoLink, Refusal, send } from "../server.js";
import { field } from "./pin.js";

/** @type {import("../app.js").Screen} */
export function enrol(app) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true });
  const submit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    const value = (/** @type {string} */ id) =>
      /** @type {HTMLInputElement} */ (document.getElementById(id)).value.trim();
    const label = value("label");
    try {
      const answer = await send("POST", "/api/v1/devices/enrol", null, { code: value("code"), label });
      const { device_id, token, team, desk_key } = answer;
      const enrolment = { device_id, token, team, desk_key, label };
      app.enrolCode = "";
      await app.database.put("enrolment", await app.open.sealJson(enrolment, "enrolment"));
      await app.enter(enrolment);
    } catch (error) {
      if (error instanceof NoLink) fault.textContent = app.t("enrol-no-link");
      else if (error instanceof Refusal) fault.textContent = app.t("enrol-refused", { why: error.message });
      else throw error;
      fault.hidden = false;
    }
  };
  return el(
    "form",
    { onsubmit: submit, class: "form" },
    el("h1", {}, app.t("enrol-title")),
    el("p", {}, app.t("enrol-why")),
    field("code", app.t("enrol-code"), { autocomplete: "off", autocapitalize: "characters", dir: "ltr", required: true, value: app.enrolCode }),
    field("label", app.t("enrol-label"), { autocomplete: "off", required: true, maxlength: 60, dir: "auto" }),
    fault,
    el("button", { class: "main", type: "submit" }, app.t("enrol-send")),
  );
}
