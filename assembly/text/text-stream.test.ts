import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";
import { surrogateEscape } from "../../tests/support/surrogate-escape.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { decodeText, encodeText } from "./assembly/text/text";
    import { TextStream } from "./assembly/text/text-stream";
    let stream = new TextStream();
    export function begin(): void { stream = new TextStream(); }
    export function next(chunk: ArrayBuffer, isLast: bool): string { return stream.decode(chunk, isLast); }
    export function decode(bytes: ArrayBuffer): string { return decodeText(bytes); }
    export function encode(text: string): ArrayBuffer { return encodeText(text); }
  `);
});

/** What the stream makes of bytes that come in pieces. */
function decoded(pieces: readonly Uint8Array[]): string[] {
  wasm.number("begin");
  return pieces.map((piece, index) => wasm.string("next", piece, index === pieces.length - 1));
}

const units = (text: string): string => Buffer.from(text, "utf16le").swap16().toString("hex");

/** The pieces of bytes that are cut before some of them. */
const cut = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] =>
  [...cuts, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : cuts[index - 1], end));

/** Every way to cut some bytes into pieces. */
function* everyCut(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let mask = 0; mask < 1 << Math.max(0, bytes.length - 1); mask++) {
    const cuts = Array.from({ length: bytes.length }, (_, at) => at).filter((at) => at > 0 && mask & (1 << (at - 1)));
    yield cut(bytes, cuts);
  }
}

/** Without a failed expectation per case, of which there are tens of thousands. */
function check(bytes: Uint8Array, pieces: readonly Uint8Array[]): void {
  const texts = decoded(pieces);
  const back = Buffer.concat(texts.map((text) => wasm.bytes("encode", text)));
  if (texts.join("") === surrogateEscape(bytes) && Buffer.compare(back, bytes) === 0) return;
  const hex = pieces.map((piece) => Buffer.from(piece).toString("hex"));
  expect({ hex, units: units(texts.join("")), back: back.toString("hex") }).toEqual({
    ...{ hex, units: units(surrogateEscape(bytes)) },
    back: Buffer.from(bytes).toString("hex"),
  });
}

describe("decodeText and encodeText", () => {
  it.each(["", "a", "grüße", "日本", "😀", "\udcff", "a\udc80é"])("%j", (text) => {
    expect(wasm.string("decode", wasm.bytes("encode", text))).toBe(text);
  });

  it("keep bytes that are not UTF-8", () => {
    const bytes = Buffer.from("61ffe282c3a9", "hex");
    expect(units(wasm.string("decode", bytes))).toBe(`0061dcffdce2dc8200e9`);
    expect(Buffer.from(wasm.bytes("encode", wasm.string("decode", bytes)))).toEqual(bytes);
  });
});

describe("TextStream", () => {
  it("reads a character when its last byte has come", () => {
    const [a, b, c, d] = [...Buffer.from("😀")].map((byte) => Uint8Array.of(byte)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]; // prettier-ignore
    expect(decoded([a, b, c, d, Buffer.from("!")])).toEqual(["", "", "", "😀", "!"]);
    expect(decoded([Buffer.from("né").subarray(0, 2), Buffer.from("né").subarray(2)])).toEqual(["n", "é"]);
  });

  it("holds nothing back that cannot become a character", () => {
    for (const hex of [
      "61",
      "80",
      "c0",
      "c1",
      "f5",
      "ff",
      "e080",
      "eda0",
      "f08f",
      "f490",
      "c380",
      "e28028",
      "f0908061",
    ]) {
      const bytes = Buffer.from(hex, "hex");
      expect(decoded([bytes, Buffer.alloc(0)]), hex).toEqual([surrogateEscape(bytes), ""]);
    }
  });

  it("holds back what can, and gives it with the last piece", () => {
    for (const hex of [
      "c3",
      "df",
      "e0",
      "e0a0",
      "ed",
      "ed9f",
      "ef",
      "efbf",
      "f0",
      "f090",
      "f09080",
      "f4",
      "f48f",
      "f48fbf",
    ]) {
      const bytes = Buffer.from(hex, "hex");
      expect(decoded([bytes, Buffer.alloc(0)]), hex).toEqual(["", surrogateEscape(bytes)]);
      expect(decoded([bytes]), hex).toEqual([surrogateEscape(bytes)]);
      expect(decoded([bytes, Buffer.alloc(0), Buffer.from("a")]), hex).toEqual(["", "", `${surrogateEscape(bytes)}a`]);
    }
  });

  it("begins anew after the last piece", () => {
    wasm.number("begin");
    expect(wasm.string("next", Buffer.from("c3", "hex"), true)).toBe("\udcc3");
    expect(wasm.string("next", Buffer.from("a9", "hex"), true)).toBe("\udca9");
  });

  it("reads valid text in every cut", () => {
    for (const text of ["é€😀", "aé", "€a€", "😀😀", "\u07ff\u0800\ud7ff", "\ue000\uffff", "\u{10000}\u{10ffff}"]) {
      const bytes = Buffer.from(text);
      for (const pieces of everyCut(bytes)) check(bytes, pieces);
      wasm.collect();
    }
  });

  it("reads all sequences of three and four bytes around every limit, in every cut", () => {
    const leads = [0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff];
    const next = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xe2, 0xf0];
    for (const a of leads) {
      for (const b of next) {
        for (const c of next) {
          for (const pieces of everyCut(Uint8Array.of(a, b, c))) check(Uint8Array.of(a, b, c), pieces);
          for (const d of [0x80, 0x41]) {
            const bytes = Uint8Array.of(a, b, c, d);
            for (const pieces of everyCut(bytes)) check(bytes, pieces);
          }
        }
        wasm.collect();
      }
    }
  });

  it("reads random bytes in random pieces, empty ones among them", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const parts = ["a", "abcdefgh", "é", "€", "😀", "\u{10ffff}", "\ufeff"].map((text) => Buffer.from(text));
    for (let i = 0; i < 3_000; i++) {
      const bytes = Buffer.concat(
        Array.from({ length: random.below(8) }, () =>
          random.below(3) ? random.pick(parts) : random.bytes(1 + random.below(3)),
        ),
      );
      const cuts = Array.from({ length: random.below(6) }, () => random.below(bytes.length + 1)).sort((x, y) => x - y);
      check(bytes, cut(bytes, cuts));
      if (i % 500 === 0) wasm.collect();
    }
  });
});
