import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.js";
import { UsageError } from "./usage-error.js";

const OPTIONS = { config: { type: "string" }, help: { type: "boolean", short: "h" } } as const;

test("reads options and positional arguments", () => {
  const read = (...args: string[]) => {
    const { values, positionals } = parseCommandLine(args, OPTIONS);
    return [{ ...values }, positionals];
  };
  expect(read("a", "--config", "b", "-h", "-")).toEqual([{ config: "b", help: true }, ["a", "-"]]);
  expect(read("--config=-x", "--", "--confg")).toEqual([{ config: "-x" }, ["--confg"]]);
});

test.each([
  [["--confg", "a"], 'unknown option "--confg"; did you mean "--config"?'],
  [["--confg=a"], 'unknown option "--confg"; did you mean "--config"?'],
  [["-c"], 'unknown option "-c"; see --help'],
  [["--config"], "--config needs a value"],
  [["--config", "--help"], "--config needs a value"],
  [["--help=yes"], "--help takes no value"],
])("rejects %j", (args, message) => {
  expect(() => parseCommandLine(args, OPTIONS)).toThrow(new UsageError(message));
});
