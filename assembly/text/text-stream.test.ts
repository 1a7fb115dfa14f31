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

/** Decodes chunks with one stream. Returns the text of each chunk. */
function decoded(chunks: readonly Uint8Array[]): string[] {
  wasm.number("begin");
  return chunks.map((chunk, index) => wasm.string("next", chunk, index === chunks.length - 1));
}

const units = (text: string): string => Buffer.from(text, "utf16le").swap16().toString("hex");

/** Splits bytes into chunks before each of the given indexes. */
const cut = (bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] =>
  [...cuts, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : cuts[index - 1], end));

/** Yields every way to split bytes into chunks. */
function* everyCut(bytes: Uint8Array): Generator<Uint8Array[]> {
  for (let mask = 0; mask < 1 << Math.max(0, bytes.length - 1); mask++) {
    const cuts = Array.from({ length: bytes.length }, (_, at) => at).filter((at) => at > 0 && mask & (1 << (at - 1)));
    yield cut(bytes, cuts);
  }
}

/** Calls `expect` only for a wrong case, because there are tens of thousands of cases. */
function check(bytes: Uint8Array, chunks: readonly Uint8Array[]): void {
  const texts = decoded(chunks);
  const back = Buffer.concat(texts.map((text) => wasm.bytes("encode", text)));
  if (texts.join("") === surrogateEscape(bytes) && Buffer.compare(back, bytes) === 0) return;
  const hex = chunks.map((chunk) => Buffer.from(chunk).toString("hex"));
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
  it("returns a character with the chunk that completes it", () => {
    const [a, b, c, d] = [...Buffer.from("😀")].map((byte) => Uint8Array.of(byte)) as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]; // prettier-ignore
    expect(decoded([a, b, c, d, Buffer.from("!")])).toEqual(["", "", "", "😀", "!"]);
    expect(decoded([Buffer.from("né").subarray(0, 2), Buffer.from("né").subarray(2)])).toEqual(["n", "é"]);
  });

  it("returns bytes at once that cannot become a character", () => {
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

  it("keeps an incomplete character, and returns its bytes with the last chunk", () => {
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

  it("starts again after the last chunk", () => {
    wasm.number("begin");
    expect(wasm.string("next", Buffer.from("c3", "hex"), true)).toBe("\udcc3");
    expect(wasm.string("next", Buffer.from("a9", "hex"), true)).toBe("\udca9");
  });

  it("decodes valid text, however it is split", () => {
    for (const text of ["é€😀", "aé", "€a€", "😀😀", "\u07ff\u0800\ud7ff", "\ue000\uffff", "\u{10000}\u{10ffff}"]) {
      const bytes = Buffer.from(text);
      for (const chunks of everyCut(bytes)) check(bytes, chunks);
      wasm.collect();
    }
  });

  it("decodes sequences of three and four bytes around every limit, however they are split", () => {
    const leads = [0x41, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff];
    const next = [0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xe2, 0xf0];
    for (const a of leads) {
      for (const b of next) {
        for (const c of next) {
          for (const chunks of everyCut(Uint8Array.of(a, b, c))) check(Uint8Array.of(a, b, c), chunks);
          for (const d of [0x80, 0x41]) {
            const bytes = Uint8Array.of(a, b, c, d);
            for (const chunks of everyCut(bytes)) check(bytes, chunks);
          }
        }
        wasm.collect();
      }
    }
  });

  it("decodes random bytes in random chunks, also empty chunks", () => {
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
