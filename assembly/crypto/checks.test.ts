import { randomFillSync } from "node:crypto";
import { crc32 } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;
/** The status of `random_get`, WASI's "not supported" is 58. */
let randomStatus = 0;

beforeAll(async () => {
  wasm = await compileAssembly(
    `
    import { constantTimeEqual, constantTimeEqualText } from "./assembly/crypto/constant-time";
    import { crc32 } from "./assembly/crypto/crc32";
    import { uuidV4 } from "./assembly/crypto/uuid";
    import { SecretMap } from "./assembly/crypto/secret-map";
    export { constantTimeEqual, constantTimeEqualText };
    export function uuid(): string {
      const id = uuidV4();
      return id === null ? "none" : id;
    }
    export function addSecret(): bool { return new SecretMap<string>().add("secret", "value"); }
    export function crc(bytes: ArrayBuffer, previous: u32): u32 { return crc32(bytes, previous); }
    `,
    ["-O3"],
    {
      random_get: (guest, at, size) => {
        if (randomStatus !== 0) return randomStatus;
        for (let i = 0; i < size!; i += 8) guest.storeU64(at! + i, randomFillSync(Buffer.alloc(8)).readBigUInt64LE());
        return 0;
      },
    },
  );
});

test("the checksum is that of zlib, also in chunks", () => {
  const random = new Random();
  const crc = (bytes: Uint8Array, previous = 0) => wasm.number("crc", bytes, previous) >>> 0;
  expect(crc(Buffer.from("123456789"))).toBe(0xcbf43926);
  for (let i = 0; i < 500; i++) {
    const bytes = random.bytes(random.below(300));
    const cut = random.below(bytes.length + 1);
    const expected = crc32(bytes);
    expect([crc(bytes), crc(bytes.subarray(cut), crc(bytes.subarray(0, cut)))]).toEqual([expected, expected]);
  }
});

test("bytes and texts are equal only if all of them are the same", () => {
  const random = new Random();
  for (let i = 0; i < 300; i++) {
    const a = random.bytes(random.below(40));
    const b = Uint8Array.from(a);
    const text = Buffer.from(a).toString("utf16le");
    expect([wasm.number("constantTimeEqual", a, b), wasm.number("constantTimeEqualText", text, text)]).toEqual([1, 1]);
    expect(wasm.number("constantTimeEqual", a, Buffer.concat([a, Buffer.of(0)]))).toBe(0);
    expect(wasm.number("constantTimeEqualText", text, `${text}\0`)).toBe(0);
    if (a.length === 0) continue;
    b[random.below(b.length)]! ^= 1 << random.below(8);
    expect(wasm.number("constantTimeEqual", a, b)).toBe(0);
  }
  expect(wasm.number("constantTimeEqualText", "abc", "abd")).toBe(0);
  expect(wasm.number("constantTimeEqualText", "Ābc", "Abc")).toBe(0);
});

test("UUIDs are of version 4, and differ", () => {
  const seen = new Set<string>();
  const variants = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const uuid = wasm.string("uuid");
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    seen.add(uuid);
    variants.add(uuid[19]!);
  }
  expect([seen.size, variants.size]).toEqual([1000, 4]);
});

test("without random numbers there are no UUIDs, and secrets are not added", () => {
  expect(wasm.number("addSecret")).toBe(1);
  randomStatus = 58;
  expect([wasm.string("uuid"), wasm.number("addSecret")]).toEqual(["none", 0]);
  randomStatus = 0;
});
