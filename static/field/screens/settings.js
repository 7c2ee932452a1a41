/** The phone's own settings. */

import { ltr } from "../../map/words.js";
import { button, el } from "../dom.js";
import { mapPart } from "./settings_map.js";

/** @type {import("../app.js").Screen} */
export async function settings(app) {
  const { team, label } = app.enrolled;
  const wipe = (await app.database.get("wipe")) ?? true;
  const lasting = await navigator.storage.persisted();
  const { usage = 0, quota = 0 } = await navigator.storage.estimate();
  const free_mb = Math.floor((quota - usage) / 1e6);
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("settings-title")),
    el(
      "dl",
      {},
      el("dt", {}, app.t("settings-team")),
      el("dd", {}, el("bdi", {}, team)),
      el("dt", {}, app.t("settings-phone")),
      el("dd", {}, el("bdi", {}, label)),
      el("dt", {}, app.t("settings-room")),
      el("dd", {}, app.t("settings-megabytes", { count: ltr(String(free_mb)) })),
    ),
    el("p", { class: lasting ? "good" : "warning" }, app.t(lasting ? "settings-lasting" : "settings-not-lasting")),
    button(app.t("settings-wipe"), () => app.database.setWipe(!wipe).then(() => app.show("settings")), {
      "aria-pressed": String(wipe),
      id: "wipe",
    }),
    el("p", {}, app.t("settings-wipe-note")),
    button(app.t("pin-change"), () => app.go("change-pin"), { id: "change-pin" }),
    await mapPart(app),
    button(app.t("enrol-again"), () => app.go("enrol"), { id: "enrol-again" }),
  );
}
