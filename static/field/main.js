/** Starts the phone app. */

import { FALLBACK, Words } from "../map/words.js";
import { App } from "./app.js";
import { markBorrowed } from "./borrowed.js";
import { Database } from "./database.js";
import { el } from "./dom.js";
import { fluent } from "./packages.js";
import { changePin } from "./screens/change_pin.js";
import { newPin, pin } from "./screens/pin.js";
import { enrol } from "./screens/enrol.js";
import { home } from "./screens/home.js";
import { queue } from "./screens/queue.js";
import { settings } from "./screens/settings.js";
import { recordScreens } from "./screens/records.js";
import { review, saved } from "./screens/review.js";
import { state } from "./screens/state.js";
import { stop, what } from "./screens/what.js";
import { where } from "./screens/where.js";

/** Those without a message are not offered; what a language lacks is shown in English. */
const LANGUAGES = ["en", "ar", "kmr", "tr"];
/** How browsers call Kurmanji: by its family. */
const KURDISH = "ku";

/** @returns {Promise<Record<string, string>>} */
async function catalogues() {
  const texts = LANGUAGES.map(async (language) => {
    const answer = await fetch(new URL(`../shared/i18n/${language}.ftl`, import.meta.url));
    if (!answer.ok) throw new Error(`no words: HTTP ${answer.status}`);
    return [language, await answer.text()];
  });
  return Object.fromEntries(await Promise.all(texts));
}

/** @param {Words} words */
function chosenLanguage(words) {
  const own = navigator.language.split("-")[0];
  const wished = localStorage.getItem("field-language") ?? (own === KURDISH ? "kmr" : own);
  return words.offered.includes(wished) ? wished : FALLBACK;
}

/** The code of the QR picture; it leaves the address at once, and is in no history. */
function codeOfAddress() {
  const code = new URLSearchParams(location.hash.slice(1)).get("enrol") ?? "";
  history.replaceState(null, "", location.pathname);
  return code;
}

async function start() {
  const [texts, database] = await Promise.all([catalogues(), Database.open(), fluent()]);
  const words = new Words(texts, FALLBACK);
  words.language = chosenLanguage(words);
  markBorrowed(words, document.body);
  const screens = { pin, "new-pin": newPin, enrol, home, stop, what, where, state, review, saved, queue, settings, "change-pin": changePin };
  const app = new App(database, words, { ...screens, ...recordScreens });
  app.enrolCode = codeOfAddress();
  app.start();
  addEventListener("unhandledrejection", ({ reason }) => {
    const full = reason instanceof DOMException && /Quota/.test(reason.name);
    app.tell(app.t(full ? "fault-full" : "fault"));
  });
  await app.replace((await database.get("lock")) ? "pin" : "new-pin");
  document.documentElement.dataset.ready = "yes";
  await offline(app);
}

/** @param {App} app Without a service worker the app would be gone with the link: that is told. */
async function offline(app) {
  if (!("serviceWorker" in navigator)) {
    app.tell(app.t("no-offline"));
    return;
  }
  await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
  await navigator.serviceWorker.ready;
  document.documentElement.dataset.offline = "yes";
}

start().catch((error) => {
  // The one place that shows an error as it is: nothing is there to put it into words.
  document.getElementById("screen")?.append(el("p", { class: "warning", dir: "ltr" }, String(error)));
  throw error;
});
