/** One record: what it says, what it does to the roads, its history and its neighbours. */

import { element } from "../map/panel.js";
import { length } from "../map/words.js";
import { toldParts } from "./told.js";

const FIELDS = [
  "kind", "category", "evidence_class", "observed_at", "recorded_at", "disposed_at", "starts_at",
  "ends_at", "depth_m", "width_m", "releases_hazards", "position_method", "position_error_m", "team",
  "review", "reviewed_at",
];
const ALWAYS = ["kind", "observed_at", "recorded_at", "position_method", "position_error_m", "team", "review"];

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked The service's answer.
 * @param {any[] | null} pieces Of road around it; null: not there yet.
 * @param {{ show: (id: string) => void, duplicate: (id: string) => void }} deeds
 * @returns {Node[]}
 */
export function recordParts(texts, looked, pieces, deeds) {
  const { properties } = looked.record;
  const parts = [
    element("h2", { id: "record-title", text: `${texts.what(properties)}, ${texts.id(properties.id)}` }),
  ];
  if (looked.conflict.length > 0) {
    const fields = looked.conflict.map((/** @type {string} */ name) => texts.field(name)).join(", ");
    parts.push(element("p", { className: "warning", text: texts.t("desk-conflict", { fields }) }));
  }
  return [
    ...parts,
    section(texts.t("desk-roads"), [roads(texts, pieces)], "roads"),
    ...photos(texts, looked),
    ...told(texts, looked),
    section(texts.t("desk-fields"), [fields(texts, looked)]),
    section(texts.t("desk-near"), [near(texts, looked, deeds)]),
    section(texts.t("desk-history"), [history(texts, looked)], "history"),
  ];
}

/**
 * @param {string} title
 * @param {Node[]} children
 * @param {string} [id]
 */
function section(title, children, id) {
  return element("section", { id }, [element("h3", { text: title }), ...children]);
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked
 */
function fields(texts, looked) {
  const { properties } = looked.record;
  const shown = FIELDS.filter((name) => {
    const value = properties[name];
    const there = value !== null && !(Array.isArray(value) && value.length === 0);
    return there || ALWAYS.includes(name);
  });
  const rows = shown.flatMap((name) => [
    element("dt", { text: texts.field(name) }),
    element("dd", {
      text: texts.value(name, properties[name]),
      className: looked.conflict.includes(name) ? "in-conflict" : undefined,
    }),
  ]);
  return element("dl", {}, rows);
}

/**
 * Where the record is among the reasons of a piece: added up by status and by what the rule did.
 *
 * @param {import("./texts.js").Texts} texts
 * @param {any[] | null} pieces
 */
function roads(texts, pieces) {
  if (pieces === null) return element("p", { text: texts.t("desk-would-wait") });
  /** @type {Map<string, { rank: number, status: string, effect: string, metres: number }>} */
  const lines = new Map();
  for (const { properties } of pieces) {
    const { rank, status, effect } = properties;
    if (effect === null) continue;
    const key = `${rank} ${effect}`;
    const line = lines.get(key) ?? { rank, status, effect, metres: 0 };
    line.metres += properties.to_m - properties.from_m;
    lines.set(key, line);
  }
  if (lines.size === 0) return element("p", { text: texts.t("desk-roads-none") });
  const ordered = [...lines.values()].sort((a, b) => a.rank - b.rank);
  return element("ul", {}, ordered.map((line) => element("li", {
    "data-status": line.status,
    text: texts.t("desk-roads-line", {
      status: texts.status(line.status),
      metres: length(Math.round(line.metres)),
      effect: texts.t(`desk-effect-${line.effect.replaceAll("_", "-")}`),
    }),
  })));
}

/**
 * Copies without place, time or camera; the original is only ever saved, and that is noted.
 *
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked
 */
function photos(texts, looked) {
  if (looked.photos.length === 0) return [];
  const shown = looked.photos.map((/** @type {string} */ sha256, /** @type {number} */ place) => {
    const src = `/api/v1/media/${sha256}/copy`;
    const given = { number: place + 1, count: looked.photos.length };
    const image = element("img", { src, alt: texts.t("desk-photo", given), loading: "lazy" });
    const original = { href: `/api/v1/media/${sha256}`, download: "", text: texts.t("desk-photo-original", given) };
    return element("li", {}, [
      element("a", { href: src, target: "_blank", rel: "noreferrer" }, [image]),
      element("a", { className: "original", ...original }),
    ]);
  });
  return [section(texts.t("desk-photos"), [
    element("ul", { className: "photos" }, shown),
    element("p", { className: "note", text: texts.t("desk-photo-note") }),
  ], "photos")];
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked
 */
function told(texts, looked) {
  const parts = toldParts(texts, looked.told);
  return parts.length === 0 ? [] : [section(texts.t("desk-told"), parts, "told")];
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked
 */
function history(texts, looked) {
  if (looked.history.length === 0) return element("p", { text: texts.t("desk-history-none") });
  const steps = looked.history.map((/** @type {any} */ step) => element("li", {}, [
    element("span", { className: "when", text: texts.moment(step.at) }),
    element("p", { text: texts.step(step) }),
    ...(step.reason ? [element("p", { text: texts.t("desk-event-reason", { reason: step.reason }) })] : []),
    ...(step.counts ? [] : [element("p", { className: "note", text: texts.t("desk-event-without-effect") })]),
  ]));
  return element("ol", {}, steps);
}

/**
 * @param {import("./texts.js").Texts} texts
 * @param {any} looked
 * @param {{ show: (id: string) => void, duplicate: (id: string) => void }} deeds
 */
function near(texts, looked, deeds) {
  if (looked.nearby.length === 0) return element("p", { text: texts.t("desk-near-none") });
  return element("ul", {}, looked.nearby.map((/** @type {any} */ one) => {
    const id = texts.id(one.id);
    const show = element("button", { type: "button", text: texts.t("desk-near-show", { id }) });
    show.addEventListener("click", () => deeds.show(one.id));
    const same = element("button", { type: "button", text: texts.t("desk-near-duplicate", { id }) });
    same.addEventListener("click", () => deeds.duplicate(one.id));
    const line = texts.t("desk-near-line", {
      what: texts.what(one), id, distance: length(one.distance_m), errors: length(one.errors_m),
    });
    const review = texts.value("review", one.review ?? "unreviewed");
    return element("li", {}, [element("p", { text: `${line} (${review})` }), show, same]);
  }));
}
