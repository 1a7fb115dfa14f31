import { expect, test } from "vitest";
import { limitMemory } from "./memory-limit.js";

const module = (sections: string) => Buffer.from(`0061736d 01000000 ${sections}`.replaceAll(" ", ""), "hex");

test("limits a memory to 16384 pages, and returns how far the bytes behind it move", () => {
  const { bytes, shift } = limitMemory(module("05 03 01 00 02  00 02 01 61"));
  expect(Buffer.from(bytes).toString("hex")).toBe(module("05 06 01 01 02 808001  00 02 01 61").toString("hex"));
  expect(shift).toBe(3);
});

test.each([
  ["a lower limit", "05 04 01 01 02 03"],
  ["no memory", "00 02 01 61"],
  ["a memory that is cut off", "05 03 01 00"],
  ["a section that is longer than its memory", "05 04 01 00 02 00"],
])("does not change %s", (_, sections) => {
  const bytes = module(sections);
  expect(limitMemory(bytes)).toEqual({ bytes, shift: 0 });
});
