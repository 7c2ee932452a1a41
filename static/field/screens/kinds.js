/** What else can be recorded. */

import { messageId } from "../../map/words.js";
import { el, picture } from "../dom.js";
import { begin, OTHER_KINDS } from "../flows.js";

/** @type {import("../app.js").Screen} */
export function kinds(app) {
  const tiles = OTHER_KINDS.map((kind) =>
    el(
      "button",
      {
        type: "button",
        class: "tile",
        "data-kind": kind,
        onclick: () => begin(app, { kind, observed_at: new Date().toISOString() }),
      },
      picture(kind),
      el("span", {}, app.t(messageId("rec-kind", kind))),
    ),
  );
  return el(
    "div",
    { class: "form" },
    el("h1", {}, app.t("rec-kinds-title")),
    el("div", { class: "grid" }, ...tiles),
  );
}
