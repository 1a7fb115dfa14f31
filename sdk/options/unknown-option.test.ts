import { expect, test } from "vitest";
import { unknownWord, unknownOption } from "./unknown-option.js";

test.each([
  ["confg", ["wasm", "config"], "config"],
  ["--confg", ["--wasm", "--config"], "--config"],
  ["-config", ["--wasm", "--config"], "--config"],
  ["cofnig", ["wasm", "config"], "config"],
  ["loglevel", ["log", "logLevel"], "logLevel"],
  ["upstream", ["upstreams", "stream"], "upstreams"],
])("suggests the closest option for %s", (name, known, closest) => {
  expect(unknownOption(name, known)).toBe(`unknown option "${name}"; did you mean "${closest}"?`);
});

test("lists the known options when none is close", () => {
  expect(unknownOption("body", ["status"])).toBe('unknown option "body"; expected status');
  expect(unknownOption("body", ["status", "message", "trailers"])).toBe(
    'unknown option "body"; expected status, message or trailers',
  );
});

test("ends with the given text when no known option is close", () => {
  expect(unknownOption("--what", ["--wasm"], "see --help")).toBe('unknown option "--what"; see --help');
});

test("names another kind", () => {
  expect(unknownWord("template", "auht", ["auth", "body"])).toBe('unknown template "auht"; did you mean "auth"?');
});
