import { Json } from "../json";
import { base64Decode, Base64 } from "../text/base64";
import { DecodedBytes } from "../text/decoded-bytes";
import { joinBytes, withoutZeros } from "./bytes";
import { DerReader } from "./der";
import { derToRs, rsToDer } from "./ecdsa-signature";
import { HostVerdict, verifyByHost } from "./host-verify";
import { Modulus, toLimbs } from "./modulus";
import { isInRange, isOnCurve, verifyP256 } from "./p256";
import { readPem } from "./pem";
import { verifyRsa } from "./rsa";
import { sha256 } from "./sha256";
import { sha384, sha512 } from "./sha512";
import { SignatureAlgorithm } from "./signature-algorithm";
import { KeyNumbers, p256KeyInfo, readKeyInfo, readRsaKey, rsaKeyInfo } from "./spki";

/**
 * A public key that verifies signatures: RSA with 1024 to 8192 bits, or ECDSA with the curve P-256. Make it once, while the
 * plugin parses its configuration.
 *
 * The host verifies if it has the foreign function `verify_signature` (Envoy since 1.30). Otherwise (Higress) the module
 * verifies. Both accept the same keys and signatures. A signature cannot be verified while the plugin starts, before it gets
 * its configuration: Envoy does not allow calls of foreign functions then.
 *
 * @example
 * ```ts
 * class KeyConfig {
 *   key: PublicKey = new PublicKey();
 * }
 *
 * function parseKey(json: Json, config: KeyConfig, log: Log): Error | null {
 *   config.key = PublicKey.fromPem(json.get("publicKey").string());
 *   return config.key.error; // public key: expected -----BEGIN PUBLIC KEY-----
 * }
 * ```
 */
export class PublicKey {
  /** The reason if the key is not valid: `public key: expected …`. Such a key verifies nothing. */
  error: Error | null = new Error("public key: there is none");
  /** The `alg` of a JWK: the only algorithm in JWT that the key may be used for; "" for any that fits. */
  algorithm: string = "";

  /** Modulus and exponent of RSA. */
  private n: ArrayBuffer = new ArrayBuffer(0);
  private e: ArrayBuffer = new ArrayBuffer(0);
  private modulus: Modulus | null = null;
  /** x and y of P-256; empty for RSA. */
  private xy: ArrayBuffer = new ArrayBuffer(0);
  /** The key as the host takes it. */
  private der: ArrayBuffer = new ArrayBuffer(0);

  /**
   * Reads a key in PEM: `-----BEGIN PUBLIC KEY-----` (SubjectPublicKeyInfo) or `-----BEGIN RSA PUBLIC KEY-----` (PKCS #1).
   *
   * @returns The key; see its `error`.
   * @example
   * ```ts
   * const key = PublicKey.fromPem("-----BEGIN PUBLIC KEY-----\nMFkw…\n-----END PUBLIC KEY-----");
   * if (key.error !== null) log.error(key.error!.message);
   * ```
   */
  static fromPem(text: string): PublicKey {
    const info = readPem(text, "PUBLIC KEY");
    if (info !== null) return PublicKey.fromBytes(info, false);
    const rsa = readPem(text, "RSA PUBLIC KEY");
    if (rsa !== null) return PublicKey.fromBytes(rsa, true);
    return invalid("expected -----BEGIN PUBLIC KEY----- or -----BEGIN RSA PUBLIC KEY-----");
  }

  /**
   * Reads a JSON Web Key (RFC 7517) with `kty` RSA, or with `kty` EC and `crv` P-256. The `alg` of the key, if there is one,
   * is the only algorithm that `verifyJwt` accepts with the key. A `use` other than `sig` is an error.
   *
   * @returns The key; see its `error`.
   * @example
   * ```ts
   * // The key with the identifier that the token names.
   * const kid = readUnverifiedJwt("eyJ…").header.at("kid").string();
   * const keys = json.get("keys").array();
   * for (let i = 0; i < keys.length; i++) {
   *   if (keys[i].at("kid").string() == kid) log.info(PublicKey.fromJwk(keys[i]).algorithm);
   * }
   * ```
   */
  static fromJwk(jwk: Json): PublicKey {
    const use = jwk.at("use");
    if (use.exists() && use.string() != "sig") return invalid('expected "use" to be "sig"');
    const numbers = new KeyNumbers();
    const kty = jwk.at("kty").string();
    if (kty == "RSA") {
      numbers.n = withoutZeros(member(jwk, "n", numbers));
      numbers.e = withoutZeros(member(jwk, "e", numbers));
    } else if (kty == "EC" && jwk.at("crv").string() == "P-256") {
      numbers.xy = joinBytes(coordinate(jwk, "x", numbers), coordinate(jwk, "y", numbers));
    } else return invalid('expected "kty" to be "RSA", or "EC" with "crv" "P-256"');
    const key = PublicKey.fromNumbers(numbers);
    key.algorithm = jwk.at("alg").string();
    return key;
  }

  private static fromBytes(decoded: DecodedBytes, isRsaKey: bool): PublicKey {
    const error = decoded.error;
    if (error !== null) return invalid(error.message);
    return PublicKey.fromNumbers(isRsaKey ? readRsaKey(DerReader.of(decoded.bytes)) : readKeyInfo(decoded.bytes));
  }

  private static fromNumbers(numbers: KeyNumbers): PublicKey {
    if (numbers.problem != "") return invalid(numbers.problem);
    const key = new PublicKey();
    if (numbers.xy.byteLength != 0) {
      if (!isOnCurve(numbers.xy)) return invalid("expected a point of the curve P-256");
      key.xy = numbers.xy;
      key.der = p256KeyInfo(numbers.xy);
    } else {
      const problem = rsaProblem(numbers);
      if (problem != "") return invalid(problem);
      key.n = numbers.n;
      key.e = numbers.e;
      key.der = rsaKeyInfo(numbers.n, numbers.e);
    }
    key.error = null;
    return key;
  }

  /**
   * Whether the signature of a message is valid. False for an algorithm that does not fit the key, for an invalid key, and
   * for bytes that are no signature.
   *
   * @example
   * ```ts
   * const key = PublicKey.fromPem(config.name);
   * const signature = base64Decode(ctx.requestHeaders.getOr("x-signature", ""));
   * const valid = signature.error === null && key.verify(SignatureAlgorithm.ES256Der, body.bytes(), signature.bytes);
   * ```
   */
  verify(algorithm: SignatureAlgorithm, message: ArrayBuffer, signature: ArrayBuffer): bool {
    if (this.error !== null) return false;
    if (algorithm == SignatureAlgorithm.ES256 || algorithm == SignatureAlgorithm.ES256Der) {
      const rs = algorithm == SignatureAlgorithm.ES256 ? signature : derToRs(signature);
      if (this.xy.byteLength == 0 || rs.byteLength != 64 || !isInRange(rs)) return false;
      const verdict = verifyByHost("sha256", this.der, message, rsToDer(rs));
      if (verdict != HostVerdict.Unknown) return verdict == HostVerdict.Valid;
      return verifyP256(this.xy, sha256(message), rs);
    }
    if (this.n.byteLength == 0 || signature.byteLength != this.n.byteLength) return false;
    const hash = hashOf(algorithm);
    if (hash == "") return false;
    const verdict = verifyByHost(hash, this.der, message, signature);
    if (verdict != HostVerdict.Unknown) return verdict == HostVerdict.Valid;
    const digest =
      algorithm == SignatureAlgorithm.RS256
        ? sha256(message)
        : algorithm == SignatureAlgorithm.RS384
          ? sha384(message)
          : sha512(message);
    return verifyRsa(this.preparedModulus(), this.n.byteLength, this.e, digest, signature);
  }

  /** The modulus of RSA, prepared once. */
  private preparedModulus(): Modulus {
    const known = this.modulus;
    if (known !== null) return known;
    const modulus = new Modulus(toLimbs(this.n, (this.n.byteLength + 3) >> 2));
    this.modulus = modulus;
    return modulus;
  }
}

function hashOf(algorithm: SignatureAlgorithm): string {
  if (algorithm == SignatureAlgorithm.RS256) return "sha256";
  if (algorithm == SignatureAlgorithm.RS384) return "sha384";
  return algorithm == SignatureAlgorithm.RS512 ? "sha512" : "";
}

function invalid(problem: string): PublicKey {
  const key = new PublicKey();
  key.error = new Error("public key: " + problem);
  return key;
}

/** The reason why modulus and exponent are not accepted, "" if they are. The host accepts all of them. */
function rsaProblem(numbers: KeyNumbers): string {
  const bits = bitsOf(numbers.n);
  if (bits < 1024 || bits > 8192 || !isOdd(numbers.n)) return "expected an odd RSA modulus of 1024 to 8192 bits";
  const exponentBits = bitsOf(numbers.e);
  if (exponentBits < 2 || exponentBits > 33 || !isOdd(numbers.e)) {
    return "expected an odd RSA exponent of 2 to 33 bits";
  }
  return "";
}

/** The number of bits of a number without leading zeros. */
function bitsOf(number: ArrayBuffer): i32 {
  const size = number.byteLength;
  return size == 0 ? 0 : (size << 3) - (<i32>clz<u32>(load<u8>(changetype<usize>(number))) - 24);
}

function isOdd(number: ArrayBuffer): bool {
  return (load<u8>(changetype<usize>(number) + <usize>(number.byteLength - 1)) & 1) != 0;
}

/** The bytes of a member of a JWK. */
function member(jwk: Json, name: string, numbers: KeyNumbers): ArrayBuffer {
  const value = jwk.at(name);
  const decoded = base64Decode(value.string(), Base64.RawUrl);
  if (!value.isString() || decoded.error !== null) numbers.problem = 'expected "' + name + '" to be base64url';
  return decoded.bytes;
}

function coordinate(jwk: Json, name: string, numbers: KeyNumbers): ArrayBuffer {
  const bytes = member(jwk, name, numbers);
  if (bytes.byteLength != 32 && numbers.problem == "") numbers.problem = 'expected "' + name + '" to have 32 bytes';
  return bytes;
}
