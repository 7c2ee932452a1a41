/** A Leaflet layer that is one canvas: Leaflet moves and zooms it, a subclass draws on it. */

/**
 * @typedef {object} View
 * @property {number} scale Pixels of the whole world's width.
 * @property {number} left World pixels at the canvas's left edge.
 * @property {number} top World pixels at its upper edge.
 * @property {number} width Pixels.
 * @property {number} height Pixels.
 * @property {number} zoom
 */

// Leaflet's base of canvas renderers is public, but its hooks are not in the type files.
const LeafletRenderer = /** @type {any} */ (L.Renderer);
// A sharper canvas than this costs a cheap phone its memory and shows nothing more.
const SHARPEST = 2;

export class CanvasLayer extends LeafletRenderer {
  /** @param {string} pane */
  constructor(pane) {
    super({ pane, padding: 0.15 });
    this.shown = true;
    /** @type {any} Leaflet asks whether it is there yet. */
    this._container = undefined;
    /** @type {any} */
    this._context = undefined;
  }

  /**
   * Draw everything in view. Subclasses replace it.
   *
   * @param {CanvasRenderingContext2D} _context
   * @param {View} _view
   */
  draw(_context, _view) {}

  /** @param {boolean} shown */
  show(shown) {
    this.shown = shown;
    this.redraw();
  }

  redraw() {
    if (this._map) this._update();
  }

  _initContainer() {
    this._container = document.createElement("canvas");
    this._container.setAttribute("aria-hidden", "true");
    this._context = this._container.getContext("2d");
  }

  /**
   * Start on a new canvas. What is drawn while a page is printed goes to paper as a recording, and
   * the clearing of a used canvas comes out as white paint over all layers below.
   */
  renew() {
    const used = this._container;
    this._initContainer();
    this._container.className = used.className;
    used.replaceWith(this._container);
  }

  _destroyContainer() {
    this._container.remove();
    this._container = undefined;
  }

  _update() {
    if (this._map._animatingZoom && this._bounds) return;
    if (window.matchMedia("print").matches) this.renew();
    super._update();
    const size = this._bounds.getSize();
    const corner = this._bounds.min;
    const ratio = Math.min(SHARPEST, window.devicePixelRatio || 1);
    const canvas = this._container;
    L.DomUtil.setPosition(canvas, corner);
    canvas.width = size.x * ratio;
    canvas.height = size.y * ratio;
    canvas.style.width = `${size.x}px`;
    canvas.style.height = `${size.y}px`;
    if (!this.shown) return;
    const origin = this._map.getPixelOrigin();
    const zoom = this._map.getZoom();
    this._context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.draw(this._context, {
      scale: 256 * 2 ** zoom,
      left: origin.x + corner.x,
      top: origin.y + corner.y,
      width: size.x,
      height: size.y,
      zoom,
    });
  }
}
