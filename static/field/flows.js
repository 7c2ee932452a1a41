/** The questions of each kind of record, in order; one question a screen. */

import { newId } from "./ids.js";

/** Good news: only ground that somebody drew or walked may be released, never a whole community. */
export const RELEASES = ["survey", "technical_survey", "clearance"];

/** @type {Record<string, string[]>} */
const FLOWS = {
  find: ["stop", "what", "where", "state", "review"],
  hazard_area: ["class", "what", "shape", "review"],
  survey: ["when", "form", "shape", "width", "review"],
  technical_survey: ["when", "form", "shape", "width", "review"],
  clearance: ["when", "form", "shape", "width", "depth", "review"],
  strike: ["what", "when", "where", "review"],
  accident: ["what", "when", "where", "review"],
  closure: ["form", "shape", "starts", "ends", "review"],
  report: ["what", "when", "where", "review"],
  gone: ["when", "review"],
  wrong: ["wrong", "review"],
  again: ["review"],
};

/** Kinds besides the find, in the order in which they are offered. */
export const OTHER_KINDS = [
  "hazard_area",
  "clearance",
  "survey",
  "technical_survey",
  "strike",
  "accident",
  "closure",
  "report",
];

/** @param {import("./app.js").Draft} draft */
export const kindOf = (draft) => draft.kind ?? "find";

/** @param {import("./app.js").Draft} draft */
export const isRelease = (draft) => !draft.deed && RELEASES.includes(kindOf(draft));

/** @param {import("./app.js").Draft} draft Whether there is something in it that must not be lost. */
export function isBegun(draft) {
  return Boolean(draft.kind || draft.deed || draft.category || draft.where || draft.community);
}

/**
 * @param {import("./app.js").Draft} draft
 * @returns {string[]}
 */
export function steps(draft) {
  if (draft.deed === "wrong" && draft.wrong && draft.wrong !== "other") return ["wrong", draft.wrong, "review"];
  const lane = draft.form === "line" && isRelease(draft);
  return FLOWS[draft.deed ?? kindOf(draft)].filter((step) => step !== "width" || lane);
}

/**
 * Begin a record; what was there before is no part of it.
 *
 * @param {import("./app.js").App} app
 * @param {Partial<import("./app.js").Draft>} draft
 */
export async function begin(app, draft) {
  app.draft = { step: "home" };
  const [step] = steps({ ...app.draft, ...draft });
  await app.keep({ entity: newId(), ...draft, step });
  await app.go(step);
}

/**
 * Keep an answer, and ask the next question.
 *
 * @param {import("./app.js").App} app
 * @param {Partial<import("./app.js").Draft>} answer
 */
export async function onward(app, answer) {
  const order = steps({ ...app.draft, ...answer });
  const step = order[order.indexOf(app.step) + 1];
  await app.keep({ ...answer, step });
  await app.go(step);
}

/**
 * Put an unfinished record aside, so that what is seen on the way can be told at once.
 *
 * @param {import("./app.js").App} app
 */
export async function park(app) {
  const parked = await app.open.sealJson(app.draft, "parked");
  await app.database.write(["keep"], (/** @type {any} */ tx) =>
    Promise.all([tx.objectStore("keep").put(parked, "parked"), tx.objectStore("keep").delete("draft")]),
  );
  app.draft = { step: "home" };
}

/**
 * Take the record up again that was put aside, when there is no other.
 *
 * @param {import("./app.js").App} app
 */
export async function unpark(app) {
  const sealed = await app.database.get("parked");
  if (!sealed || isBegun(app.draft)) return;
  /** @type {import("./app.js").Draft} */
  const draft = await app.open.unsealJson(sealed, "parked");
  const again = await app.open.sealJson(draft, "draft");
  await app.database.write(["keep"], (/** @type {any} */ tx) =>
    Promise.all([tx.objectStore("keep").put(again, "draft"), tx.objectStore("keep").delete("parked")]),
  );
  app.draft = draft;
}
