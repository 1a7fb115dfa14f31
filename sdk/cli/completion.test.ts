import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMMANDS } from "./commands.js";
import { script } from "./completion-scripts.js";

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "completion-"));
  mkdirSync(join(folder, "a folder"));
  writeFileSync(join(folder, "plugin.wasm"), "");
  for (const shell of ["bash", "zsh", "fish"] as const)
    writeFileSync(join(folder, shell), await script(shell, COMMANDS));
});
afterAll(() => rmSync(folder, { recursive: true }));

const isInstalled = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;
const lines = (text: string) => text.split("\n").filter(Boolean).sort();
const names = Object.keys(COMMANDS);

/** What the Tab key offers in bash after these words, the last of which is not finished. */
function bash(...words: string[]): string[] {
  const code = `source ./bash
COMP_WORDS=(as-proxy-wasm "$@"); COMP_CWORD=$#
_as_proxy_wasm
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return lines(execFileSync("bash", ["-c", code, "bash", ...words], { cwd: folder, encoding: "utf8" }));
}

/** What the Tab key offers in fish at the end of a command line. */
function fish(line: string): string[] {
  const code = `source ./fish; complete -C ${JSON.stringify(line)}`;
  const offered = execFileSync("fish", ["-c", code], { cwd: folder, encoding: "utf8" });
  return lines(offered).map((one) => one.split("\t")[0]!);
}

describe("bash", () => {
  test("completes commands and subcommands", () => {
    expect(bash("")).toEqual([...names, "help"].sort());
    expect(bash("bu")).toEqual(["build"]);
    expect(bash("help", "bu")).toEqual(["build"]);
    expect(bash("--verbose", "en")).toEqual(["envoy"]);
    expect(bash("envoy", "")).toEqual(["install"]);
    expect(bash("completion", "")).toEqual(["bash", "fish", "zsh"]);
  });

  test("completes options", () => {
    expect(bash("build", "--d")).toEqual(["--debug"]);
    expect(bash("build", "-")).toEqual(
      ["--color", "--debug", "--help", "--no-color", "--target", "--verbose", "--watch", "-h", "-w"].sort(),
    );
    expect(bash("envoy", "install", "--v")).toEqual(["--verbose"]);
    expect(bash("--ver")).toEqual(["--verbose", "--version"]);
  });

  test("completes the values of options: words, files, and nothing for a number", () => {
    expect(bash("gateway", "--engine", "")).toEqual(["envoy", "node"]);
    expect(bash("gateway", "--engine", "=", "n")).toEqual(["node"]);
    expect(bash("gateway", "--engine", "=")).toEqual(["envoy", "node"]);
    expect(bash("gateway", "--wasm", "pl")).toEqual(["plugin.wasm"]);
    expect(bash("gateway", "--port", "")).toEqual([]);
    expect(bash("build", "")).toEqual(["a folder"]);
    expect(bash("build", "--debug", "a")).toEqual(["a folder"]);
  });
});

describe.skipIf(!isInstalled("zsh"))("zsh", () => {
  test("accepts the script", () => {
    expect(execFileSync("zsh", ["-f", "-n", "./zsh"], { cwd: folder, encoding: "utf8" })).toBe("");
  });

  test("offers the same as bash", () => {
    // `compadd` and `_files` work within the completion of zsh only.
    const offered = (prefix: string, ...words: string[]) => {
      const code = `compdef() { :; }; source ./zsh
compadd() { shift; print -l -- "$@"; }; _files() { print -- files "$@"; }; compset() { :; }
words=(as-proxy-wasm "$@"); CURRENT=$#words; PREFIX="$words[-1]"; _as_proxy_wasm`;
      return lines(execFileSync("zsh", ["-f", "-c", code, "zsh", ...words, prefix], { cwd: folder, encoding: "utf8" }));
    };
    expect(offered("")).toEqual([...names, "help"].sort());
    expect(offered("", "gateway", "--engine")).toEqual(["envoy", "node"]);
    expect(offered("--engine=", "gateway")).toEqual(["envoy", "node"]);
    expect(offered("", "gateway", "--wasm")).toEqual(["files"]);
    expect(offered("", "build")).toEqual(["files -/"]);
    expect(offered("-", "envoy", "install")).toContain("--verbose");
  });
});

describe.skipIf(!isInstalled("fish"))("fish", () => {
  test("completes commands, options and values", () => {
    expect(fish("as-proxy-wasm bu")).toEqual(["build"]);
    expect(fish("as-proxy-wasm ")).toEqual([...names, "help"].sort());
    expect(fish("as-proxy-wasm build --de")).toEqual(["--debug"]);
    expect(fish("as-proxy-wasm gateway --engine ")).toEqual(["envoy", "node"]);
    expect(fish("as-proxy-wasm gateway --wasm pl")).toEqual(["plugin.wasm"]);
    expect(fish("as-proxy-wasm build a")).toEqual(["a folder/"]);
    expect(fish("as-proxy-wasm envoy ")).toEqual(["install"]);
    expect(fish("as-proxy-wasm completion ")).toEqual(["bash", "fish", "zsh"]);
  });
});
