import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";
import { withoutForeignFunctions, withVerifySignature } from "../../tests/support/verifiers.js";

const NOW = 1_795_849_930;
/** What the host's clock shows, in milliseconds. */
let now = NOW * 1000;

const SOURCE = `
  import { readUnverifiedJwt, verifyJwt, verifyJwtWithSecret, Jwt } from "./assembly/crypto/jwt";
  import { PublicKey } from "./assembly/crypto/public-key";
  import { Json } from "./assembly/json";
  let key: PublicKey = new PublicKey();
  export function jwk(text: string): bool { key = PublicKey.fromJwk(Json.parse(text)); return key.error === null; }
  export function pem(text: string): bool { key = PublicKey.fromPem(text); return key.error === null; }
  // The error, or the claims.
  function shown(jwt: Jwt): string {
    const error = jwt.error;
    if (error === null) return jwt.header.isObject() ? jwt.claims.raw() : "no header";
    return jwt.header.exists() || jwt.claims.exists() ? "claims of an invalid token" : error.message;
  }
  export function isExpired(token: string, leeway: i32): bool { return verifyJwt(token, key, leeway).isExpired; }
  export function verify(token: string, leeway: i32): string { return shown(verifyJwt(token, key, leeway)); }
  export function verifySecret(token: string, secret: ArrayBuffer): string { return shown(verifyJwtWithSecret(token, secret)); }
  export function read(token: string): string { return shown(readUnverifiedJwt(token)); }
`;

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const SECRET = Buffer.from("0123456789abcdef0123456789abcdef");
const spki = rsa.publicKey.export({ type: "spki", format: "pem" }) as string;

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signs a token. The algorithm may differ from the one that the header names. */
function token(header: object | string, claims: object | string, algorithm = (header as { alg: string }).alg): string {
  const signed = `${part(header)}.${part(claims)}`;
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith("HS")) return `${signed}.${createHmac(hash, SECRET).update(signed).digest("base64url")}`;
  if (algorithm === "none") return `${signed}.`;
  const key = algorithm.startsWith("RS") ? rsa.privateKey : { key: ec.privateKey, dsaEncoding: "ieee-p1363" as const };
  return `${signed}.${sign(hash, Buffer.from(signed), key).toString("base64url")}`;
}

const CLAIMS = { sub: "ann", exp: NOW + 60 };

describe.each([
  ["in the module", withoutForeignFunctions],
  ["by the host", withVerifySignature],
])("tokens whose signatures are verified %s", (_, call) => {
  let wasm: Instance;
  beforeAll(async () => {
    const clock = (guest: Instance, ...args: number[]) => guest.storeU64(args[2]!, BigInt(now) * 1_000_000n);
    wasm = await compileAssembly(SOURCE, ["-O1"], { proxy_call_foreign_function: call, clock_time_get: clock });
  });
  beforeEach(() => {
    now = NOW * 1000;
    expect(wasm.number("pem", spki)).toBe(1);
  });
  const verify = (text: string, leeway = 0) => wasm.string("verify", text, leeway);

  test("RS256, RS384 and RS512 with a key of RSA, ES256 with a key of P-256", () => {
    const claims = JSON.stringify(CLAIMS);
    for (const alg of ["RS256", "RS384", "RS512"]) expect(verify(token({ alg }, CLAIMS))).toBe(claims);
    expect(verify(token({ alg: "ES256" }, CLAIMS))).toBe("JWT: the signature is not valid");
    expect(wasm.number("jwk", JSON.stringify(ec.publicKey.export({ format: "jwk" })))).toBe(1);
    expect(verify(token({ alg: "ES256", kid: "a" }, CLAIMS))).toBe(claims);
    for (const alg of ["RS256", "RS384", "RS512"])
      expect(verify(token({ alg }, CLAIMS))).toBe("JWT: the signature is not valid");
  });

  test("the algorithm of a JWK is the only algorithm of its key", () => {
    const key = rsa.publicKey.export({ format: "jwk" });
    expect(wasm.number("jwk", JSON.stringify({ ...key, alg: "RS512", use: "sig" }))).toBe(1);
    expect(verify(token({ alg: "RS256" }, CLAIMS))).toBe('JWT: expected "alg" to be RS512');
    expect(verify(token({ alg: "RS512" }, CLAIMS))).toBe(JSON.stringify(CLAIMS));
  });

  const ALGORITHMS = 'JWT: expected "alg" to be RS256, RS384, RS512 or ES256';
  test.each(["none", "None", "HS256", "HS512", "PS256", "rs256", "", "RS256 "])(
    "the algorithm %j is never accepted with a public key",
    (alg) => {
      expect(verify(token({ alg }, CLAIMS, "RS256"))).toBe(ALGORITHMS);
      // The attack: the public key as the secret.
      const signed = `${part({ alg })}.${part(CLAIMS)}`;
      expect(verify(`${signed}.${createHmac("sha256", spki).update(signed).digest("base64url")}`)).toBe(ALGORITHMS);
      expect(verify(`${signed}.`)).toBe(ALGORITHMS);
    },
  );

  test("a changed token, or a token of another key, is not valid", () => {
    const [header, claims, signature] = token({ alg: "RS256" }, CLAIMS).split(".") as [string, string, string];
    const invalid = "JWT: the signature is not valid";
    expect(verify(`${header}.${part({ ...CLAIMS, sub: "eve" })}.${signature}`)).toBe(invalid);
    expect(verify(`${part({ alg: "RS512" })}.${claims}.${signature}`)).toBe(invalid);
    expect(verify(`${header}.${claims}.`)).toBe(invalid);
    expect(verify(`${header}.${claims}.${signature.slice(4)}`)).toBe(invalid);
    expect(
      wasm.number(
        "pem",
        generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ type: "spki", format: "pem" }) as string,
      ),
    ).toBe(1);
    expect(verify(`${header}.${claims}.${signature}`)).toBe(invalid);
    expect(wasm.number("pem", "x")).toBe(0);
    expect(verify(`${header}.${claims}.${signature}`)).toContain("JWT: public key: expected ");
  });

  test("only a token with a valid signature counts as expired", () => {
    const isExpired = (text: string) => wasm.number("isExpired", text, 60) === 1;
    const expired = token({ alg: "RS256" }, { exp: NOW - 60 });
    expect(isExpired(expired)).toBe(true);
    expect(isExpired(token({ alg: "RS256" }, { exp: NOW - 59 }))).toBe(false);
    expect(isExpired(token({ alg: "RS256" }, { nbf: NOW + 61 }))).toBe(false);
    expect(isExpired(token({ alg: "RS256" }, { exp: "1" }))).toBe(false);
    expect(isExpired(token({ alg: "none" }, { exp: NOW - 60 }))).toBe(false);
    expect(isExpired(`${expired.slice(0, -4)}AAAA`)).toBe(false);
  });

  test("exp and nbf are checked, with leeway", () => {
    const check = (claims: object, leeway = 0) => {
      const result = verify(token({ alg: "RS256" }, claims), leeway);
      return result.startsWith("{") ? "valid" : result;
    };
    expect(check({})).toBe("valid");
    expect(check({ exp: NOW + 1 })).toBe("valid");
    expect(check({ exp: NOW })).toBe("JWT: expired");
    expect(check({ exp: NOW - 59 }, 60)).toBe("valid");
    expect(check({ exp: NOW - 60 }, 60)).toBe("JWT: expired");
    expect(check({ exp: NOW + 0.5 })).toBe("valid");
    expect(check({ exp: -1e300 }, 60)).toBe("JWT: expired");
    expect(check({ nbf: NOW })).toBe("valid");
    expect(check({ nbf: NOW + 1 })).toBe("JWT: not valid yet");
    expect(check({ nbf: NOW + 60 }, 60)).toBe("valid");
    expect(check({ nbf: NOW + 61 }, 60)).toBe("JWT: not valid yet");
    for (const time of ["1", null, true, [], {}]) {
      expect(check({ exp: time })).toBe('JWT: expected "exp" and "nbf" to be numbers');
      expect(check({ nbf: time })).toBe('JWT: expected "exp" and "nbf" to be numbers');
    }
    // A clock that shows nothing does not make a token valid.
    now = 0;
    expect(check({ exp: NOW })).toBe("JWT: the host has no clock");
  });

  test.each<[string, string, string]>([
    ["", "", "JWT: expected three parts"],
    ["two parts", "e30.e30", "JWT: expected three parts"],
    ["four parts", "e30.e30.e30.", "JWT: expected three parts"],
    ["five parts, as of an encrypted token", "e30.e30.e30.e30.e30", "JWT: expected three parts"],
    ["padding", `${part({ alg: "RS256" })}=.e30.AA`, "JWT: expected parts in base64url"],
    ["another alphabet", "e30.e30.++++", "JWT: expected parts in base64url"],
    ["a line end", "e30.e30.\nAAAA", "JWT: expected no line end"],
    ["a header that is no object", `${part([1])}.e30.AAAA`, "JWT: expected header and claims to be JSON objects"],
    ["a header that is no JSON", `${part("{")}.e30.AAAA`, "JWT: expected header and claims to be JSON objects"],
    [
      "claims that are no object",
      `${part({ alg: "RS256" })}.${part("1")}.AAAA`,
      "JWT: expected header and claims to be JSON objects",
    ],
    ["no alg", "e30.e30.AAAA", 'JWT: expected "alg" in the header'],
    ["an alg that is no text", `${part({ alg: ["RS256"] })}.e30.AAAA`, 'JWT: expected "alg" in the header'],
    ["crit", `${part({ alg: "RS256", crit: ["b64"], b64: false })}.e30.AAAA`, 'JWT: "crit" is not supported'],
  ])("a token with a wrong form: %s", (_, text, error) => {
    expect(verify(text)).toBe(error);
    expect(wasm.string("verifySecret", text, SECRET)).toBe(error);
    expect(wasm.string("read", text)).toBe(error);
  });

  test("HS256, HS384 and HS512 with a secret, and nothing else", () => {
    const verifySecret = (text: string, secret: Uint8Array = SECRET) => wasm.string("verifySecret", text, secret);
    for (const alg of ["HS256", "HS384", "HS512"]) {
      const text = token({ alg }, CLAIMS);
      expect(verifySecret(text)).toBe(JSON.stringify(CLAIMS));
      expect(verifySecret(text, SECRET.subarray(1))).toBe("JWT: the signature is not valid");
      expect(verifySecret(`${text.slice(0, text.lastIndexOf("."))}.`)).toBe("JWT: the signature is not valid");
      expect(verifySecret(text, Buffer.alloc(0))).toBe("JWT: the secret is empty");
    }
    expect(verifySecret(token({ alg: "HS256" }, { exp: NOW }))).toBe("JWT: expired");
    for (const alg of ["none", "RS256", "ES256"]) {
      expect(verifySecret(token({ alg }, CLAIMS))).toBe('JWT: expected "alg" to be HS256, HS384 or HS512');
    }
  });

  test("the claims of a token can be read without its key", () => {
    expect(wasm.string("read", token({ alg: "none" }, CLAIMS))).toBe(JSON.stringify(CLAIMS));
    expect(wasm.string("read", token({ alg: "RS256" }, { exp: 1 }))).toBe('{"exp":1}');
  });

  test("no token traps, and no changed token is valid", () => {
    const random = new Random();
    const tokens = ["RS256", "ES256", "HS256", "none"].map((alg) => token({ alg }, CLAIMS));
    for (let i = 0; i < (NIGHTLY ? 1_000_000 : 3000); i++) {
      const original = random.pick(tokens);
      const at = random.below(original.length);
      const c = random.below(4) === 0 ? String.fromCharCode(random.below(0x10000)) : random.pick([..."AQgw_-.=\n"]);
      const changed = original.slice(0, at) + c + original.slice(at + random.below(3));
      wasm.string("read", changed);
      for (const result of [verify(changed), wasm.string("verifySecret", changed, SECRET)]) {
        // The unused bits of a part's last character may change.
        if (!sameBytes(changed, original))
          expect([changed, result]).toEqual([changed, expect.stringMatching(/^JWT: /)]);
      }
      wasm.collect();
    }
  });
});

const sameBytes = (a: string, b: string) => {
  const bytes = (text: string) =>
    text
      .split(".")
      .map((one) => Buffer.from(one, "base64url").toString("hex"))
      .join();
  return bytes(a) === bytes(b);
};
