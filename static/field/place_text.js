/** Coordinates as they are shown: latitude first, never cut at a line's end, never turned around. */

import { ltr } from "../map/words.js";

/** @param {import("./geodesy.js").Place} at */
export const placeText = (at) => ltr(`${at.lat.toFixed(5)},\u00a0${at.lon.toFixed(5)}`);
