/** The pen: draws a path in the style of a status. The map and its legend use the same. */

/**
 * @typedef {object} Stroke
 * @property {number} width_px
 * @property {string} colour
 * @property {number[]} dash_px
 * @property {boolean} round
 */

/**
 * @typedef {object} LineStyle
 * @property {string} colour
 * @property {Stroke[]} strokes
 * @property {number} cross_every_px
 */

/**
 * @param {CanvasRenderingContext2D} context
 * @param {Path2D} path
 * @param {LineStyle} style
 * @param {number} scale 1 at full width.
 */
export function strokePath(context, path, style, scale) {
  context.lineJoin = "round";
  for (const stroke of style.strokes) {
    context.strokeStyle = stroke.colour;
    context.lineWidth = stroke.width_px * scale;
    context.lineCap = stroke.round ? "round" : "butt";
    context.setLineDash(stroke.dash_px.map((part) => part * scale));
    context.stroke(path);
  }
  context.setLineDash([]);
}

/**
 * Draw diagonal crosses along a line, the sign of a road that nobody may use.
 *
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} line x, y, x, y ... in pixels.
 * @param {LineStyle} style
 * @param {number} scale
 */
export function drawCrosses(context, line, style, scale) {
  const every = style.cross_every_px * scale;
  const arm = 5.5 * scale;
  const path = new Path2D();
  let next = every / 2;
  for (let i = 2; i < line.length; i += 2) {
    const [x, y, dx, dy] = [line[i - 2], line[i - 1], line[i] - line[i - 2], line[i + 1] - line[i - 1]];
    const run = Math.hypot(dx, dy);
    for (; next <= run; next += every) {
      const [cx, cy] = [x + (dx * next) / run, y + (dy * next) / run];
      path.moveTo(cx - arm, cy - arm);
      path.lineTo(cx + arm, cy + arm);
      path.moveTo(cx - arm, cy + arm);
      path.lineTo(cx + arm, cy - arm);
    }
    next -= run;
  }
  context.lineCap = "butt";
  for (const [colour, width] of /** @type {[string, number][]} */ ([["#ffffff", 5], [style.colour, 2.6]])) {
    context.strokeStyle = colour;
    context.lineWidth = width * scale;
    context.stroke(path);
  }
}

/**
 * Make a canvas that shows one style, for the legend.
 *
 * @param {LineStyle} style
 * @param {number} width Pixels.
 * @param {number} height Pixels.
 */
export function lineSample(style, width, height) {
  const canvas = document.createElement("canvas");
  const ratio = 2;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.setAttribute("aria-hidden", "true");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.scale(ratio, ratio);
  const path = new Path2D();
  path.moveTo(2, height / 2);
  path.lineTo(width - 2, height / 2);
  strokePath(context, path, style, 1);
  if (style.cross_every_px) drawCrosses(context, [2, height / 2, width - 2, height / 2], style, 1);
  return canvas;
}
