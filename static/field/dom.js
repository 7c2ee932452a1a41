/** Builds elements; text always goes in as text. */

/**
 * @typedef {Record<string, any>} Attributes Names of attributes; `on` + event adds a listener,
 *   false and null leave an attribute out.
 */

/**
 * @param {string} name
 * @param {Attributes} [attributes]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === false || value === undefined) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child || child === "").map(asNode));
  return node;
}

/** @param {any} child */
function asNode(child) {
  return child instanceof Node ? child : String(child);
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @param {Attributes} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElement}
 */
export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...children);
  return node;
}

/**
 * A picture of the sheet `pictures.svg`; the words beside it say the same.
 *
 * @param {string} name
 */
export function picture(name) {
  const sheet = new URL("pictures.svg", import.meta.url);
  return svg(
    "svg",
    { class: "picture", viewBox: "0 0 64 64", "aria-hidden": "true", focusable: "false" },
    svg("use", { href: `${sheet.pathname}#${name}` }),
  );
}

/**
 * @param {string} text
 * @param {(event: Event) => void} act
 * @param {Attributes} [attributes]
 */
export function button(text, act, attributes = {}) {
  return el("button", { type: "button", onclick: act, ...attributes }, text);
}
