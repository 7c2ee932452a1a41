/** Slows whoever guesses the PIN; a restart of the app or a changed clock gives nothing back. */

const FREE_TRIES = 5;
const WAIT_MS = 30_000;
const DOUBLINGS = 10;

/** The PIN may be tried again only later. */
export class TooSoon extends Error {
  /** @param {number} wait_ms */
  constructor(wait_ms) {
    super("too many wrong PINs");
    this.wait_ms = wait_ms;
  }
}

/** @param {number} count Tries so far, all of them wrong. */
function waitAfter_ms(count) {
  return count < FREE_TRIES ? 0 : WAIT_MS * 2 ** Math.min(DOUBLINGS, count - FREE_TRIES);
}

/**
 * Try something that needs the PIN.
 *
 * @template Opened
 * @param {import("./database.js").Database} database
 * @param {() => Promise<Opened>} act Throws when the PIN is wrong.
 * @returns {Promise<Opened>}
 */
export async function tryPin(database, act) {
  const tries = (await database.get("tries")) ?? { count: 0, until_ms: 0 };
  const wait_ms = await left_ms(database, tries, Date.now());
  if (wait_ms > 0) throw new TooSoon(wait_ms);
  // Counted before it is tried: killing the app in between gives no free try.
  const count = tries.count + 1;
  await database.put("tries", { count, until_ms: Date.now() + waitAfter_ms(count) });
  const opened = await act();
  await database.remove("tries");
  return opened;
}

/**
 * @param {import("./database.js").Database} database
 * @param {{ count: number, until_ms: number }} tries
 * @param {number} now_ms
 */
async function left_ms(database, { count, until_ms }, now_ms) {
  const longest = waitAfter_ms(count);
  if (until_ms - now_ms <= longest) return Math.max(0, until_ms - now_ms);
  // The clock was set back since: the wait begins anew, or a wrong clock would lock the phone for good.
  await database.put("tries", { count, until_ms: now_ms + longest });
  return longest;
}
