import { createHash, createHmac } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

const CLASSES = { md5: "Md5", sha1: "Sha1", sha256: "Sha256", sha384: "Sha384", sha512: "Sha512" };
const NAMES = Object.keys(CLASSES) as (keyof typeof CLASSES)[];

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Hash } from "./assembly/crypto/hash";
    import { hmac, Hmac } from "./assembly/crypto/hmac";
    import { Md5, md5 } from "./assembly/crypto/md5";
    import { Sha1, sha1 } from "./assembly/crypto/sha1";
    import { Sha256, sha256 } from "./assembly/crypto/sha256";
    import { Sha384, sha384, Sha512, sha512 } from "./assembly/crypto/sha512";
    export { md5, sha1, sha256, sha384, sha512 };
    ${Object.entries(CLASSES)
      .map(
        ([name, type]) => `
          export function hmac_${name}(key: ArrayBuffer, bytes: ArrayBuffer): ArrayBuffer { return hmac<${type}>(key, bytes); }
          export function start_${name}(key: ArrayBuffer): void { hash = new ${type}(); mac_${name} = new Hmac<${type}>(key); }
          export function add_${name}(bytes: ArrayBuffer): void { hash!.update(bytes); mac_${name}!.update(bytes); }
          export function now_${name}(): ArrayBuffer { return hash!.digest(); }
          export function mac_now_${name}(): ArrayBuffer { return mac_${name}!.digest(); }
          let mac_${name}: Hmac<${type}> | null = null;`,
      )
      .join("")}
    let hash: Hash | null = null;
  `);
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

/** Bytes of sizes around the blocks of all functions, and of random sizes. */
function* messages(random: Random): Generator<Uint8Array> {
  for (let size = 0; size <= 260; size++) yield random.bytes(size);
  for (let i = 0; i < (NIGHTLY ? 5000 : 100); i++) yield random.bytes(random.below(5000));
}

test.each(NAMES)("%s of any bytes is the digest that Node computes", (name) => {
  for (const message of messages(new Random())) {
    expect(hex(wasm.bytes(name, message))).toBe(createHash(name).update(message).digest("hex"));
  }
});

test.each(NAMES)("HMAC with %s and keys of any size is the code that Node computes", (name) => {
  const random = new Random();
  for (const message of messages(random)) {
    const key = random.bytes(random.below(300));
    expect(hex(wasm.bytes(`hmac_${name}`, key, message))).toBe(createHmac(name, key).update(message).digest("hex"));
  }
});

test.each(NAMES)("%s and its HMAC take chunks, and a digest between them changes nothing", (name) => {
  const random = new Random();
  const key = random.bytes(20);
  for (let i = 0; i < (NIGHTLY ? 2000 : 40); i++) {
    wasm.number(`start_${name}`, key);
    let all = Buffer.alloc(0);
    for (let chunks = random.below(12); chunks >= 0; chunks--) {
      const chunk = random.bytes(random.below(random.pick([3, 70, 300])));
      all = Buffer.concat([all, chunk]);
      wasm.number(`add_${name}`, chunk);
      if (random.below(2) === 0) {
        expect(hex(wasm.bytes(`now_${name}`))).toBe(createHash(name).update(all).digest("hex"));
      }
    }
    expect(hex(wasm.bytes(`now_${name}`))).toBe(createHash(name).update(all).digest("hex"));
    expect(hex(wasm.bytes(`mac_now_${name}`))).toBe(createHmac(name, key).update(all).digest("hex"));
  }
});
