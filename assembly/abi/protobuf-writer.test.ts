import { beforeAll, expect, it } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { MessageWriter } from "./assembly/abi/protobuf-writer";
    export function empty(): i32 { return new MessageWriter().number(1, 0).finish().byteLength; }
    export function shown(number: u32, length: i32): string {
      const message = new MessageWriter().text(1, "é").number(2, number).bytes(15, new ArrayBuffer(length)).finish();
      const bytes = Uint8Array.wrap(message);
      let text = "";
      for (let i = 0; i < bytes.length; i++) text += (i ? " " : "") + bytes[i].toString();
      return text;
    }
  `);
});

it("writes no field for the default 0", () => {
  expect(wasm.number("empty")).toBe(0);
});

// Field 1 is "é", field 2 a number, field 15 bytes. Source of the varints: protobuf.dev, "Base 128 Varints".
it.each([
  [1, 0, "10 2 195 169 16 1 122 0"],
  [127, 1, "10 2 195 169 16 127 122 1 0"],
  [128, 0, "10 2 195 169 16 128 1 122 0"],
  [150, 0, "10 2 195 169 16 150 1 122 0"],
  [0xffffffff, 0, "10 2 195 169 16 255 255 255 255 15 122 0"],
])("writes the number %i and %i bytes", (number, length, bytes) => {
  expect(wasm.string("shown", number, length)).toBe(bytes);
});

it("writes the length of long bytes in two bytes", () => {
  expect(wasm.string("shown", 0, 200)).toBe(["10 2 195 169 122 200 1", ...Array<string>(200).fill("0")].join(" "));
});
