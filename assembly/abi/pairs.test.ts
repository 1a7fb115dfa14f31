import { beforeAll, describe, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { encodePairs, Pairs } from "./assembly/abi/pairs";
    // Returns the pairs as "name=value;" texts.
    export function read(bytes: ArrayBuffer): string {
      const pairs = new Pairs(bytes);
      let text = "";
      for (let i = 0; i < pairs.count; i++) text += pairs.name(i) + "=" + pairs.value(i) + ";";
      return text;
    }
    export function count(bytes: ArrayBuffer): i32 { return new Pairs(bytes).count; }
    export function find(bytes: ArrayBuffer, from: i32, name: ArrayBuffer): i32 {
      return new Pairs(bytes).find(changetype<usize>(name), name.byteLength, from);
    }
    export function encode(text: string): ArrayBuffer {
      const pairs = new Array<string[]>();
      if (text.length) {
        const lines = text.split(";");
        for (let i = 0; i < lines.length; i++) pairs.push(lines[i].split("="));
      }
      return encodePairs(pairs);
    }
  `);
});

/** Encodes pairs without the SDK's code. */
function wire(pairs: [name: string | Buffer, value: string | Buffer][]): Buffer {
  const number = (value: number) => Buffer.from(Uint32Array.of(value).buffer);
  const texts = pairs.flat().map((text) => Buffer.from(text as string));
  return Buffer.concat([
    number(pairs.length),
    ...texts.map((text) => number(text.length)),
    ...texts.flatMap((text) => [text, Buffer.from([0])]),
  ]);
}

describe("[69] pairs are written with their exact length and a NUL after each text", () => {
  test.each([
    ["", []],
    ["a=1", [["a", "1"]]],
    [
      "a=1;b=;=c",
      [
        ["a", "1"],
        ["b", ""],
        ["", "c"],
      ],
    ],
    ["x=grüße 😀", [["x", "grüße 😀"]]],
    ["x=\udcff\udc80", [["x", Buffer.from([0xff, 0x80])]]],
  ] as [string, [string, string | Buffer][]][])("%j", (text, pairs) => {
    expect(Buffer.from(wasm.bytes("encode", text)).toString("hex")).toBe(wire(pairs).toString("hex"));
  });
});

describe("Pairs", () => {
  test("reads pairs that a host has encoded", () => {
    const bytes = wire([
      ["a", "1"],
      ["b", ""],
      ["", "c"],
      ["x", "grüße"],
      ["y", Buffer.from([0xff])],
    ]);
    expect(wasm.string("read", bytes)).toBe("a=1;b=;=c;x=grüße;y=\udcff;");
    expect(wasm.number("find", bytes, 0, Buffer.from("a"))).toBe(0);
    expect(wasm.number("find", bytes, 1, Buffer.from("a"))).toBe(-1);
    expect(wasm.number("find", bytes, 0, Buffer.from("aa"))).toBe(-1);
    expect(wasm.number("find", bytes, 0, Buffer.from(""))).toBe(2);
    expect(wasm.number("find", bytes, 0, Buffer.from("y"))).toBe(4);
  });

  const good = wire([
    ["name", "value"],
    ["n", "v"],
  ]);
  const changed = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(good);
    copy.set(bytes, at);
    return copy;
  };

  test.each([
    ["no byte", Buffer.alloc(0)],
    ["three bytes", Buffer.from([1, 0, 0])],
    ["a count alone", Buffer.from([1, 0, 0, 0])],
    ["the greatest count", Buffer.from([255, 255, 255, 255])],
    ["a count that overflows 32 bits when multiplied by 8", changed(0, 0, 0, 0, 0x20)],
    ["pairs without their last byte", good.subarray(0, -1)],
    ["pairs with one extra byte", Buffer.concat([good, Buffer.from([0])])],
    ["a count too small", changed(0, 1)],
    ["a count too large", changed(0, 3)],
    ["a name too long", changed(4, 5)],
    ["a name longer than memory", changed(4, 255, 255, 255, 255)],
    ["a value longer than memory", changed(8, 255, 255, 255, 255)],
    ["a missing NUL after a name", changed(24, 1)],
    ["a missing NUL at the end", changed(good.length - 1, 1)],
  ])("reads no pairs from %s", (_name, bytes) => {
    expect(wasm.number("count", bytes)).toBe(0);
  });

  test("random bytes never trap", () => {
    const random = new Random();
    let read = 0;
    for (let i = 0; i < 20_000; i++) {
      const bytes = Buffer.from(random.below(2) ? good : random.bytes(random.below(40)));
      for (let n = random.below(3); n > 0 && bytes.length > 0; n--)
        bytes[random.below(bytes.length)] = random.below(256);
      read += wasm.string("read", bytes).length > 0 ? 1 : 0;
    }
    expect(read).toBeGreaterThan(1000);
  });
});
