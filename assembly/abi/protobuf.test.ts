import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;
beforeAll(async () => {
  wasm = await compileAssembly(`
    import { looksLikeMessage } from "./assembly/abi/protobuf";
    export function test(bytes: ArrayBuffer): bool { return looksLikeMessage(bytes); }
  `);
});

const looksLikeMessage = (bytes: Uint8Array) => wasm.number("test", bytes) === 1;

test.each([
  ["a number", "0805"],
  ["eight bytes", "09000000000000f03f"],
  ["four bytes", "0d00000000"],
  ["a Struct", "0a0e0a07636f6e74656e7412031a0178"],
  ["a Struct whose first field has the length of a brace", `0a7b0a07636f6e74656e7412701a6e${"20".repeat(110)}`],
  ["a Value", "2a100a0e0a07636f6e74656e7412031a0178"],
])("takes bytes that begin with %s for a message", (_name, hex) =>
  expect(looksLikeMessage(Buffer.from(hex, "hex"))).toBe(true),
);

test.each([
  ...[
    "",
    "{",
    '{"a":"\u0001"}',
    "[1,]\0",
    "a: 1",
    "name: x\nrules:\n\t- a\r\n",
    "true\0",
    " {",
    "\n\n{}x",
    "\ufeff{}\0",
  ],
])("does not take the text %j for a message", (text) => expect(looksLikeMessage(Buffer.from(text))).toBe(false));
