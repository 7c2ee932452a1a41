/** The queue, the link and the clock in words. */

import { moment } from "../map/words.js";

const CLOCK_OFF_MS = 3_600_000;

/**
 * @param {import("./app.js").App} app
 * @returns {Promise<string>} "2 on this phone, 1 received by the office".
 */
export async function queueInWords(app) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const event of await app.database.events()) counts[event.state] = (counts[event.state] ?? 0) + 1;
  const order = ["waiting", "refused", "received", "accepted", "rejected"];
  const said = order.filter((state) => counts[state]).map((state) => app.t(`count-${state}`, { count: counts[state] }));
  return said.length > 0 ? said.join(app.t("list-comma")) : app.t("count-none");
}

/** @param {import("./app.js").App} app */
export function linkInWords(app) {
  const link = app.sync?.link ?? "asking";
  const said = link === "refused" ? app.t(`link-${app.sync?.refusal ?? "forbidden"}`) : app.t(`link-${link}`);
  return `${said} ${clockInWords(app)}`.trim();
}

/** @param {import("./app.js").App} app Both times, when they are more than an hour apart. */
function clockInWords(app) {
  const ahead_ms = app.sync?.ahead_ms ?? null;
  if (!app.sync || ahead_ms === null || Math.abs(ahead_ms) <= CLOCK_OFF_MS) return "";
  const phone_ms = app.sync.now();
  const [phone, office] = [phone_ms, phone_ms - ahead_ms].map((ms) => moment(ms / 60_000));
  return app.t("clock-wrong", { phone, office });
}
