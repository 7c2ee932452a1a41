/** The part of the settings about the map: which area is kept, and fetching another. */

import { ltr } from "../../map/words.js";
import { button, el } from "../dom.js";
import { BrokenMap, NoRoomForMap } from "../map_file.js";
import { fetchPack, isThere, keptPack, refreshStatus, RoadsChanged, searchAreas } from "../pack.js";
import { megabytes, packInWords } from "../pack_words.js";
import { communityInWords } from "../record_words.js";
import { NoLink, Refusal } from "../server.js";
import { field, valueOf } from "./pin.js";

/** @param {import("../app.js").App} app */
export async function mapPart(app) {
  const pack = await keptPack(app);
  const told = el("div", { role: "status", id: "pack-words" }, ...(await lines(app, pack)));
  const list = el("ul", { class: "queue plain", id: "areas" });
  const say = (/** @type {string} */ text) => told.replaceChildren(el("p", {}, text));
  const fetching = new Fetching(app, say);
  const find = async () => {
    const text = valueOf("pcode").trim();
    if (text) await fetching.run(() => search(app, text, list, fetching, say));
  };
  return el(
    "section",
    { class: "form", "aria-label": app.t("pack-title") },
    el("h2", {}, app.t("pack-title")),
    told,
    pack?.map && button(app.t("district-refresh"), () => fetching.run(() => fetching.status()), { id: "refresh-status" }),
    field("pcode", app.t("district-search"), { autocomplete: "off", dir: "auto", maxlength: 100, value: pack?.community.pcode }),
    button(app.t("district-find"), find, { id: "get-pack" }),
    list,
  );
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../pack.js").Pack | null} pack
 */
async function lines(app, pack) {
  if (!pack) return [el("p", {}, app.t("pack-none"))];
  const gone = !(await isThere(pack));
  return [
    gone && el("p", { class: "warning", id: "map-gone" }, app.t("district-gone")),
    ...packInWords(app, pack).map((line) => el("p", {}, line)),
  ];
}

/**
 * Look an area up. What was typed as it is written there is fetched at once; else a person chooses.
 *
 * @param {import("../app.js").App} app
 * @param {string} text
 * @param {HTMLElement} list
 * @param {Fetching} fetching
 * @param {(text: string) => void} say
 */
async function search(app, text, list, fetching, say) {
  const areas = await searchAreas(app, text);
  const same = areas.find((area) => area.pcode.toLowerCase() === text.toLowerCase());
  list.replaceChildren();
  if (same) return fetching.area(same.pcode);
  say(app.t(areas.length === 0 ? "district-none" : "district-choose"));
  list.replaceChildren(
    ...areas.map((area) =>
      el("li", {}, button("", () => fetching.run(() => fetching.area(area.pcode)), { class: "record", "data-area": area.pcode })),
    ),
  );
  for (const [place, item] of [...list.querySelectorAll("button")].entries()) item.append(...areaLine(app, areas[place]));
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../pack.js").Area} area
 */
function areaLine(app, area) {
  const { communities, district, pcode } = area;
  const more = communities === null ? [ltr(pcode), district] : [app.t("district-communities", { communities })];
  return [
    el("span", {}, el("b", {}, el("bdi", {}, communityInWords(app, area))), " ", ...more.filter(Boolean).flatMap((text) => [el("bdi", {}, text), " "])),
  ];
}

/** Fetches, one thing at a time, and says how it goes. */
class Fetching {
  /**
   * @param {import("../app.js").App} app
   * @param {(text: string) => void} say
   */
  constructor(app, say) {
    this.app = app;
    this.say = say;
    this.busy = false;
    this.done = 0;
  }

  /** @param {string} pcode */
  async area(pcode) {
    const { app, say } = this;
    await fetchPack(app, pcode, (done, total) => {
      this.done = done;
      say(app.t("district-coming", { done: megabytes(done), total: megabytes(total) }));
    });
    if (app.step === "settings" && app.vault) await app.show("settings");
  }

  async status() {
    await refreshStatus(this.app);
    if (this.app.step === "settings" && this.app.vault) await this.app.show("settings");
  }

  /** @param {() => Promise<void>} act */
  async run(act) {
    if (this.busy) return;
    this.busy = true;
    this.done = 0;
    try {
      await act();
    } catch (error) {
      this.say(this.fault(error));
    } finally {
      this.busy = false;
    }
  }

  /** @param {unknown} error @returns {string} */
  fault(error) {
    const { app } = this;
    if (error instanceof NoLink) {
      return this.done > 0 ? app.t("district-cut", { done: megabytes(this.done) }) : app.t("enrol-no-link");
    }
    if (error instanceof Refusal) return error.message;
    if (error instanceof RoadsChanged) return app.t("district-changed");
    if (error instanceof BrokenMap) return app.t("district-broken");
    if (error instanceof NoRoomForMap) return app.t("district-no-room", { needed: megabytes(error.needed_bytes) });
    throw error;
  }
}
