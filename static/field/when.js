/** Days that people name, as moments; where a day leaves room, the more careful end of it counts. */

/** @param {Date} [now] The day by the phone's own clock, as `2026-11-21`. */
export function today(now = new Date()) {
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/**
 * When a hazard was seen, or an item removed: not before the end of that day. A release of the very
 * day must not end it.
 *
 * @param {string} day As `2026-11-21`.
 */
export const endOf = (day) => `${day}T23:59:59Z`;

/**
 * When a release was completed: the beginning of that day, so that it never counts for longer.
 *
 * @param {string} day As `2026-11-21`.
 */
export const startOf = (day) => `${day}T00:00:00Z`;

/**
 * @param {string} text Of a field for a local date and time, as `2026-11-21T09:30`.
 * @returns {string | null} In UTC; null when it is none.
 */
export function localMoment(text) {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
