import { expect, test } from "vitest";
import { isStub, parseFrame, shortName } from "./frame.js";

test("parses a frame of Envoy, and one of sdk/host", () => {
  expect(parseFrame("  0:  0x3ca - assembly/index/onRequest")).toEqual({
    ...{ offset: 0x3ca, name: "assembly/index/onRequest", place: undefined },
  });
  expect(parseFrame(" 10:  0x3ea0 - ~lib/map/Map<~lib/string/String,i32>#get (~lib/map.ts:14:5)")).toEqual({
    ...{ offset: 0x3ea0, name: "~lib/map/Map<~lib/string/String,i32>#get" },
    place: { source: "~lib/map.ts", line: 14, column: 5 },
  });
});

test("parses a frame behind the prefix of a log collector", () => {
  expect(parseFrame("[pod/gateway-1/istio-proxy]   3:  0x10 - a/b")).toMatchObject({ offset: 16, name: "a/b" });
});

test.each([
  "[2026-11-21 16:14:33.022][14944][info][wasm] [context.cc:1151] wasm log: at 10: 20",
  "Proxy-Wasm plugin in-VM backtrace:",
  "",
])("returns undefined for %j", (line) => {
  expect(parseFrame(line)).toBeUndefined();
});

test.each([
  ["assembly/index/onRequestHeaders", "onRequestHeaders"],
  ["~lib/array/Array<assembly/index/Item>#__get", "Array<Item>#__get"],
  ["~lib/map/Map<~lib/string/String,~lib/array/Array<i32>>#get", "Map<String,Array<i32>>#get"],
  ["assembly/index/Auth#check@override", "Auth#check"],
  ["start:assembly/index~anonymous|0", "index~anonymous|0"],
  ["function 12", "function 12"],
])("shortens %s to %s", (name, short) => {
  expect(shortName(name)).toBe(short);
});

test("treats a function that chooses an override as a stub, unless it has a place", () => {
  const frame = { offset: 1, name: "a/B#c@override", place: undefined };
  expect(isStub(frame)).toBe(true);
  expect(isStub({ ...frame, place: { source: "a.ts", line: 1, column: 1 } })).toBe(false);
  expect(isStub({ ...frame, name: "a/B#c" })).toBe(false);
});
