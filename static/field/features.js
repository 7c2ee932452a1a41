/** From the answers of a draft to the event of the contract. */

import { plain } from "../map/words.js";
import { isRelease, kindOf } from "./flows.js";
import { newId } from "./ids.js";
import { geometryOf, pointOf } from "./shapes.js";
import { stateInWords } from "./record_words.js";

/** @param {number | null} error_m Never made smaller by rounding. */
const upwards = (error_m) => (error_m === null ? null : Math.ceil(error_m * 10) / 10);

/**
 * Where it is. An error of null is unknown: then the programme's figure for the method counts.
 *
 * @param {import("./app.js").Draft} draft
 * @returns {{ geometry: any, method: string, error_m: number | null, raw: any } | null}
 */
export function placeOf({ copied, community, shape, where }) {
  if (copied) return { ...copied, raw: null };
  if (community) {
    return { geometry: community.outline, method: "unknown", error_m: null, raw: { community: community.pcode } };
  }
  if (shape) {
    return { geometry: geometryOf(shape), method: shape.method, error_m: upwards(shape.error_m), raw: shape.raw };
  }
  if (where) {
    return { geometry: pointOf(where), method: where.method, error_m: upwards(where.error_m), raw: where.raw };
  }
  return null;
}

/**
 * The GeoJSON feature of a record, as the server takes it. What was not answered is left out.
 *
 * @param {import("./app.js").Draft} draft
 * @param {string} team
 */
export function recordFeature(draft, team) {
  const kind = kindOf(draft);
  const place = placeOf(draft);
  if (!place) throw new Error("an unfinished draft");
  const given = {
    kind,
    category: isRelease(draft) || kind === "closure" ? null : (draft.category ?? "unknown"),
    evidence_class: draft.evidence_class,
    position_method: place.method,
    position_error_m: place.error_m,
    observed_at: draft.observed_at,
    starts_at: draft.starts_at,
    ends_at: draft.ends_at,
    width_m: draft.shape?.form === "line" && isRelease(draft) ? draft.width_m : null,
    depth_m: draft.depth_m,
    team,
  };
  const known = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  return { type: "Feature", geometry: place.geometry, properties: Object.fromEntries(known) };
}

/**
 * @param {import("./app.js").App} app
 * @returns {{ type: string, entity: string, base: string[], data: any, details?: any }}
 */
export function contentOf(app) {
  const { draft } = app;
  const { about, deed, state = {} } = draft;
  if (!deed || deed === "again") {
    const details = { state, where: placeOf(draft)?.raw ?? null, ...(about ? { same_as: about.id } : {}) };
    return { type: "evidence_recorded", entity: draft.entity ?? newId(), base: [], data: recordFeature(draft, app.enrolled.team), details };
  }
  if (!about) throw new Error("nothing that it is about");
  const target = { entity: about.id, base: about.base };
  if (deed === "gone") {
    return { type: "item_disposed", ...target, data: { disposed_at: draft.observed_at } };
  }
  return { type: "evidence_corrected", ...target, data: correction(app), details: { state, where: placeOf(draft)?.raw ?? null } };
}

/**
 * What a correction says: only what the person changed; the place stays where it was unless moved.
 *
 * @param {import("./app.js").App} app
 */
function correction(app) {
  const { draft } = app;
  const place = placeOf(draft);
  const reason = plain(draft.why?.trim() || correctionInWords(app)).slice(0, 2_000);
  const properties = {
    ...(draft.wrong === "what" ? { category: draft.category } : {}),
    ...(draft.wrong === "class" ? { evidence_class: draft.evidence_class } : {}),
    ...(place ? { position_method: place.method, position_error_m: place.error_m } : {}),
  };
  return { reason, properties, ...(place ? { geometry: place.geometry } : {}) };
}

/** @param {import("./app.js").App} app The reason, where the person wrote none. */
function correctionInWords(app) {
  const { wrong = "other", state = {} } = app.draft;
  const what = app.t(`rec-wrong-${wrong}`);
  return wrong === "state" ? `${what}: ${stateInWords(app, state)}` : what;
}
