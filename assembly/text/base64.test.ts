import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { base64Decode, base64Encode } from "./assembly/text/base64";
    import { hexDecode, hexEncode } from "./assembly/text/hex";
    export { hexEncode };
    export function encode(bytes: ArrayBuffer, variant: i32): string { return base64Encode(bytes, variant); }
    export function decode(text: string, variant: i32): ArrayBuffer { return base64Decode(text, variant).bytes; }
    export function error(text: string, variant: i32): string {
      const error = base64Decode(text, variant).error;
      return error === null ? "" : error.message;
    }
    export function hexBytes(text: string): ArrayBuffer { return hexDecode(text).bytes; }
    export function hexError(text: string): string {
      const error = hexDecode(text).error;
      return error === null ? "" : error.message;
    }
  `);
});

const [STD, RAW_STD, PADDED_URL, RAW_URL] = [0, 1, 2, 3];
const VARIANTS = [STD, RAW_STD, PADDED_URL, RAW_URL];

/** Encodes with Node. */
function encoded(bytes: Uint8Array, variant: number): string {
  const text = Buffer.from(bytes).toString(variant >= PADDED_URL ? "base64url" : "base64");
  if (variant === RAW_STD) return text.replace(/=+$/, "");
  return variant === PADDED_URL ? text.padEnd(Math.ceil(text.length / 4) * 4, "=") : text;
}

describe("base64", () => {
  test("bytes are encoded as by Node, and decoded again", () => {
    const random = new Random();
    for (let i = 0; i < (NIGHTLY ? 100_000 : 1000); i++) {
      const bytes = random.bytes(i < 70 ? i : random.below(300));
      for (const variant of VARIANTS) {
        const text = wasm.string("encode", bytes, variant);
        expect(text).toBe(encoded(bytes, variant));
        expect(wasm.bytes("decode", text, variant)).toEqual(bytes);
        expect(wasm.string("error", text, variant)).toBe("");
      }
      wasm.collect();
    }
  });

  interface Case {
    text: string;
    variant: number;
    /** The bytes in hex. */
    hex?: string;
    /** The offset of Go's CorruptInputError. */
    offset?: number;
  }

  // Random texts, and what Go's encoding/base64 decodes them to.
  const cases = JSON.parse(readFileSync(new URL("base64-cases.json", import.meta.url), "utf8")) as Case[];

  test("texts are decoded and rejected as by Go", () => {
    expect(cases.length).toBeGreaterThan(500);
    for (const { text, variant, hex, offset } of cases) {
      const error = wasm.string("error", text, variant);
      const found = Buffer.from(wasm.bytes("decode", text, variant)).toString("hex");
      if (hex !== undefined) expect([text, variant, error, found]).toEqual([text, variant, "", hex]);
      else {
        expect([text, variant, error]).not.toEqual([text, variant, ""]);
        expect(found).toBe("");
        // For a text that is too short, Go gives the place where the last group begins if there are no line ends in it.
        if (!error.includes("end"))
          expect([text, variant, error]).toEqual([text, variant, expect.stringMatching(` ${offset}$`)]);
      }
    }
  });

  test.each([
    ["aGk", STD, "base64: unexpected end at character 3"],
    ["aGk=", RAW_STD, "base64: unexpected character at character 3"],
    ["a-_=", STD, "base64: unexpected character at character 1"],
    ["a+/=", PADDED_URL, "base64: unexpected character at character 1"],
    ["aGk=x", STD, "base64: unexpected character at character 4"],
    ["aGé=", STD, "base64: unexpected character at character 2"],
    ["aGk\udcff", STD, "base64: unexpected character at character 3"],
    ["aGkŁ", STD, "base64: unexpected character at character 3"],
    ["a", RAW_URL, "base64: unexpected end at character 1"],
  ])("%j as variant %i: %s", (text, variant, message) => {
    expect(wasm.string("error", text, variant)).toBe(message);
  });

  test("the unused bits of the last character may have any value", () => {
    for (const text of ["aGk=", "aGl=", "aGm=", "aGn="]) {
      expect(Buffer.from(wasm.bytes("decode", text, STD)).toString()).toBe("hi");
    }
  });
});

test("no text traps, and what is decoded is encoded as the same text, but for its line ends and unused bits", () => {
  const random = new Random();
  for (let i = 0; i < (NIGHTLY ? 1_000_000 : 5000); i++) {
    const variant = random.pick(VARIANTS);
    let text = encoded(random.bytes(random.below(30)), variant);
    for (let edits = random.below(4); edits > 0; edits--) {
      const at = random.below(text.length + 1);
      const c = random.below(4) === 0 ? String.fromCharCode(random.below(0x10000)) : random.pick([..."A=+/-_\r\n 9"]);
      text = text.slice(0, at) + c + text.slice(at + random.below(2));
    }
    wasm.string("hexError", text);
    if (i % 1000 === 0) wasm.collect();
    if (wasm.string("error", text, variant) !== "") continue;
    const bytes = wasm.bytes("decode", text, variant);
    const node = Buffer.from(text, variant >= PADDED_URL ? "base64url" : "base64");
    expect([text, Buffer.from(bytes).toString("hex")]).toEqual([text, node.toString("hex")]);
  }
});

describe("hex", () => {
  test("bytes are encoded as by Node, and decoded again, in both cases", () => {
    const random = new Random();
    for (let size = 0; size < 300; size++) {
      const bytes = random.bytes(size);
      const text = wasm.string("hexEncode", bytes);
      expect(text).toBe(Buffer.from(bytes).toString("hex"));
      expect(wasm.bytes("hexBytes", text)).toEqual(bytes);
      expect(wasm.bytes("hexBytes", text.toUpperCase())).toEqual(bytes);
    }
  });

  test("of all characters only the digits are accepted", () => {
    for (let code = 0; code < 0x300; code++) {
      const c = String.fromCharCode(code);
      expect([c, wasm.string("hexError", `0${c}`)]).toEqual([
        c,
        /^[0-9a-fA-F]$/.test(c) ? "" : "hex: expected a digit at character 1",
      ]);
    }
  });

  test("an odd number of digits is an error without bytes", () => {
    expect(wasm.string("hexError", "abc")).toBe("hex: expected one more digit at character 3");
    expect(wasm.bytes("hexBytes", "abc").length).toBe(0);
  });
});
