/** When was it? One question, answered by one press where it was today. */

import { button, el } from "../dom.js";
import { isRelease, kindOf, onward } from "../flows.js";
import { endOf, localMoment, startOf, today } from "../when.js";
import { field } from "./pin.js";

/** @param {import("../app.js").App} app */
function titleOf({ draft }) {
  if (draft.deed === "gone") return "rec-when-gone";
  return isRelease(draft) ? "rec-when-release" : `rec-when-${kindOf(draft)}`;
}

/** @type {import("../app.js").Screen} */
export function when(app) {
  const release = isRelease(app.draft);
  const take = (/** @type {string | null} */ observed_at) => () => onward(app, { observed_at });
  const now = release ? startOf(today()) : new Date().toISOString();
  const parts = [
    el("h1", {}, app.t(titleOf(app))),
    button(app.t("rec-when-today"), take(now), { class: "main", id: "today" }),
    otherDay(app, (day) => take(release ? startOf(day) : endOf(day))()),
  ];
  // An item that is gone needs a day; the latest that it can have been is the careful one.
  if (!release) parts.push(button(app.t("not-known"), take(app.draft.deed === "gone" ? now : null), { id: "unknown" }));
  if (kindOf(app.draft) === "clearance" && release) {
    parts.push(button(app.t("rec-when-under-way"), take(null), { id: "under-way" }));
  }
  return el("div", { class: "form" }, ...parts);
}

/**
 * @param {import("../app.js").App} app
 * @param {(day: string) => void} take
 */
function otherDay(app, take) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true }, app.t("rec-when-unreadable"));
  const read = () => {
    const day = /** @type {HTMLInputElement} */ (document.getElementById("day")).value;
    fault.hidden = day !== "" && day >= "1900" && day <= today();
    if (!fault.hidden) return;
    if (day === today()) document.getElementById("today")?.click();
    else take(day);
  };
  return el(
    "div",
    { class: "form" },
    field("day", app.t("rec-when-other"), { type: "date", max: today(), min: "1990-01-01" }),
    fault,
    button(app.t("rec-when-use"), read, { id: "use-day" }),
  );
}

/** @type {import("../app.js").Screen} */
export function starts(app) {
  const take = (/** @type {string} */ starts_at) => onward(app, { starts_at });
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("rec-starts-title")),
    button(app.t("rec-starts-now"), () => take(new Date().toISOString()), { class: "main", id: "now" }),
    otherMoment(app, take, null),
  );
}

/** @type {import("../app.js").Screen} */
export function ends(app) {
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("rec-ends-title")),
    button(app.t("rec-ends-open"), () => onward(app, { ends_at: null }), { class: "main", id: "open-end" }),
    otherMoment(app, (ends_at) => onward(app, { ends_at }), app.draft.starts_at ?? null),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {(moment: string) => void} take
 * @param {string | null} after The moment must lie after this one.
 */
function otherMoment(app, take, after) {
  const fault = el("p", { class: "warning", role: "alert", hidden: true }, app.t("rec-moment-unreadable"));
  const read = () => {
    const moment = localMoment(/** @type {HTMLInputElement} */ (document.getElementById("moment")).value);
    const usable = moment !== null && (after === null || moment > after);
    fault.hidden = usable;
    if (usable) take(moment);
  };
  return el(
    "div",
    { class: "form" },
    field("moment", app.t("rec-moment"), { type: "datetime-local" }),
    fault,
    button(app.t("rec-when-use"), read, { id: "use-moment" }),
  );
}
