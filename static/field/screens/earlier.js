/** Records that were made before: this phone's own, and those around it. */

import { length, ltr } from "../../map/words.js";
import { earlierRecords, fetchAround, keptAround, somewhereIn } from "../around.js";
import { button, el, picture } from "../dom.js";
import { distance_m } from "../geodesy.js";
import { Gps } from "../gps.js";
import { recordInWords } from "../record_words.js";
import { NoLink, Refusal } from "../server.js";

/** More is a list in which nobody finds anything. */
const MOST_SHOWN = 40;

/** @type {import("../app.js").Screen} */
export async function earlier(app) {
  const records = await earlierRecords(app);
  const list = el("ul", { class: "queue plain", id: "earlier" });
  const gps = new Gps(draw);
  app.endings.push(() => gps.stop());
  let ordered = false;
  function draw() {
    const here = gps.result;
    if (ordered) return;
    ordered = here !== null;
    const away = (/** @type {import("../around.js").Earlier} */ one) =>
      here ? distance_m(here, somewhereIn(one.geometry)) : null;
    const rows = records.map((record, i) => ({ record, i, away_m: away(record) }));
    rows.sort((a, b) => (a.away_m ?? a.i) - (b.away_m ?? b.i));
    list.replaceChildren(...rows.slice(0, MOST_SHOWN).map(({ record, away_m }) => row(app, record, away_m)));
  }
  draw();
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("rec-earlier-title")),
    await aroundPart(app),
    records.length === 0 && el("p", {}, app.t("rec-earlier-none")),
    list,
    records.length > MOST_SHOWN && el("p", {}, app.t("rec-earlier-more", { count: records.length - MOST_SHOWN })),
    el("p", {}, app.t("home-nothing-known")),
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../around.js").Earlier} record
 * @param {number | null} away_m
 */
function row(app, record, away_m) {
  const open = async () => {
    app.draft = { step: "home" };
    await app.keep({ about: record });
    await app.go("earlier-one");
  };
  return el(
    "li",
    {},
    el(
      "button",
      { type: "button", class: "record", "data-id": record.id, onclick: open },
      picture(record.category ?? record.kind),
      el(
        "span",
        {},
        el("strong", {}, recordInWords(app, record)),
        el("br"),
        away_m === null ? "" : `${app.t("rec-away", { metres: length(Math.round(away_m)) })} `,
        app.t("rec-seen-on", { day: record.observed_day ? ltr(record.observed_day) : app.t("not-known") }),
        record.said ? el("em", {}, ` ${app.t(`rec-said-${record.said}`)}`) : "",
      ),
    ),
  );
}

/** @param {import("../app.js").App} app What the office gave, and how old it is. */
async function aroundPart(app) {
  const kept = await keptAround(app);
  const told = el("p", { role: "status", id: "around-words" }, kept ? aroundWords(app, kept) : app.t("rec-around-none"));
  const get = async () => {
    try {
      if (app.community) await fetchAround(app, app.community.pcode);
      await app.show("earlier");
    } catch (error) {
      if (error instanceof NoLink) told.textContent = app.t("enrol-no-link");
      else if (error instanceof Refusal) told.textContent = error.message;
      else throw error;
    }
  };
  return el(
    "div",
    { class: "form" },
    told,
    app.community ? button(app.t("rec-around-get"), get, { id: "get-around" }) : null,
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../around.js").Around} around
 */
function aroundWords(app, { as_of, left_out }) {
  const words = app.t("rec-around-kept", { day: ltr(as_of.slice(0, 10)) });
  return left_out > 0 ? `${words} ${app.t("rec-around-left-out", { count: left_out })}` : words;
}
