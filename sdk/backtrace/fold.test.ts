import { expect, test } from "vitest";
import { foldLibrary, withFolded } from "./fold.js";
import type { Frame } from "./frame.js";

const frame = (name: string, source?: string): Frame => ({
  ...{ offset: 1, name, place: source === undefined ? undefined : { source, line: 1, column: 1 } },
});
const find = frame("~lib/map/Map<~lib/string/String,i32>#find", "~lib/map.ts");
const get = frame("~lib/map/Map<~lib/string/String,i32>#get", "~lib/map.ts");
const own = frame("assembly/index/limitOf", "assembly/index.ts");
const sdk = frame(
  "~lib/as-proxy-wasm-sdk/assembly/abi/exports/proxy_on_tick",
  "~lib/as-proxy-wasm-sdk/assembly/abi.ts",
);

test("a backtrace begins in the plugin's own source, and keeps the names of the library functions inside", () => {
  expect(foldLibrary([find, get, own, sdk])).toEqual({
    ...{ frames: [own, sdk], inside: ["Map<String,i32>#get", "Map<String,i32>#find"] },
  });
  expect(foldLibrary([own, sdk])).toEqual({ frames: [own, sdk], inside: [] });
});

test("without a source map, function names show which frames belong to a library", () => {
  const bare = (one: Frame) => ({ ...one, place: undefined });
  expect(foldLibrary([bare(get), bare(own)]).frames).toEqual([bare(own)]);
});

test.each([[[]], [[get, sdk]]])("a backtrace without a frame in the plugin's own source stays whole", (frames) => {
  expect(foldLibrary(frames)).toEqual({ frames, inside: [] });
});

test("folded functions follow the first line", () => {
  expect(withFolded(["at a", "at b"], ["Map#get", "Map#find"])).toEqual(["at a, in Map#get, in Map#find", "at b"]);
  expect(withFolded(["at a"], [])).toEqual(["at a"]);
  expect(withFolded([], [])).toEqual([]);
});
