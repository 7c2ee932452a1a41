/** The queue in words. */

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
  if (link === "refused") return app.t(`link-${app.sync?.refusal ?? "forbidden"}`);
  return app.t(`link-${link}`);
}
