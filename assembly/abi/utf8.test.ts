import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";
import { surrogateEscape } from "../../tests/support/surrogate-escape.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { decodeUtf8, encodeUtf8, hasLoneSurrogate, utf8Length } from "./assembly/abi/utf8";
    export function decode(b: ArrayBuffer): string { return decodeUtf8(changetype<usize>(b), b.byteLength); }
    export function decodePart(b: ArrayBuffer, from: i32, len: i32): string { return decodeUtf8(changetype<usize>(b) + from, len); }
    export function encode(s: string): ArrayBuffer { return encodeUtf8(s); }
    export function size(s: string): i32 { return utf8Length(s); }
    export function lone(s: string): bool { return hasLoneSurrogate(s); }
  `);
});

const units = (text: string): string => Buffer.from(text, "utf16le").swap16().toString("hex");

/** Calls `expect` only for a wrong case, because there are tens of thousands of cases. */
function check(bytes: Uint8Array): void {
  const text = wasm.string("decode", bytes);
  const back = wasm.bytes("encode", text);
  if (text === surrogateEscape(bytes) && Buffer.compare(back, bytes) === 0) return;
  const hex = Buffer.from(bytes).toString("hex");
  expect({ hex, units: units(text), back: Buffer.from(back).toString("hex") }).toEqual({
    hex,
    units: units(surrogateEscape(bytes)),
    back: hex,
  });
}

describe("decodeUtf8", () => {
  // hex, and the result of python3: bytes.decode("utf-8", "surrogateescape").encode("utf-16-be", "surrogatepass")
  const PYTHON: [string, string][] = [
    ["", ""],
    ["41", "0041"],
    ["c3a9", "00e9"],
    ["e282ac", "20ac"],
    ["f09f9880", "d83dde00"],
    ["80", "dc80"],
    ["ff", "dcff"],
    ["fffe41", "dcffdcfe0041"],
    ["418042", "0041dc800042"],
    ["c080", "dcc0dc80"],
    ["c1bf", "dcc1dcbf"],
    ["c2", "dcc2"],
    ["c241", "dcc20041"],
    ["e0", "dce0"],
    ["e080", "dce0dc80"],
    ["e08080", "dce0dc80dc80"],
    ["e09fbf", "dce0dc9fdcbf"],
    ["e0a080", "0800"],
    ["e2", "dce2"],
    ["e282", "dce2dc82"],
    ["e28241", "dce2dc820041"],
    ["e282e282ac", "dce2dc8220ac"],
    ["eda080", "dceddca0dc80"],
    ["ed9fbf", "d7ff"],
    ["edbfbf", "dceddcbfdcbf"],
    ["edb280", "dceddcb2dc80"],
    ["f0", "dcf0"],
    ["f09f", "dcf0dc9f"],
    ["f09f98", "dcf0dc9fdc98"],
    ["f09f9841", "dcf0dc9fdc980041"],
    ["f0808080", "dcf0dc80dc80dc80"],
    ["f08fbfbf", "dcf0dc8fdcbfdcbf"],
    ["f0908080", "d800dc00"],
    ["f4", "dcf4"],
    ["f48fbfbf", "dbffdfff"],
    ["f4908080", "dcf4dc90dc80dc80"],
    ["f5808080", "dcf5dc80dc80dc80"],
    ["f8888080", "dcf8dc88dc80dc80"],
    ["efbbbf41", "feff0041"],
    ["efbfbe", "fffe"],
    ["efbfbd", "fffd"],
    ["e9", "dce9"],
    ["636166e9", "006300610066dce9"],
    ["c3c3a9", "dcc300e9"],
    ["a9c3", "dca9dcc3"],
    ["f0c3a9", "dcf000e9"],
    ["e2f09f9880", "dce2d83dde00"],
    ["f09f98f09f9880", "dcf0dc9fdc98d83dde00"],
    ["41424344454647480041ff", "0041004200430044004500460047004800000041dcff"],
    [
      "6162636465666768e282ac6162636465666768e9",
      "0061006200630064006500660067006820ac00610062006300640065006600670068dce9",
    ],
  ];

  it.each(PYTHON)("decodes %s as Python does", (hex, expected) => {
    const bytes = Buffer.from(hex, "hex");
    expect(units(wasm.string("decode", bytes))).toBe(expected);
    expect(Buffer.from(wasm.bytes("encode", wasm.string("decode", bytes))).toString("hex")).toBe(hex);
  });

  it("decodes all strings of one and two bytes without loss", () => {
    for (let a = 0; a < 256; a++) {
      check(Uint8Array.of(a));
      for (let b = 0; b < 256; b++) check(Uint8Array.of(a, b));
      wasm.collect();
    }
  });

  it("decodes strings of three and four bytes around every limit without loss", () => {
    const leads = [
      0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
    ];
    const next = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0];
    for (const a of leads) {
      for (const b of next) {
        for (const c of next) {
          check(Uint8Array.of(a, b, c));
          for (const d of next) check(Uint8Array.of(a, b, c, d));
        }
      }
      wasm.collect();
    }
  });

  it("decodes random bytes without loss", () => {
    const random = new Random();
    const samples = ["a", "abcdefgh", "é", "€", "😀", "\u{10ffff}", "\ufeff"].map((text) => Buffer.from(text));
    console.log(`seed ${String(random.seed)}`);
    for (let i = 0; i < 5_000; i++) {
      const parts = Array.from({ length: random.below(8) }, () =>
        random.below(3) ? random.pick(samples) : random.bytes(1 + random.below(3)),
      );
      check(Buffer.concat(parts));
      if (i % 500 === 0) wasm.collect();
    }
  });

  it("reads nothing outside the given range", () => {
    const bytes = Buffer.from("aa€éaaaaaaaaaa€");
    for (let from = 0; from <= bytes.length; from++) {
      for (let length = 0; from + length <= bytes.length; length++) {
        expect(wasm.string("decodePart", bytes, from, length)).toBe(
          surrogateEscape(bytes.subarray(from, from + length)),
        );
      }
    }
    expect(wasm.string("decodePart", bytes, 0, -1)).toBe("");
  });

  it("decodes and encodes a megabyte", () => {
    const text = "0123456789abcdef€😀".repeat(50_000);
    expect(wasm.string("decode", Buffer.from(text))).toBe(text);
    expect(Buffer.compare(wasm.bytes("encode", text), Buffer.from(text))).toBe(0);
    wasm.collect();
  });

  it.skipIf(!hasPython())("agrees with the python3 of this machine", () => {
    const random = new Random();
    const lines = Array.from({ length: 2_000 }, () => Buffer.from(random.bytes(1 + random.below(6))).toString("hex"));
    const script =
      "import sys\nfor l in sys.stdin: print(bytes.fromhex(l).decode('utf-8','surrogateescape').encode('utf-16-be','surrogatepass').hex())";
    const results = execFileSync("python3", ["-c", script], { input: lines.join("\n"), encoding: "utf8" }).split("\n");
    for (const [i, line] of lines.entries()) {
      expect([line, units(wasm.string("decode", Buffer.from(line, "hex")))]).toEqual([line, results[i]]);
    }
  });
});

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("encodeUtf8", () => {
  it.each([
    ["\ud800", "efbfbd"],
    ["\udbff", "efbfbd"],
    ["\udc00", "efbfbd"],
    ["\udc7f", "efbfbd"],
    ["\udc80", "80"],
    ["\udcff", "ff"],
    ["\udd00", "efbfbd"],
    ["\udfff", "efbfbd"],
    ["\ud800a", "efbfbd61"],
    ["\ud800\ud800\udc80", "efbfbdf0908280"],
    ["\udc80\ud800", "80efbfbd"],
    ["\udcc3\udca9", "c3a9"],
    ["abcd\udcffefgh\ud800", "61626364ff65666768efbfbd"],
    ["\u07ff\u0800\uffff", "dfbfe0a080efbfbf"],
  ])("encodes a lone surrogate as its byte or as U+FFFD: %j", (text, hex) => {
    expect(Buffer.from(wasm.bytes("encode", text)).toString("hex")).toBe(hex);
    expect(wasm.number("size", text)).toBe(hex.length / 2);
  });

  it("encodes random text as Node does, and utf8Length returns its length", () => {
    const random = new Random();
    const samples = [
      "a",
      "abcdefgh",
      "\u07ff",
      "\u0800",
      "\ud7ff",
      "\ue000",
      "\uffff",
      "😀",
      "\ud800",
      "\udbff",
      "\udc00",
      "\udfff",
    ];
    for (let i = 0; i < 5_000; i++) {
      const text = Array.from({ length: random.below(10) }, () => random.pick(samples)).join("");
      const expected = Buffer.from(text);
      expect(Buffer.compare(wasm.bytes("encode", text), expected)).toBe(0);
      expect(wasm.number("size", text)).toBe(expected.length);
      if (i % 500 === 0) wasm.collect();
    }
  });
});

describe("hasLoneSurrogate", () => {
  it.each(["", "a", "é", "😀", "a😀b", "\ud7ff\ue000"])("is false for %j", (text) => {
    expect(wasm.number("lone", text)).toBe(0);
  });
  it.each(["\ud800", "\udc80", "a\ud800", "😀\udc00", "\ud800😀", "\udc00\ud800", "\ud83d\ud83d\ude00"])(
    "is true for %j",
    (text) => {
      expect(wasm.number("lone", text)).toBe(1);
    },
  );
});
