/** The phone's own settings. */

import { ltr } from "../../map/words.js";
import { button, el } from "../dom.js";
import { fetchPack, keptPack } from "../pack.js";
import { NoLink, Refusal } from "../server.js";
import { field } from "./pin.js";

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
    await packPart(app),
    button(app.t("enrol-again"), () => app.go("enrol"), { id: "enrol-again" }),
  );
}

/** @param {import("../app.js").App} app */
async function packPart(app) {
  const pack = await keptPack(app);
  const told = el("p", { role: "status", id: "pack-words" }, pack ? packWords(app, pack) : app.t("pack-none"));
  const get = async () => {
    const pcode = /** @type {HTMLInputElement} */ (document.getElementById("pcode")).value.trim();
    try {
      told.textContent = packWords(app, await fetchPack(app, pcode));
    } catch (error) {
      if (error instanceof NoLink) told.textContent = app.t("enrol-no-link");
      else if (error instanceof Refusal) told.textContent = error.message;
      else throw error;
    }
  };
  return el(
    "section",
    { class: "form", "aria-label": app.t("pack-title") },
    el("h2", {}, app.t("pack-title")),
    told,
    field("pcode", app.t("pack-pcode"), { autocomplete: "off", dir: "ltr", maxlength: 40, value: pack?.community.pcode }),
    button(app.t("pack-get"), get, { id: "get-pack" }),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../pack.js").Pack} pack
 */
function packWords(app, pack) {
  const { name_ar, name_en, pcode } = pack.community;
  const name = (app.words.language === "ar" ? name_ar : name_en) ?? name_en ?? pcode;
  const words = app.t("pack-kept", { name, day: ltr(pack.as_of.slice(0, 10)) });
  return pack.exercise ? `${words} ${app.words.t("exercise-banner")}` : words;
}
