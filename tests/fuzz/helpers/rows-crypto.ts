import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import type { Row } from "./rows.js";

const BYTES = ["", "a", "abc", "\0", "\udcff", "x".repeat(55), "x".repeat(64), "x".repeat(127)];

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const p256 = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PEMS = [rsa, p256].map(({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }).toString());
const JWKS = [rsa, p256].map(({ publicKey }) => JSON.stringify(publicKey.export({ format: "jwk" })));

const base64Url = (text: string | Uint8Array) => Buffer.from(text).toString("base64url");
const claims = { sub: "mia", exp: 4_000_000_000, nbf: 1, iat: 1.5 };
const token = (alg: string, signed: (text: string) => Uint8Array) => {
  const text = `${base64Url(JSON.stringify({ alg, typ: "JWT" }))}.${base64Url(JSON.stringify(claims))}`;
  return `${text}.${base64Url(signed(text))}`;
};
const TOKENS = [
  token("HS256", (text) => createHmac("sha256", "secret").update(text).digest()),
  token("HS512", (text) => createHmac("sha512", "secret").update(text).digest()),
  token("RS256", (text) => sign("sha256", Buffer.from(text), rsa.privateKey)),
  token("ES256", (text) => sign("sha256", Buffer.from(text), { key: p256.privateKey, dsaEncoding: "ieee-p1363" })),
  token("none", () => Buffer.alloc(0)),
];
const TOKEN_PIECES = [
  ...[".", "=", "-", "_", base64Url("{"), base64Url('{"alg":"HS256"}'), base64Url('{"exp":1e999}'), "e30", "A"],
  ...[base64Url('{"a":'), base64Url("[[[")],
];

const hash = (type: string, name: string): Row => ({
  name,
  code: `
    const hash: Hash = new ${type}();
    hash.update(encodeText(a));
    hash.update(encodeText(b));
    keep(hash.digest().byteLength + ${name}(encodeText(a)).byteLength);
    const keyed = new Hmac<${type}>(encodeText(b));
    keyed.update(encodeText(a));
    keep(keyed.digest().byteLength + hmac<${type}>(encodeText(a), encodeText(b)).byteLength);`,
  a: BYTES,
});

/** A public key that each call gets. `keys` parses it once. */
const KEYS = `const key = Keys.of(${JSON.stringify(PEMS[0])}, ${JSON.stringify(PEMS[1])}, b.length);`;

export const CRYPTO_ROWS: readonly Row[] = [
  {
    name: "constantTimeEqual",
    code: "keep(i32(constantTimeEqual(encodeText(a), encodeText(b))) + i32(constantTimeEqualText(a, b)));",
    a: BYTES,
  },
  { name: "crc32", code: "keep(crc32(encodeText(a), crc32(encodeText(b))));", a: BYTES },
  hash("Md5", "md5"),
  hash("Sha1", "sha1"),
  hash("Sha256", "sha256"),
  hash("Sha384", "sha384"),
  hash("Sha512", "sha512"),
  {
    name: "readUnverifiedJwt",
    code: "const jwt: Jwt = readUnverifiedJwt(a); keep(jwt.claims.get(b).string().length + i32(jwt.error !== null));",
    a: [...TOKENS, ...TOKEN_PIECES],
    b: ["sub", "exp", "a.b"],
  },
  {
    name: "verifyJwtWithSecret",
    code: "keep(i32(verifyJwtWithSecret(a, encodeText(b), b.length).error !== null));",
    a: [...TOKENS, ...TOKEN_PIECES],
    b: ["secret", ""],
  },
  {
    name: "verifyJwt",
    code: `${KEYS} keep(i32(verifyJwt(a, key).error !== null));`,
    a: [...TOKENS, ...TOKEN_PIECES],
    b: ["", "1"],
    share: 0.1,
  },
  {
    name: "PublicKey.verify",
    code: `${KEYS} keep(i32(key.verify(<SignatureAlgorithm>(a.length % 7 - 1), encodeText(b), base64Decode(a).bytes)));`,
    a: [
      ...[64, 70, 255, 256, 257].map((size) => Buffer.alloc(size, 0x30).toString("base64")),
      "MAYCAQECAQE=",
      "A",
      "/",
    ],
    b: ["message", ""],
    share: 0.1,
  },
  {
    name: "PublicKey.fromPem",
    code: "keep(i32(PublicKey.fromPem(a).error === null));",
    a: [...PEMS, "-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----", "\n", "MIIB", "MII", "AwEAAQ==", " ", "="],
  },
  {
    name: "PublicKey.fromJwk",
    code: "keep(i32(PublicKey.fromJwk(Json.parse(a)).error === null));",
    a: [
      ...JWKS,
      '{"kty":"RSA"',
      '"n":"AQAB"',
      ',"e":"AQAB"',
      "}",
      '{"kty":"EC","crv":"P-256"',
      ',"x":"',
      ',"y":"',
      "A",
    ],
  },
  {
    name: "SecretMap",
    code: `
      const map = new SecretMap<string>();
      map.add(a, b);
      map.add(b, a);
      const found = map.find(a);
      keep(found === null ? 0 : found.length);`,
    a: BYTES,
  },
];
