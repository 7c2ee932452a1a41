/** Names of places in the page's language; a name that would cover another is left out. */

import { CanvasLayer } from "./canvas_layer.js";
import { toWorld } from "./mercator.js";
import { plain } from "./words.js";

export class PlacesLayer extends CanvasLayer {
  /**
   * @param {import("./payload.js").Payload} payload
   * @param {import("./words.js").Words} words
   */
  constructor(payload, words) {
    super("uxo-places");
    this.words = words;
    this.names = payload.tables.places;
    const [x, y] = toWorld(payload.columns.p_x, payload.columns.p_y);
    this.x = x;
    this.y = y;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./canvas_layer.js").View} view
   */
  draw(context, view) {
    /** @type {[number, number, number, number][]} */
    const taken = [];
    context.font = "600 13px system-ui, 'Noto Sans Arabic', sans-serif";
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.lineJoin = "round";
    for (let i = 0; i < this.names.length; i += 1) {
      const x = this.x[i] * view.scale - view.left;
      const y = this.y[i] * view.scale - view.top;
      const [english, arabic] = this.names[i];
      const name = plain(this.words.language === "ar" ? arabic || english : english || arabic);
      const half = context.measureText(name).width / 2 + 3;
      const box = /** @type {[number, number, number, number]} */ ([x - half, y - 22, x + half, y + 4]);
      const hidden = x < 0 || y < 0 || x > view.width || y > view.height;
      if (hidden || !name || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      this.write(context, name, x, y);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {string} name
   * @param {number} x
   * @param {number} y
   */
  write(context, name, x, y) {
    context.direction = /[\u0590-\u08ff]/.test(name) ? "rtl" : "ltr";
    context.strokeStyle = "rgba(255, 255, 255, 0.95)";
    context.lineWidth = 4;
    context.strokeText(name, x, y - 5);
    context.fillStyle = "#1a1a1a";
    context.fillText(name, x, y - 5);
    context.beginPath();
    context.arc(x, y, 2.5, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * @param {[number, number, number, number]} a
 * @param {[number, number, number, number]} b
 */
function overlap(a, b) {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}
