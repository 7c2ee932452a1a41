/** Reads a file of households: P-code and number, one community a line. */

/**
 * What cannot be read is told with its line; nothing is taken from such a file.
 *
 * @param {string} text CSV with a heading.
 * @returns {{ households: Record<string, number | null>, fault: { what: "heading" | "number" | "twice", line: number } | null }}
 */
export function readHouseholds(text) {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const heading = cells(lines[0] ?? "").map((one) => one.toLowerCase());
  const [code, number] = [heading.findIndex((one) => /p-?code/.test(one)), heading.findIndex((one) => /households|returnees/.test(one))];
  if (code < 0 || number < 0) return { households: {}, fault: { what: "heading", line: 1 } };
  /** @type {Record<string, number | null>} */
  const households = {};
  for (let at = 1; at < lines.length; at += 1) {
    if (!lines[at].trim()) continue;
    const row = cells(lines[at]);
    const [pcode, said] = [row[code] ?? "", row[number] ?? ""];
    // Nothing written is not known; it is not zero.
    const value = said === "" ? null : Number(said);
    const wrong = !pcode || (value !== null && !(value >= 0 && Number.isFinite(value)));
    if (wrong) return { households: {}, fault: { what: "number", line: at + 1 } };
    if (pcode in households) return { households: {}, fault: { what: "twice", line: at + 1 } };
    households[pcode] = value;
  }
  return { households, fault: null };
}

/**
 * @param {string} line
 * @returns {string[]}
 */
function cells(line) {
  const split = line.match(/("([^"]|"")*"|[^,;\t]*)([,;\t]|$)/g) ?? [];
  return split.map((one) => one.replace(/[,;\t]$/, "").trim().replace(/^"|"$/g, "").replaceAll('""', '"').trim());
}
