/** How long an event waits before it may be sent, so that it can be undone. */

export const UNDO_MS = 10_000;

/**
 * How long an event is still held back. Longer than it was ever meant to be means that the clock was
 * set back since it was saved: then nothing holds it, or it would wait for a year.
 *
 * @param {{ held_until_ms: number }} event
 * @param {number} now_ms
 * @returns {number} Milliseconds; 0: it may be sent, and can no longer be undone.
 */
export function heldFor_ms({ held_until_ms }, now_ms) {
  const left_ms = held_until_ms - now_ms;
  return left_ms > 0 && left_ms <= UNDO_MS ? left_ms : 0;
}
