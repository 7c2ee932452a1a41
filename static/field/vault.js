/**
 * Keeps records unreadable to whoever takes the phone.
 *
 * Every record has a key of its own (AES-256-GCM; its id is authenticated with it). That key is
 * wrapped under the phone's key, which lies on the phone only wrapped under a key made of the PIN,
 * and under the desk's public key where enrolment gave one: so the desk can open an exported file
 * without the PIN.
 */

export const ITERATIONS = 600_000;
const ALGORITHM = "AES-GCM";
const INFO = new TextEncoder().encode("uxo-field-1");

/**
 * @typedef {{ salt: Uint8Array, iterations: number, iv: Uint8Array, wrapped: ArrayBuffer }} Lock
 * @typedef {{ epk: JsonWebKey, wrapped: ArrayBuffer }} DeskWrap
 * @typedef {{ iv: Uint8Array, text: ArrayBuffer, key: ArrayBuffer, desk: DeskWrap | null }} Sealed
 */

export class WrongPin extends Error {}

/** @param {number} count */
function random(count) {
  return crypto.getRandomValues(new Uint8Array(count));
}

/**
 * @param {string} pin
 * @param {Uint8Array} salt
 * @param {number} iterations
 */
export async function pinKey(pin, salt, iterations) {
  const typed = await crypto.subtle.importKey("raw", new TextEncoder().encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt: /** @type {any} */ (salt), iterations },
    typed,
    { name: ALGORITHM, length: 256 },
    false,
    ["wrapKey", "unwrapKey"],
  );
}

/**
 * Make the phone's key and lock it with a PIN.
 *
 * @param {string} pin
 * @returns {Promise<Lock>}
 */
export async function makeLock(pin) {
  return lockWith(pin, await crypto.subtle.generateKey({ name: "AES-KW", length: 256 }, true, ["wrapKey", "unwrapKey"]));
}

/**
 * Lock the same key with another PIN; no record is touched. The old lock opens until the new one is
 * put in its place, which is one write.
 *
 * @param {Lock} lock
 * @param {string} pin
 * @param {string} newPin
 * @returns {Promise<Lock>}
 */
export async function changeLock(lock, pin, newPin) {
  return lockWith(newPin, await masterOf(lock, pin, true));
}

/**
 * @param {string} pin
 * @param {CryptoKey} master
 * @returns {Promise<Lock>}
 */
async function lockWith(pin, master) {
  const [salt, iv] = [random(16), random(12)];
  const wrapped = await crypto.subtle.wrapKey("raw", master, await pinKey(pin, salt, ITERATIONS), {
    name: ALGORITHM,
    iv,
  });
  return { salt, iterations: ITERATIONS, iv, wrapped };
}

/**
 * @param {Lock} lock
 * @param {string} pin
 * @param {boolean} extractable
 */
async function masterOf(lock, pin, extractable) {
  const key = await pinKey(pin, lock.salt, lock.iterations);
  const how = { name: ALGORITHM, iv: /** @type {any} */ (lock.iv) };
  try {
    return await crypto.subtle.unwrapKey("raw", lock.wrapped, key, how, "AES-KW", extractable, ["wrapKey", "unwrapKey"]);
  } catch (error) {
    // The only thing that fails here is the tag of the wrapped key.
    if (error instanceof DOMException && error.name === "OperationError") throw new WrongPin();
    throw error;
  }
}

export class Vault {
  /**
   * @param {CryptoKey} master
   * @param {JsonWebKey | null} deskKey
   */
  constructor(master, deskKey = null) {
    this.master = master;
    this.deskKey = deskKey;
  }

  /**
   * Open with the PIN.
   *
   * @param {Lock} lock
   * @param {string} pin
   * @returns {Promise<Vault>}
   */
  static async open(lock, pin) {
    return new Vault(await masterOf(lock, pin, false));
  }

  /**
   * @param {Uint8Array} plain
   * @param {string} name Authenticated with the text: a record cannot be put in another's place.
   * @returns {Promise<Sealed>}
   */
  async seal(plain, name) {
    const key = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, true, ["encrypt"]);
    const iv = random(12);
    const additionalData = new TextEncoder().encode(name);
    const text = await crypto.subtle.encrypt({ name: ALGORITHM, iv, additionalData }, key, /** @type {any} */ (plain));
    const wrapped = await crypto.subtle.wrapKey("raw", key, this.master, "AES-KW");
    return { iv, text, key: wrapped, desk: this.deskKey ? await wrapForDesk(key, this.deskKey) : null };
  }

  /**
   * @param {Sealed} sealed
   * @param {string} name
   * @returns {Promise<Uint8Array>}
   */
  async unseal(sealed, name) {
    const key = await crypto.subtle.unwrapKey("raw", sealed.key, this.master, "AES-KW", ALGORITHM, false, ["decrypt"]);
    const additionalData = new TextEncoder().encode(name);
    const iv = /** @type {any} */ (sealed.iv);
    return new Uint8Array(await crypto.subtle.decrypt({ name: ALGORITHM, iv, additionalData }, key, sealed.text));
  }

  /**
   * Wrap the key of something sealed for the desk of now, whatever it was sealed for.
   *
   * @param {Sealed} sealed
   * @returns {Promise<DeskWrap>}
   */
  async wrapForDesk(sealed) {
    if (!this.deskKey) throw new Error("the desk gave this phone no key");
    const key = await crypto.subtle.unwrapKey("raw", sealed.key, this.master, "AES-KW", ALGORITHM, true, ["decrypt"]);
    return wrapForDesk(key, this.deskKey);
  }

  /**
   * @param {any} value
   * @param {string} name
   */
  sealJson(value, name) {
    return this.seal(new TextEncoder().encode(JSON.stringify(value)), name);
  }

  /**
   * What the desk or the server said of a record may tell as much as the record.
   *
   * @param {string} reason
   * @param {string} id Of the record or the photo.
   */
  sealReason(reason, id) {
    return this.sealJson(reason, `reason ${id}`);
  }

  /**
   * @param {string | Sealed | null | undefined} reason A text as older versions kept it is given as it is.
   * @param {string} id
   * @returns {Promise<string | null>}
   */
  async unsealReason(reason, id) {
    return reason && typeof reason !== "string" ? this.unsealJson(reason, `reason ${id}`) : (reason ?? null);
  }

  /**
   * @param {Sealed} sealed
   * @param {string} name
   */
  async unsealJson(sealed, name) {
    return JSON.parse(new TextDecoder().decode(await this.unseal(sealed, name)));
  }
}

/**
 * Wrap a record's key for the desk: ECDH on P-256, HKDF-SHA-256, AES key wrap.
 *
 * @param {CryptoKey} key
 * @param {JsonWebKey} deskKey
 * @returns {Promise<DeskWrap>}
 */
async function wrapForDesk(key, deskKey) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const { kty, crv, x, y } = deskKey;
  const desk = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, []);
  const mine = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: desk }, mine.privateKey, 256);
  const secret = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  const wrapping = await crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: INFO },
    secret,
    { name: "AES-KW", length: 256 },
    false,
    ["wrapKey"],
  );
  return {
    epk: await crypto.subtle.exportKey("jwk", mine.publicKey),
    wrapped: await crypto.subtle.wrapKey("raw", key, wrapping, "AES-KW"),
  };
}
