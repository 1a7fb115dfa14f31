// Measures the helpers of assembly/crypto/ and base64 in a module that is optimized like a plugin, in Node's V8: MB/s of
// bytes, and the time that a signature takes in the module and with the host's function. Also the bytes that each helper
// adds to a plugin.
//
//   npm run bench:crypto
import { generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { documentedExports } from "../tests/support/docstrings.js";
import { compileAssembly, compileToBinary, type HostFunction, type Instance } from "../tests/support/assembly.js";

/** asconfig.json's target "release". */
const RELEASE = ["-O3", "--shrinkLevel", "1"];
const MEGABYTES = 16;

const wasm = await compileAssembly(
  `
  import { crc32 } from "./assembly/crypto/crc32";
  import { md5 } from "./assembly/crypto/md5";
  import { PublicKey } from "./assembly/crypto/public-key";
  import { sha1 } from "./assembly/crypto/sha1";
  import { sha256 } from "./assembly/crypto/sha256";
  import { sha512 } from "./assembly/crypto/sha512";
  import { base64Decode, base64Encode } from "./assembly/text/base64";
  import { hexDecode, hexEncode } from "./assembly/text/hex";
  export { md5, sha1, sha256, sha512, hexEncode };
  export function crc(bytes: ArrayBuffer): u32 { return crc32(bytes); }
  export function encode(bytes: ArrayBuffer): string { return base64Encode(bytes); }
  export function decode(text: string): ArrayBuffer { return base64Decode(text).bytes; }
  export function hexDecoded(text: string): ArrayBuffer { return hexDecode(text).bytes; }
  let key: PublicKey = new PublicKey();
  export function setKey(text: string): bool { key = PublicKey.fromPem(text); return key.error === null; }
  export function verify(algorithm: i32, message: ArrayBuffer, signature: ArrayBuffer): bool {
    return key.verify(algorithm, message, signature);
  }
  `,
  RELEASE,
  { proxy_call_foreign_function: (() => 1) satisfies HostFunction },
);

/** The shortest of several runs, in milliseconds. */
function shortest(run: () => void): number {
  let best = Infinity;
  for (let i = 0; i < Number(process.argv[2] ?? 30); i++) {
    const start = performance.now();
    run();
    best = Math.min(best, performance.now() - start);
    wasm.collect();
  }
  return best;
}

const bytes = Buffer.alloc(MEGABYTES * 1_000_000, "0123456789abcdef-");
const texts: Record<string, string> = { decode: bytes.toString("base64"), hexDecoded: bytes.toString("hex") };
for (const name of ["sha256", "sha512", "sha1", "md5", "crc", "encode", "decode", "hexEncode", "hexDecoded"]) {
  const run = raw(wasm, name, texts[name] ?? bytes);
  console.log(`${name.padEnd(11)} ${(MEGABYTES / (shortest(run) / 1000)).toFixed(0)} MB/s`);
}

/** A function that calls the guest with one argument, which is copied once. */
function raw(guest: Instance, name: string, argument: string | Uint8Array): () => void {
  const pointer = guest.keep(argument);
  return () => guest.number(name, pointer);
}

const message = Buffer.alloc(500, "eyJhbGciOi");
const repeat = (run: () => void) => shortest(() => Array.from({ length: 20 }, run)) / 20;

function signatures(name: string, algorithm: number, publicKey: KeyObject, signature: Buffer): void {
  if (!wasm.number("setKey", publicKey.export({ type: "spki", format: "pem" }) as string)) throw new Error(name);
  if (!wasm.number("verify", algorithm, message, signature)) throw new Error(name);
  const inModule = repeat(() => wasm.number("verify", algorithm, message, signature));
  const inHost = repeat(() => verify("sha256", message, publicKey, signature));
  console.log(
    `${name.padEnd(11)} ${(inModule * 1000).toFixed(0)} µs in the module, ${(inHost * 1000).toFixed(0)} µs in Node's OpenSSL`,
  );
}

for (const modulusLength of [2048, 4096, 8192]) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength });
  signatures(`RS256 ${modulusLength}`, 0, publicKey, sign("sha256", message, privateKey));
}
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
signatures("ES256", 4, publicKey, sign("sha256", message, privateKey));

const USES: Record<string, string> = {
  base64Encode: "at = changetype<usize>(base64Encode(bytes()))",
  base64Decode: "at = changetype<usize>(base64Decode(text()).bytes)",
  hexEncode: "at = changetype<usize>(hexEncode(bytes()))",
  hexDecode: "at = changetype<usize>(hexDecode(text()).bytes)",
  md5: "at = changetype<usize>(md5(bytes()))",
  sha1: "at = changetype<usize>(sha1(bytes()))",
  sha256: "at = changetype<usize>(sha256(bytes()))",
  sha512: "at = changetype<usize>(sha512(bytes()))",
  "hmac<Sha256>": "at = changetype<usize>(hmac<Sha256>(bytes(), bytes()))",
  constantTimeEqual: "at = constantTimeEqual(bytes(), bytes())",
  crc32: "at = crc32(bytes())",
  uuidV4: "at = changetype<usize>(uuidV4())",
  PublicKey: "at = PublicKey.fromPem(text()).verify(0, bytes(), bytes())",
  verifyJwt: "at = changetype<usize>(verifyJwt(text(), PublicKey.fromPem(text())))",
  verifyJwtWithSecret: "at = changetype<usize>(verifyJwtWithSecret(text(), bytes()))",
  parseRfc3339: "at = <usize>parseRfc3339(text()).unixMs",
  formatRfc3339: "at = changetype<usize>(formatRfc3339(at))",
  parseHttpDate: "at = <usize>parseHttpDate(text()).unixMs",
  formatHttpDate: "at = changetype<usize>(formatHttpDate(at))",
};
const exported = documentedExports("index.ts").map(({ name }) => name);
const sizeWith = async (use: string) => {
  const names = exported.filter((name) => new RegExp(`\\b${name}\\b`).test(use));
  const source = `
    import { ${["decodeText", "encodeText", "Json", ...names].join(", ")} } from "./index";
    let at: usize = 0;
    function bytes(): ArrayBuffer { return changetype<ArrayBuffer>(at); }
    function text(): string { return decodeText(bytes()) + Json.parse("1").string(); }
    export function start(): usize { at = changetype<usize>(encodeText(text())); ${use}; return at; }`;
  return (await compileToBinary(source, ["--exportRuntime", ...RELEASE])).byteLength;
};
const none = await sizeWith("");
for (const [name, use] of Object.entries(USES)) console.log(`${name.padEnd(20)} ${(await sizeWith(use)) - none} bytes`);
