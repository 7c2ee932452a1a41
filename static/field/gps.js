/** Listens to the phone's receiver and its compass. */

import { Fixes } from "./fixes.js";

/** @typedef {"looking" | "denied" | "unavailable" | "fixed"} GpsState */

export class Gps {
  /** @param {() => void} changed */
  constructor(changed) {
    this.changed = changed;
    this.fixes = new Fixes();
    /** @type {GpsState} */
    this.state = "looking";
    this.watch = navigator.geolocation.watchPosition(
      (position) => this.heard(position),
      (error) => this.failed(error),
      { enableHighAccuracy: true, maximumAge: 0, timeout: 30_000 },
    );
    /** @type {any} */
    this.wakeLock = null;
    this.stayAwake();
  }

  /** The screen stays on while readings come in; where the phone refuses, they come in slower. */
  async stayAwake() {
    try {
      this.wakeLock = await /** @type {any} */ (navigator).wakeLock?.request("screen");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** @param {GeolocationPosition} position */
  heard({ coords, timestamp }) {
    this.state = "fixed";
    this.fixes.add(
      {
        lat: coords.latitude,
        lon: coords.longitude,
        accuracy_m: coords.accuracy,
        time_ms: timestamp,
        speed_ms: coords.speed,
      },
      Date.now(),
    );
    this.changed();
  }

  /** @param {GeolocationPositionError} error */
  failed(error) {
    // A time-out is not an end: the receiver may still find its satellites.
    if (error.code === error.PERMISSION_DENIED) this.state = "denied";
    else if (this.fixes.result() === null) this.state = error.code === error.TIMEOUT ? "looking" : "unavailable";
    this.changed();
  }

  get result() {
    return this.fixes.result();
  }

  stop() {
    navigator.geolocation.clearWatch(this.watch);
    this.wakeLock?.release();
  }
}

const RADIAN = Math.PI / 180;
const FLAT = 0.5;

/**
 * Where the phone points, clockwise from magnetic north: its top edge while it lies flat, its back
 * (the camera) while it stands up. Angles are those of the Device Orientation specification.
 *
 * @param {number} alpha
 * @param {number} beta
 * @param {number} gamma
 */
export function heading_deg(alpha, beta, gamma) {
  const [a, b, c] = [alpha * RADIAN, beta * RADIAN, gamma * RADIAN];
  const top = { east: -Math.sin(a) * Math.cos(b), north: Math.cos(a) * Math.cos(b) };
  const back = {
    east: -(Math.cos(a) * Math.sin(c) + Math.sin(a) * Math.sin(b) * Math.cos(c)),
    north: -(Math.sin(a) * Math.sin(c) - Math.cos(a) * Math.sin(b) * Math.cos(c)),
  };
  const way = Math.hypot(top.east, top.north) >= FLAT ? top : back;
  return (Math.atan2(way.east, way.north) / RADIAN + 360) % 360;
}

export class Compass {
  /** @param {() => void} changed */
  constructor(changed) {
    /** @type {number | null} */
    this.heading = null;
    this.listener = (/** @type {any} */ event) => {
      const told = event.webkitCompassHeading;
      if (typeof told === "number") this.heading = told;
      else if (event.absolute && event.alpha !== null) {
        this.heading = heading_deg(event.alpha, event.beta ?? 0, event.gamma ?? 0);
      } else return;
      changed();
    };
    addEventListener("deviceorientationabsolute", this.listener);
    addEventListener("deviceorientation", this.listener);
  }

  stop() {
    removeEventListener("deviceorientationabsolute", this.listener);
    removeEventListener("deviceorientation", this.listener);
  }
}
