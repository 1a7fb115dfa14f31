import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Command, CommandTable } from "./command.js";
import { COMMANDS } from "./commands.js";
import { GLOBAL_OPTIONS } from "./global-options.js";
import { main } from "./main.js";

let out: string[];
let err: string[];

beforeEach(() => {
  [out, err] = [[], []];
  vi.spyOn(console, "log").mockImplementation((text: string) => void out.push(...String(text).split("\n")));
  vi.spyOn(console, "error").mockImplementation((text: string) => void err.push(...String(text).split("\n")));
  vi.stubEnv("NO_COLOR", "1");
  vi.stubEnv("FORCE_COLOR", undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** All commands with their names, subcommands included. */
async function all(table: CommandTable = COMMANDS, prefix = ""): Promise<[name: string, command: Command][]> {
  const found: [string, Command][] = [];
  for (const [name, load] of Object.entries(table)) {
    const command = await load();
    found.push([`${prefix}${name}`, command], ...(await all(command.subcommands ?? {}, `${prefix}${name} `)));
  }
  return found;
}
const commands = await all();

describe.each(commands)("%s", (name, command) => {
  test("--help, -h and help print the same text, with an example", async () => {
    const words = name.split(" ");
    expect(await main([...words, "--help"])).toBe(0);
    const [text] = [out.splice(0)];
    expect(text[0]).toMatch(new RegExp(`^Usage: as-proxy-wasm ${name}( |$)`));
    expect(text.join("\n")).toMatch(new RegExp(`\n\nExamples?(, .*)?:\n.*as-proxy-wasm`, "s"));
    expect(Math.max(...text.map((line) => line.length))).toBeLessThanOrEqual(130);
    for (const args of [
      [...words, "-h"],
      ["help", ...words],
    ]) {
      expect(await main(args)).toBe(0);
      expect(out.splice(0)).toEqual(text);
    }
    expect(err).toEqual([]);
  });

  test("the help text describes all options of the command, and no others", () => {
    const described = [...command.help.matchAll(/^ {2}(-.*?)(?: {2,}|$)/gm)].flatMap(([, line]) =>
      line!.match(/--[\w-]+/g),
    );
    const options = Object.keys(command.options).map((one) => `--${one}`);
    expect([...new Set(described)].sort()).toEqual(options.sort());
    expect(Object.keys(command.options).filter((one) => Object.hasOwn(GLOBAL_OPTIONS, one))).toEqual([]);
    expect(Object.keys(command.values ?? {}).filter((one) => !Object.hasOwn(command.options, one))).toEqual([]);
  });

  test.skipIf(command.isPassThrough)("rejects an unknown option in two lines", async () => {
    expect(await main([...name.split(" "), "--verbsoe-nothing"])).toBe(2);
    expect(err[0]).toMatch(new RegExp(`^as-proxy-wasm ${name}: unknown option "--verbsoe-nothing"`));
    expect(err[1]).toMatch(/^Usage: as-proxy-wasm /);
    expect([out.length, err.length]).toEqual([0, 2]);
  });
});

test("the list of commands names all of them in a line each", async () => {
  for (const args of [["help"], ["--help"], ["-h"]]) {
    expect(await main(args)).toBe(0);
    const listed = out.splice(0).flatMap((line) => /^ {2}(\w+) {3,}\w/.exec(line)?.[1] ?? []);
    expect(listed).toEqual(Object.keys(COMMANDS));
  }
  expect(await main([])).toBe(2);
  expect([out, err[0]]).toEqual([[], "Usage: as-proxy-wasm COMMAND [options]"]);
});

test("--version and -V print the version of the package", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect([await main(["--version"]), await main(["-V"])]).toEqual([0, 0]);
  expect(out).toEqual([version, version]);
});

test.each([
  [["biuld"], 'unknown command "biuld"; did you mean "build"?'],
  [["nothing-like-this"], 'unknown command "nothing-like-this"; as-proxy-wasm help lists all'],
  [["help", "biuld"], 'unknown command "biuld"; did you mean "build"?'],
  [["help", "build", "more"], 'help: expected the name of a command, got "build more"'],
  [["--verison"], 'unknown option "--verison"; did you mean "--version"?'],
  [["envoy", "instal"], 'unknown command "instal"; did you mean "install"?'],
  [["toString"], 'unknown command "toString"; as-proxy-wasm help lists all'],
])("%j is rejected in one line", async (args, message) => {
  expect(await main(args)).toBe(2);
  expect([out, err]).toEqual([[], [`as-proxy-wasm: ${message}`]]);
});

test.each([
  [["build", "--debgu"], 'unknown option "--debgu"; did you mean "--debug"?'],
  [["build", "--debug=1"], "--debug takes no value"],
  [["build", "--target"], "--target needs a value"],
  [["build", "--debug", "--target", "x"], "expected --debug or --target, got both"],
  [["build", "a", "b"], "expected one folder, got 2: a b"],
  [["doctor", "a", "b"], "expected one folder, got 2: a b"],
  [["completion"], 'expected bash, zsh, fish, got ""'],
  [["completion", "powershell"], 'expected bash, zsh, fish, got "powershell"'],
  [["envoy", "install", "1", "2"], "expected one version, got 1 2"],
  [["gateway", "x.wasm"], 'unexpected argument "x.wasm"; see --help'],
])("%j is a wrong command line", async (args, message) => {
  expect(await main(args)).toBe(2);
  expect(err[0]).toMatch(/^as-proxy-wasm \w+( \w+)?: /);
  expect(err[0]!.replace(/^.*?: /, "")).toBe(message);
  expect(err).toHaveLength(2);
});

test("a failure is one line, and has its stack with --verbose before or after the command", async () => {
  const args = ["envoy", "install", "new"];
  expect(await main(args)).toBe(1);
  expect([out, err]).toEqual([[], ['as-proxy-wasm envoy install: expected a version such as 1.40.0, got "new"']]);
  for (const verbose of [
    ["--verbose", ...args],
    [...args, "--verbose"],
  ]) {
    err.splice(0);
    expect(await main(verbose)).toBe(1);
    expect(err.filter((line) => /^ +at .*install\.ts/.test(line))).not.toEqual([]);
  }
});

test("--color and --no-color decide on colours", async () => {
  expect(await main(["--color", "envoy", "install", "new"])).toBe(1);
  expect(err.splice(0)[0]).toContain("\x1b[31m");
  expect(await main(["envoy", "install", "new", "--no-color"])).toBe(1);
  expect(err[0]).not.toContain("\x1b");
});
