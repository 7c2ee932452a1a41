/** Is it all right to record an exact place here? If not, a community stands for it. */

import { button, el } from "../dom.js";
import { onward } from "../flows.js";
import { isCalled } from "../names.js";
import { keptPack } from "../pack.js";
import { communityInWords } from "../record_words.js";
import { field } from "./pin.js";

/** More would be a list in which nobody finds a name. */
const MOST_OFFERED = 12;

/**
 * @param {import("../app.js").App} app
 * @param {HTMLElement} place Where the exact place is asked for; the list of communities goes there.
 */
export async function exactPlace(app, place) {
  const pack = await keptPack(app);
  const offered = (pack?.places ?? []).filter((one) => one.outline);
  const yes = button(app.t("rec-exact-yes"), () => app.show(app.step), { "aria-pressed": "true", id: "exact-yes" });
  const no = button(app.t("rec-exact-no"), ask, { "aria-pressed": "false", id: "exact-no" });
  function ask() {
    for (const end of app.endings.splice(0)) end();
    yes.setAttribute("aria-pressed", "false");
    no.setAttribute("aria-pressed", "true");
    place.replaceChildren(...communities(app, offered));
    place.scrollIntoView({ block: "start" });
  }
  return el("fieldset", {}, el("legend", {}, app.t("rec-exact")), el("div", { class: "chips two" }, yes, no));
}

/**
 * @param {import("../app.js").App} app
 * @param {import("../pack.js").Community[]} offered The chosen one first, then the nearest to it.
 */
function communities(app, offered) {
  if (offered.length === 0) return [el("p", { class: "warning", role: "alert" }, app.t("rec-community-none"))];
  const choose = (/** @type {import("../pack.js").Community} */ community) =>
    onward(app, { community, where: null, shape: null });
  const list = el("div", { class: "form", id: "communities" });
  const show = (/** @type {string} */ typed) =>
    list.replaceChildren(
      ...offered
        .filter((one) => isCalled(typed, one))
        .slice(0, MOST_OFFERED)
        .map((one, i) =>
          button(communityInWords(app, one), () => choose(one), { class: i === 0 ? "main" : null, "data-pcode": one.pcode }),
        ),
    );
  show("");
  const typing = (/** @type {Event} */ event) => show(/** @type {HTMLInputElement} */ (event.currentTarget).value);
  return [
    el("p", { role: "status" }, app.t("rec-community-note")),
    offered.length > MOST_OFFERED && field("community-name", app.t("district-community"), { autocomplete: "off", dir: "auto", maxlength: 100, oninput: typing }),
    list,
  ].filter((one) => one instanceof Node);
}
