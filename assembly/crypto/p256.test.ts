import { createHash, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";
import { Verifiers } from "../../tests/support/verifiers.js";

let verifiers: Verifiers;
beforeAll(async () => {
  verifiers = await Verifiers.start();
});

const RAW = 3;
const DER = 4;
const MESSAGE = Buffer.from("a message");

// The curve, in plain arithmetic. Source: NIST SP 800-186.
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
type Point = [x: bigint, y: bigint] | undefined;
const G: Point = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

const mod = (value: bigint, m: bigint) => ((value % m) + m) % m;
function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let result = 1n;
  for (let b = mod(base, m); exponent > 0n; exponent >>= 1n, b = (b * b) % m)
    if (exponent & 1n) result = (result * b) % m;
  return result;
}
const inverse = (value: bigint, m: bigint) => power(value, m - 2n, m);
function add(a: Point, b: Point): Point {
  if (!a || !b) return a ?? b;
  if (a[0] === b[0] && mod(a[1] + b[1], P) === 0n) return undefined;
  const slope =
    a[0] === b[0] ? (3n * a[0] * a[0] - 3n) * inverse(2n * a[1], P) : (b[1] - a[1]) * inverse(mod(b[0] - a[0], P), P);
  const x = mod(slope * slope - a[0] - b[0], P);
  return [x, mod(slope * (a[0] - x) - a[1], P)];
}
function times(k: bigint, point: Point): Point {
  let result: Point;
  for (let p = point; k > 0n; k >>= 1n, p = add(p, p)) if (k & 1n) result = add(result, p);
  return result;
}

const bytesOf = (value: bigint) => Buffer.from(value.toString(16).padStart(64, "0"), "hex");
const raw = (r: bigint, s: bigint) => Buffer.concat([bytesOf(r), bytesOf(s)]);
const digestOf = (message: Uint8Array) => BigInt(`0x${createHash("sha256").update(message).digest("hex")}`);
const jwk = ([x, y]: [bigint, bigint]) => ({
  kty: "EC",
  crv: "P-256",
  x: bytesOf(x).toString("base64url"),
  y: bytesOf(y).toString("base64url"),
});
/** Signs with a private key and a nonce. */
function signed(message: Uint8Array, key: bigint, nonce: bigint): [r: bigint, s: bigint] {
  const r = times(nonce, G)![0] % N;
  return [r, mod(inverse(nonce, N) * (digestOf(message) + r * key), N)];
}
const byNode = (key: object, message: Uint8Array, signature: Uint8Array) =>
  verify(
    "sha256",
    message,
    { key: createPublicKey({ key: key as never, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    signature,
  );

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const spki = (key: KeyObject) => key.export({ type: "spki", format: "pem" }) as string;

test.each([
  ["PEM", (key: KeyObject) => verifiers.pem(spki(key))],
  ["JWK", (key: KeyObject) => verifiers.jwk(key.export({ format: "jwk" }))],
])("a key as %s verifies what the private key has signed, in both forms, and nothing else", (_, setKey) => {
  const random = new Random();
  for (let i = 0; i < (NIGHTLY ? 3000 : 25); i++) {
    const { publicKey, privateKey } = pair();
    expect(setKey(publicKey)).toBe("");
    const message = random.bytes(random.below(300));
    const der = sign("sha256", message, privateKey);
    const rs = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
    expect([verifiers.verify(DER, message, der), verifiers.verify(RAW, message, rs)]).toEqual([true, true]);
    expect([verifiers.verify(RAW, message, der), verifiers.verify(DER, message, rs)]).toEqual([false, false]);
    for (const algorithm of [0, 1, 2, 5, -1]) expect(verifiers.verify(algorithm, message, rs)).toBe(false);
    expect(verifiers.verify(RAW, Buffer.concat([message, Buffer.of(0)]), rs)).toBe(false);
    rs[random.below(64)]! ^= 1 << random.below(8);
    expect(verifiers.verify(RAW, message, rs)).toBe(false);
  }
});

test("keys and nonces that add equal, opposite and neutral points are verified as by Node", () => {
  const small = [1n, 2n, 3n, 4n, 5n, N - 1n, N - 2n, N - 3n, (N - 1n) / 2n, (N + 1n) / 2n, 2n ** 128n, 2n ** 255n];
  for (const key of small) {
    const point = times(key, G)!;
    expect(verifiers.jwk(jwk(point))).toBe("");
    for (const nonce of small) {
      const [r, s] = signed(MESSAGE, key, nonce);
      expect([key, nonce, byNode(jwk(point), MESSAGE, raw(r, s)), verifiers.verify(RAW, MESSAGE, raw(r, s))]).toEqual([
        key,
        nonce,
        true,
        true,
      ]);
      // The opposite of s is as good.
      expect(verifiers.verify(RAW, MESSAGE, raw(r, N - s))).toBe(true);
      expect(verifiers.verify(RAW, MESSAGE, raw(s, r))).toBe(byNode(jwk(point), MESSAGE, raw(s, r)));
    }
  }
});

test("a sum that is the neutral point is not a signature", () => {
  // With key = -digest / r, u1 * G + u2 * Q is the neutral point for every s.
  const r = 5n;
  const key = mod(-digestOf(MESSAGE) * inverse(r, N), N);
  expect(verifiers.jwk(jwk(times(key, G)!))).toBe("");
  for (const s of [1n, 7n, N - 1n]) expect(verifiers.verify(RAW, MESSAGE, raw(r, s))).toBe(false);
});

test("the x coordinate of the point may be r plus the order of the curve", () => {
  let r = 1n;
  let y: bigint;
  for (; ; r++) {
    const x = r + N;
    const square = mod(x ** 3n - 3n * x + B, P);
    y = power(square, (P + 1n) / 4n, P);
    if ((y * y) % P === square) break;
  }
  const R: Point = [r + N, y];
  for (const s of [1n, 12345n]) {
    const scaled = add(times(s, R), times(mod(-digestOf(MESSAGE), N), G));
    const key = jwk(times(inverse(r, N), scaled)!);
    expect(byNode(key, MESSAGE, raw(r, s))).toBe(true);
    expect(verifiers.jwk(key)).toBe("");
    expect(verifiers.verify(RAW, MESSAGE, raw(r, s))).toBe(true);
    // The x coordinate itself is above the order.
    expect(verifiers.verify(RAW, MESSAGE, raw(r + N, s))).toBe(false);
  }
});

describe("signatures out of range or of the wrong form", () => {
  const key = 0x1234567890abcdefn;
  const [r, s] = signed(MESSAGE, key, 99n);

  test.each<[string, bigint, bigint]>([
    ["r = 0", 0n, s],
    ["s = 0", r, 0n],
    ["both 0", 0n, 0n],
    ["r = n", N, s],
    ["s = n", r, N],
    ["r = p", P, s],
    ["s = s + n - 2^256", r, mod(s + N, 2n ** 256n)],
    ["both 2^256 - 1", 2n ** 256n - 1n, 2n ** 256n - 1n],
    ["r = 1, s = 1", 1n, 1n],
    ["r = n - 1, s = n - 1", N - 1n, N - 1n],
  ])("%s", (_, wrongR, wrongS) => {
    verifiers.jwk(jwk(times(key, G)!));
    expect(verifiers.verify(RAW, MESSAGE, raw(r, s))).toBe(true);
    expect(verifiers.verify(RAW, MESSAGE, raw(wrongR, wrongS))).toBe(false);
    const der = element(0x30, integer(wrongR), integer(wrongS));
    expect(verifiers.verify(DER, MESSAGE, der)).toBe(false);
  });

  test("raw signatures of another size", () => {
    verifiers.jwk(jwk(times(key, G)!));
    const right = raw(r, s);
    for (const wrong of [
      Buffer.alloc(0),
      right.subarray(1),
      right.subarray(0, 63),
      Buffer.concat([right, Buffer.of(0)]),
      Buffer.concat([Buffer.of(0), right]),
    ]) {
      expect(verifiers.verify(RAW, MESSAGE, wrong)).toBe(false);
    }
  });

  function element(tag: number, ...contents: Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    return Buffer.concat([Buffer.of(tag, content.length), content]);
  }
  function integer(value: bigint): Buffer {
    let hex = value.toString(16);
    if (hex.length % 2) hex = `0${hex}`;
    if (parseInt(hex.slice(0, 2), 16) >= 0x80) hex = `00${hex}`;
    return element(2, Buffer.from(hex, "hex"));
  }

  test("DER that is not in its only form", () => {
    verifiers.jwk(jwk(times(key, G)!));
    const [a, b] = [integer(r), integer(s)];
    const right = element(0x30, a, b);
    expect(verifiers.verify(DER, MESSAGE, right)).toBe(true);
    const content = right.subarray(2);
    const wrong: Record<string, Buffer> = {
      empty: Buffer.alloc(0),
      "no content": element(0x30),
      "one number": element(0x30, a),
      "three numbers": element(0x30, a, b, b),
      "bytes after the sequence": Buffer.concat([right, Buffer.of(0)]),
      "a long length": Buffer.concat([Buffer.of(0x30, 0x81, content.length), content]),
      "a longer length": Buffer.concat([Buffer.of(0x30, 0x82, 0, content.length), content]),
      "an indefinite length": Buffer.concat([Buffer.of(0x30, 0x80), content, Buffer.of(0, 0)]),
      "a length beyond the end": Buffer.concat([Buffer.of(0x30, content.length + 1), content]),
      "a huge length": Buffer.concat([Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff), content]),
      "another tag": element(0x31, a, b),
      "a leading zero": element(0x30, element(2, Buffer.of(0), a.subarray(2)), b),
      "a negative number": element(0x30, element(2, Buffer.of(0xff), a.subarray(2)), b),
      "an empty number": element(0x30, element(2), b),
      "33 bytes": element(0x30, integer(r + 2n ** 256n), b),
    };
    for (const [name, bytes] of Object.entries(wrong))
      expect([name, verifiers.verify(DER, MESSAGE, bytes)]).toEqual([name, false]);
  });

  test("changed DER is valid only if Node says so", () => {
    const random = new Random();
    const node = createPublicKey({ key: jwk(times(key, G)!), format: "jwk" });
    verifiers.jwk(jwk(times(key, G)!));
    const right = element(0x30, integer(r), integer(s));
    for (let i = 0; i < (NIGHTLY ? 100_000 : 300); i++) {
      let der = Buffer.from(right);
      const at = random.below(der.length);
      if (random.below(2) === 0) der[at]! = random.below(256);
      else
        der = Buffer.concat([der.subarray(0, at), random.bytes(random.below(3)), der.subarray(at + random.below(3))]);
      expect([der.toString("hex"), verifiers.verify(DER, MESSAGE, der)]).toEqual([
        der.toString("hex"),
        verify("sha256", MESSAGE, node, der),
      ]);
    }
  });
});

describe("keys that are no point of the curve", () => {
  const [x, y] = times(77n, G)!;
  const OFF = "public key: expected a point of the curve P-256";

  test.each<[string, object, string]>([
    ["a point", jwk([x, y]), ""],
    ["its opposite", jwk([x, P - y]), ""],
    ["another y", jwk([x, y ^ 1n]), OFF],
    ["another x", jwk([x ^ 1n, y]), OFF],
    ["0, 0", jwk([0n, 0n]), OFF],
    ["x = p", jwk([P, y]), OFF],
    ["y + p", jwk([5n, mod(power(mod(5n ** 3n - 15n + B, P), (P + 1n) / 4n, P) + P, 2n ** 256n)]), OFF],
    ["2^256 - 1", jwk([2n ** 256n - 1n, 2n ** 256n - 1n]), OFF],
    [
      "x of 31 bytes",
      { ...jwk([x, y]), x: bytesOf(x).subarray(1).toString("base64url") },
      'public key: expected "x" to have 32 bytes',
    ],
    [
      "y of 33 bytes",
      { ...jwk([x, y]), y: Buffer.concat([Buffer.of(0), bytesOf(y)]).toString("base64url") },
      'public key: expected "y" to have 32 bytes',
    ],
    ["no y", { ...jwk([x, y]), y: undefined }, 'public key: expected "y" to be base64url'],
    [
      "another curve",
      { ...jwk([x, y]), crv: "P-384" },
      'public key: expected "kty" to be "RSA", or "EC" with "crv" "P-256"',
    ],
  ])("%s", (_, key, error) => {
    expect(verifiers.jwk(key)).toBe(error);
  });

  test("compressed and neutral points in PEM", () => {
    const { publicKey } = pair();
    const der = publicKey.export({ type: "spki", format: "der" });
    const algorithm = der.subarray(2, 23);
    const pem = (point: Buffer) => {
      const bits = Buffer.concat([Buffer.of(3, point.length + 1, 0), point]);
      const info = Buffer.concat([Buffer.of(0x30, algorithm.length + bits.length), algorithm, bits]);
      return `-----BEGIN PUBLIC KEY-----\n${info.toString("base64")}\n-----END PUBLIC KEY-----`;
    };
    expect(verifiers.pem(pem(der.subarray(26)))).toBe("");
    const error = "public key: expected an uncompressed point of 65 bytes";
    for (const point of [
      Buffer.of(0),
      Buffer.alloc(0),
      der.subarray(26, 59),
      Buffer.concat([Buffer.of(6), der.subarray(27)]),
    ]) {
      expect(verifiers.pem(pem(point))).toBe(error);
    }
  });
});
