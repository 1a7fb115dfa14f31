import { constants, createHash, createPublicKey, generateKeyPairSync, privateEncrypt, sign, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";
import { hostCalls, Verifiers } from "../../tests/support/verifiers.js";

let verifiers: Verifiers;
beforeAll(async () => {
  verifiers = await Verifiers.start();
});

const HASHES = ["sha256", "sha384", "sha512"] as const;
const MESSAGE = Buffer.from("a message");
const NOT_RSA = [3, 4];

const spki = (key: KeyObject) => key.export({ type: "spki", format: "pem" }) as string;
const pair = (modulusLength: number, publicExponent = 65537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent });

const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
const bytesOf = (value: bigint, size: number) => Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
const modulusOf = (key: KeyObject) => Buffer.from(key.export({ format: "jwk" }).n!, "base64url");

describe.each([1024, 1031, 1032, 2048, ...(NIGHTLY ? [3072, 4096, 8192] : [])])("RSA with %i bits", (bits) => {
  const { publicKey, privateKey } = pair(bits, bits === 2048 ? 3 : 65537);

  test.each([
    ["SubjectPublicKeyInfo in PEM", () => verifiers.pem(spki(publicKey))],
    ["PKCS #1 in PEM", () => verifiers.pem(publicKey.export({ type: "pkcs1", format: "pem" }) as string)],
    ["PEM with CRLF and spaces", () => verifiers.pem(`x\r\n${spki(publicKey).replaceAll("\n", "\r\n  ")}`)],
    ["JWK", () => verifiers.jwk(publicKey.export({ format: "jwk" }))],
  ])("a key as %s verifies what the private key has signed, and nothing else", (_, setKey) => {
    expect(setKey()).toBe("");
    const random = new Random();
    for (const [algorithm, hash] of HASHES.entries()) {
      for (let i = 0; i < (NIGHTLY ? 50 : 3); i++) {
        const message = random.bytes(random.below(300));
        const signature = sign(hash, message, privateKey);
        expect(verifiers.verify(algorithm, message, signature)).toBe(true);
        expect(verifiers.verify((algorithm + 1) % 3, message, signature)).toBe(false);
        expect(verifiers.verify(algorithm, Buffer.concat([message, Buffer.of(0)]), signature)).toBe(false);
        const changed = Buffer.from(signature);
        changed[random.below(changed.length)]! ^= 1 << random.below(8);
        expect(verifiers.verify(algorithm, message, changed)).toBe(false);
        for (const other of NOT_RSA) expect(verifiers.verify(other, message, signature)).toBe(false);
      }
    }
  });

  test("a signature of another size or at least as large as the modulus is not valid", () => {
    verifiers.pem(spki(publicKey));
    const signature = sign("sha256", MESSAGE, privateKey);
    const n = number(modulusOf(publicKey));
    const size = signature.length;
    const wrong = [
      Buffer.alloc(0),
      signature.subarray(1),
      signature.subarray(0, size - 1),
      Buffer.concat([Buffer.of(0), signature]),
      Buffer.concat([signature, Buffer.of(0)]),
      ...[0n, 1n, n - 1n, n, (1n << BigInt(size * 8)) - 1n].map((value) => bytesOf(value, size)),
      ...(number(signature) + n < 1n << BigInt(size * 8) ? [bytesOf(number(signature) + n, size)] : []),
    ];
    for (const one of wrong)
      expect([one.toString("hex"), verifiers.verify(0, MESSAGE, one)]).toEqual([one.toString("hex"), false]);
    if (bits === 1031) expect(wrong.length).toBe(11);
    expect(verifiers.verify(0, MESSAGE, signature)).toBe(true);
  });
});

describe("signed blocks that only look like PKCS #1 v1.5", () => {
  const { publicKey, privateKey } = pair(2048);
  const SIZE = 256;
  const digest = createHash("sha256").update(MESSAGE).digest();
  const OID = "0609608648016503040201";
  const INFO = Buffer.concat([Buffer.from(`3031300d${OID}05000420`, "hex"), digest]);
  const block = (info: Buffer, size = SIZE, start = "0001", end = "00") =>
    Buffer.concat([
      Buffer.from(start, "hex"),
      Buffer.alloc(size - info.length - 3, 0xff),
      Buffer.from(end, "hex"),
      info,
    ]);
  const withByte = (at: number, value: number) => {
    const bytes = block(INFO);
    bytes[at] = value;
    return bytes;
  };
  const shortPadding = (count: number) =>
    Buffer.concat([
      Buffer.of(0, 1),
      Buffer.alloc(count, 0xff),
      Buffer.of(0),
      INFO,
      Buffer.alloc(SIZE - count - 3 - INFO.length, 0x5a),
    ]);
  const info = (hex: string) => block(Buffer.concat([Buffer.from(hex, "hex"), digest]));

  test.each<[string, Buffer]>([
    ["no NULL after the name of the hash function", info(`302f300b${OID}0420`)],
    ["an empty sequence instead of NULL", info(`3031300d${OID}30000420`)],
    ["lengths in a longer form", info(`308131300d${OID}05000420`)],
    ["garbage in the parameters", info(`3035300f${OID}0502cafe0420`)],
    ["garbage after the digest, eight bytes of padding", shortPadding(8)],
    ["garbage after the digest, no padding", shortPadding(0)],
    [
      "garbage after the digest, inside the sequence",
      block(Buffer.concat([Buffer.from(`3033300d${OID}05000420`, "hex"), digest, Buffer.of(5, 0)])),
    ],
    ["the digest alone", block(digest)],
    ["an octet string of the digest", block(Buffer.concat([Buffer.of(4, 32), digest]))],
    ["the name of SHA-512 for a SHA-256 digest", info("3031300d06096086480165030402030500 0420".replace(" ", ""))],
    ["the digest cut", block(Buffer.concat([Buffer.from(`3030300d${OID}0500041f`, "hex"), digest.subarray(0, 31)]))],
    ["another digest", withByte(SIZE - 1, digest[31]! ^ 1)],
    ["block type 0", withByte(1, 0)],
    ["block type 2", withByte(1, 2)],
    ["a zero in the padding", withByte(20, 0)],
    ["a byte other than FF in the padding", withByte(20, 0xfe)],
    ["no zero after the padding", withByte(SIZE - INFO.length - 1, 0xff)],
    ["the padding one byte short, a zero too many", block(Buffer.concat([Buffer.of(0), INFO]))],
  ])("%s", (_, wrong) => {
    expect(wrong.length).toBe(SIZE);
    expect(verifiers.pem(spki(publicKey))).toBe("");
    const raw = (bytes: Buffer) => privateEncrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, bytes);
    expect(verifiers.verify(0, MESSAGE, raw(block(INFO)))).toBe(true);
    expect(verifiers.verify(0, MESSAGE, raw(wrong))).toBe(false);
  });

  test("a forgery without the private key, for the exponent 3", () => {
    const key = pair(2048, 3).publicKey;
    expect(verifiers.pem(spki(key))).toBe("");
    // The cube of the signature begins like a short block. The rest is garbage, for a reader that ignores it.
    const target = number(Buffer.concat([Buffer.from("0001ff00", "hex"), INFO, Buffer.alloc(SIZE - 4 - INFO.length)]));
    let root = 1n << 700n;
    for (let next = (2n * root + target / root ** 2n) / 3n; next < root; next = (2n * root + target / root ** 2n) / 3n)
      root = next;
    const forged = root + 1n;
    expect(
      bytesOf(forged ** 3n, SIZE)
        .toString("hex")
        .startsWith(`0001ff00${INFO.toString("hex")}`),
    ).toBe(true);
    expect(verifiers.verify(0, MESSAGE, bytesOf(forged, SIZE))).toBe(false);
  });
});

describe("keys of RSA", () => {
  const odd = (bits: number) => bytesOf((1n << BigInt(bits - 1)) + 1n, Math.ceil(bits / 8));
  const jwk = (n: Uint8Array, e: Uint8Array) => ({
    kty: "RSA",
    n: Buffer.from(n).toString("base64url"),
    e: Buffer.from(e).toString("base64url"),
  });
  const E = Buffer.of(1, 0, 1);
  const MODULUS = "public key: expected an odd RSA modulus of 1024 to 8192 bits";
  const EXPONENT = "public key: expected an odd RSA exponent of 2 to 33 bits";

  test.each<[string, object, string]>([
    ["1024 bits", jwk(odd(1024), E), ""],
    ["8192 bits", jwk(odd(8192), E), ""],
    ["leading zeros", jwk(Buffer.concat([Buffer.alloc(5), odd(1024)]), Buffer.of(0, 3)), ""],
    ["1023 bits", jwk(odd(1023), E), MODULUS],
    ["8193 bits", jwk(odd(8193), E), MODULUS],
    ["an even modulus", jwk(Buffer.alloc(128, 0xfe), E), MODULUS],
    ["no modulus", jwk(Buffer.alloc(0), E), MODULUS],
    ["a modulus of 0", jwk(Buffer.alloc(200), E), MODULUS],
    ["the exponent 1", jwk(odd(2048), Buffer.of(1)), EXPONENT],
    ["the exponent 0", jwk(odd(2048), Buffer.of(0)), EXPONENT],
    ["an even exponent", jwk(odd(2048), Buffer.of(4)), EXPONENT],
    ["an exponent of 33 bits", jwk(odd(2048), Buffer.of(1, 0, 0, 0, 1)), ""],
    ["an exponent of 34 bits", jwk(odd(2048), Buffer.of(2, 0, 0, 0, 1)), EXPONENT],
    ["no n", { kty: "RSA", e: "AQAB" }, 'public key: expected "n" to be base64url'],
    ["e as a number", { ...jwk(odd(2048), E), e: 65537 }, 'public key: expected "e" to be base64url'],
    ["n in another alphabet", { ...jwk(odd(2048), E), n: "++//" }, 'public key: expected "n" to be base64url'],
    ["a key for encryption", { ...jwk(odd(2048), E), use: "enc" }, 'public key: expected "use" to be "sig"'],
    ["a secret", { kty: "oct", k: "AAAA" }, 'public key: expected "kty" to be "RSA", or "EC" with "crv" "P-256"'],
  ])("%s", (_, key, error) => {
    expect(verifiers.jwk(key)).toBe(error);
    expect(verifiers.verify(0, MESSAGE, Buffer.alloc(128, 1))).toBe(false);
  });

  test("PEM that is no key of RSA or P-256", () => {
    const expected = "public key: expected -----BEGIN PUBLIC KEY----- or -----BEGIN RSA PUBLIC KEY-----";
    const { privateKey, publicKey } = pair(1024);
    expect(verifiers.pem("")).toBe(expected);
    expect(verifiers.pem(privateKey.export({ type: "pkcs8", format: "pem" }) as string)).toBe(expected);
    expect(verifiers.pem(spki(publicKey).replace("END", "ENDE"))).toBe("public key: expected -----END PUBLIC KEY-----");
    expect(verifiers.pem(spki(publicKey).replace("M", "!"))).toBe(
      "public key: base64: unexpected character at character 1",
    );
    const form = "public key: expected a key of RSA or of the curve P-256";
    expect(verifiers.pem(spki(generateKeyPairSync("ed25519").publicKey))).toBe(form);
    expect(verifiers.pem(spki(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey))).toBe(form);
    expect(verifiers.pem(spki(generateKeyPairSync("rsa-pss", { modulusLength: 1024 }).publicKey))).toBe(form);
  });

  test("a changed key in DER is an error, or Node reads the same numbers in it", () => {
    const random = new Random();
    const rsa = pair(1024).publicKey;
    const ders = [rsa, generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey].map((key) =>
      key.export({ type: "spki", format: "der" }),
    );
    let accepted = 0;
    for (let i = 0; i < (NIGHTLY ? 1_000_000 : 2000); i++) {
      let der = Buffer.from(random.pick(ders));
      for (let edits = random.below(3); edits >= 0; edits--) {
        const at = random.below(random.pick([der.length, 40]));
        if (random.below(3) > 0)
          der[at]! = random.pick([der[at]! ^ (1 << random.below(8)), 0, 0x80, 0xff, random.below(256)]);
        else
          der =
            random.below(2) === 0
              ? der.subarray(0, at)
              : Buffer.concat([der.subarray(0, at), random.bytes(random.below(4)), der.subarray(at + random.below(3))]);
      }
      const pem = `-----BEGIN PUBLIC KEY-----\n${der.toString("base64")}\n-----END PUBLIC KEY-----`;
      if (verifiers.pem(pem) !== "") continue;
      accepted++;
      expect([pem, createPublicKey(pem).export({ type: "spki", format: "der" }).toString("hex")]).toEqual([
        pem,
        der.toString("hex"),
      ]);
    }
    expect(accepted).toBeGreaterThan(50);
  });
});

test("the host's function was called for signatures", () => {
  const { publicKey, privateKey } = pair(1024);
  verifiers.pem(spki(publicKey));
  const before = hostCalls.count;
  const signature = sign("sha256", MESSAGE, privateKey);
  expect(verify("sha256", MESSAGE, publicKey, signature)).toBe(true);
  expect(verifiers.verify(0, MESSAGE, signature)).toBe(true);
  expect(hostCalls.count).toBe(before + 1);
});
