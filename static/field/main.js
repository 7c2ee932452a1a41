/** Starts the phone app. */

import { Words } from "../map/words.js";
import { App } from "./app.js";
import { Database } from "./database.js";
import { el } from "./dom.js";
import { fluent } from "./packages.js";
import { changePin } from "./screens/change_pin.js";
import { newPin, pin } from "./screens/pin.js";
import { enrol } from "./screens/enrol.js";
import { home } from "./screens/home.js";
import { queue } from "./screens/queue.js";
import { settings } from "./screens/settings.js";
import { review, saved } from "./screens/review.js";
import { state } from "./screens/state.js";
import { stop, what } from "./screens/what.js";
import { where } from "./screens/where.js";

const LANGUAGES = ["en", "ar"];

/** @returns {Promise<Record<string, string>>} */
async function catalogues() {
  const texts = LANGUAGES.map(async (language) => {
    const answer = await fetch(new URL(`../shared/i18n/${language}.ftl`, import.meta.url));
    if (!answer.ok) throw new Error(`no words: HTTP ${answer.status}`);
    return [language, await answer.text()];
  });
  return Object.fromEntries(await Promise.all(texts));
}

function chosenLanguage() {
  const wished = localStorage.getItem("field-language") ?? navigator.language.slice(0, 2);
  return LANGUAGES.includes(wished) ? wished : "en";
}

/** The code of the QR picture; it leaves the address at once, and is in no history. */
function codeOfAddress() {
  const code = new URLSearchParams(location.hash.slice(1)).get("enrol") ?? "";
  history.replaceState(null, "", location.pathname);
  return code;
}

async function start() {
  await fluent();
  const words = new Words(await catalogues(), chosenLanguage());
  const database = await Database.open();
  const screens = { pin, "new-pin": newPin, enrol, home, stop, what, where, state, review, saved, queue, settings, "change-pin": changePin };
  const app = new App(database, words, screens);
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
