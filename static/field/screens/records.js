/** The screens of records other than the find, and of earlier records. */

import { depth, evidenceClass, form, width } from "./choices.js";
import { earlier } from "./earlier.js";
import { earlierOne, wrong } from "./earlier_one.js";
import { kinds } from "./kinds.js";
import { shape } from "./shape.js";
import { ends, starts, when } from "./times.js";

/** @type {Record<string, import("../app.js").Screen>} */
export const recordScreens = {
  kinds,
  class: evidenceClass,
  form,
  width,
  depth,
  when,
  starts,
  ends,
  shape,
  earlier,
  "earlier-one": earlierOne,
  wrong,
};
