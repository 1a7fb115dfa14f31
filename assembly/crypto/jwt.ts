import { dateNow } from "../abi/replacements";
import { encodeUtf8 } from "../abi/utf8";
import { Json } from "../json";
import { Base64, base64Decode } from "../text/base64";
import { constantTimeEqual } from "./constant-time";
import { hmac } from "./hmac";
import { PublicKey } from "./public-key";
import { Sha256 } from "./sha256";
import { Sha384, Sha512 } from "./sha512";
import { SignatureAlgorithm } from "./signature-algorithm";

/**
 * A JSON Web Token, the result of `verifyJwt`, `verifyJwtWithSecret` and `readUnverifiedJwt`.
 *
 * @example
 * ```ts
 * const jwt: Jwt = verifyJwtWithSecret("eyJ…", encodeText("secret"));
 * const user = jwt.error === null ? jwt.claims.at("sub").string() : "";
 * ```
 */
export class Jwt {
  /** The reason if the token is not valid: `JWT: expired`. Otherwise null. */
  error: Error | null = null;
  /** Whether the token was valid until its `exp`: its signature is right. Such a token is not valid, `error` says so. */
  isExpired: bool = false;
  /** The header; a missing value if the token is not valid. */
  header: Json = Json.missing();
  /** The claims, an object; a missing value if the token is not valid. */
  claims: Json = Json.missing();
  /** @internal */
  signed: ArrayBuffer = new ArrayBuffer(0);
  /** @internal */
  signature: ArrayBuffer = new ArrayBuffer(0);
}

/**
 * Verifies a JSON Web Token that was signed with a private key: RS256, RS384, RS512 or ES256, whichever fits the key. `none`
 * and HS256 never fit. The times `exp` and `nbf` are checked if the token has them. A token with `crit` is not valid. The
 * plugin checks all other claims, such as `iss` and `aud`. Source: RFC 7515, RFC 7519, RFC 8725.
 *
 * @param token The token, without `Bearer `.
 * @param leewaySeconds How many seconds the clocks of issuer and gateway may differ.
 * @returns The token. If it is not valid, `error` has the reason, and header and claims are missing values.
 * @example
 * ```ts
 * const key = PublicKey.fromPem(config.name);
 * const jwt = verifyJwt(ctx.requestHeaders.getOr("authorization", "").replace("Bearer ", ""), key, 60);
 * if (jwt.error !== null) ctx.sendResponse(401, [], jwt.error!.message);
 * else ctx.requestHeaders.set("x-user", jwt.claims.at("sub").string());
 * ```
 */
export function verifyJwt(token: string, key: PublicKey, leewaySeconds: i32 = 0): Jwt {
  const jwt = readUnverifiedJwt(token);
  if (jwt.error !== null) return jwt;
  const keyError = key.error;
  if (keyError !== null) return invalid(keyError.message);
  const name = jwt.header.at("alg").string();
  let algorithm: SignatureAlgorithm;
  if (name == "RS256") algorithm = SignatureAlgorithm.RS256;
  else if (name == "RS384") algorithm = SignatureAlgorithm.RS384;
  else if (name == "RS512") algorithm = SignatureAlgorithm.RS512;
  else if (name == "ES256") algorithm = SignatureAlgorithm.ES256;
  else return invalid('expected "alg" to be RS256, RS384, RS512 or ES256');
  if (key.algorithm != "" && key.algorithm != name) return invalid('expected "alg" to be ' + key.algorithm);
  if (!key.verify(algorithm, jwt.signed, jwt.signature)) return invalid("the signature is not valid");
  return checkTimes(jwt, leewaySeconds);
}

/**
 * Verifies a JSON Web Token that was signed with a shared secret: HS256, HS384 or HS512. Otherwise as `verifyJwt`.
 *
 * @param secret The secret, of at least 32 random bytes. An empty secret verifies nothing.
 * @example
 * ```ts
 * const jwt = verifyJwtWithSecret("eyJ…", base64Decode(config.name).bytes, 60);
 * if (jwt.error !== null) ctx.sendResponse(401, [], jwt.error!.message);
 * ```
 */
export function verifyJwtWithSecret(token: string, secret: ArrayBuffer, leewaySeconds: i32 = 0): Jwt {
  const jwt = readUnverifiedJwt(token);
  if (jwt.error !== null) return jwt;
  if (secret.byteLength == 0) return invalid("the secret is empty");
  const name = jwt.header.at("alg").string();
  let expected: ArrayBuffer;
  if (name == "HS256") expected = hmac<Sha256>(secret, jwt.signed);
  else if (name == "HS384") expected = hmac<Sha384>(secret, jwt.signed);
  else if (name == "HS512") expected = hmac<Sha512>(secret, jwt.signed);
  else return invalid('expected "alg" to be HS256, HS384 or HS512');
  if (!constantTimeEqual(expected, jwt.signature)) return invalid("the signature is not valid");
  return checkTimes(jwt, leewaySeconds);
}

/**
 * Reads a JSON Web Token without any check of its signature and times: anyone can write such a token. Use it to choose the
 * key, by the `kid` in the header.
 *
 * @returns The token. If its form is wrong, `error` has the reason, and header and claims are missing values.
 * @example
 * ```ts
 * const kid = readUnverifiedJwt("eyJ…").header.at("kid").string();
 * ```
 */
export function readUnverifiedJwt(token: string): Jwt {
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (first < 0 || second < 0 || token.indexOf(".", second + 1) >= 0) return invalid("expected three parts");
  // `base64Decode` ignores line ends.
  if (token.indexOf("\n") >= 0 || token.indexOf("\r") >= 0) return invalid("expected no line end");
  const header = base64Decode(token.substring(0, first), Base64.RawUrl);
  const claims = base64Decode(token.substring(first + 1, second), Base64.RawUrl);
  const signature = base64Decode(token.substring(second + 1), Base64.RawUrl);
  if (header.error !== null || claims.error !== null || signature.error !== null) {
    return invalid("expected parts in base64url");
  }
  const jwt = new Jwt();
  jwt.header = Json.parseBytes(header.bytes);
  jwt.claims = Json.parseBytes(claims.bytes);
  jwt.signed = encodeUtf8(token.substring(0, second));
  jwt.signature = signature.bytes;
  if (!jwt.header.isObject() || !jwt.claims.isObject()) return invalid("expected header and claims to be JSON objects");
  if (!jwt.header.at("alg").isString()) return invalid('expected "alg" in the header');
  if (jwt.header.at("crit").exists()) return invalid('"crit" is not supported');
  return jwt;
}

function checkTimes(jwt: Jwt, leewaySeconds: i32): Jwt {
  const now = dateNow() / 1000;
  // Without a clock, no token would ever expire.
  if (now <= 0) return invalid("the host has no clock");
  const leeway = <f64>leewaySeconds;
  const exp = jwt.claims.at("exp");
  const nbf = jwt.claims.at("nbf");
  if ((exp.exists() && !exp.isNumber()) || (nbf.exists() && !nbf.isNumber())) {
    return invalid('expected "exp" and "nbf" to be numbers');
  }
  if (exp.exists() && now >= exp.f64() + leeway) {
    const expired = invalid("expired");
    expired.isExpired = true;
    return expired;
  }
  if (nbf.exists() && now + leeway < nbf.f64()) return invalid("not valid yet");
  return jwt;
}

function invalid(reason: string): Jwt {
  const jwt = new Jwt();
  jwt.error = new Error("JWT: " + reason);
  return jwt;
}
