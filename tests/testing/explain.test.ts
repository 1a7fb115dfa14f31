import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot, startEnvoy } from "../../sdk/envoy/index.js";
import { Explainer } from "../../sdk/backtrace/explainer.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request } from "../support/http.js";
import { buildTraps, markedLine, TRAPS } from "./traps-plugin.js";

let debug: string;
let release: string;
beforeAll(async () => {
  debug = await buildTraps("debug");
  release = await buildTraps("release");
}, 120_000);

/** Runs the command from the sources, in the plugin's folder. */
function explain(args: string[], input = ""): { status: number | null; stdout: string; stderr: string } {
  const tsx = join(packageRoot(), "node_modules", "tsx", "dist", "cli.mjs");
  const command = join(packageRoot(), "sdk", "cli", "index.ts");
  return spawnSync(process.execPath, [tsx, command, "explain", ...args], { cwd: TRAPS, input, encoding: "utf8" });
}

describeWithEnvoy("the log of a real Envoy", ({ path }) => {
  /** Envoy's log of a request that makes the plugin trap. */
  async function logOf(wasm: string, how: string): Promise<string> {
    const plugin = { name: "traps", wasm, configuration: {} };
    const routes = [{ prefix: "/", directResponse: { status: 404 } }];
    const envoy = await startEnvoy({ listeners: [{ name: "gateway", plugins: [plugin], routes }] }, { envoy: path });
    try {
      expect(await request(envoy.port("gateway"), { headers: [["x-trap", how]] })).toMatchObject({ status: 503 });
    } finally {
      await envoy.stop();
    }
    return envoy.log;
  }

  test("adds files and lines for a debug build", async () => {
    const log = await logOf(debug, "index");
    const { status, stdout, stderr } = explain(["-", "--wasm", "build/debug.wasm"], log);
    expect([status, stderr]).toEqual([0, ""]);
    const lines = stdout.split("\n");
    const at = lines.indexOf("Proxy-Wasm plugin in-VM backtrace:");
    expect(lines[at - 1]).toMatch(/Function: proxy_on_request_headers failed: Uncaught RuntimeError: unreachable$/);
    expect(lines.slice(at + 1, at + 3).map((line) => line.replace(/:\d+\)(?=$|,)/, ")"))).toEqual([
      `    at indexTooFar (${markedLine("assembly/deep/index-too-far.ts", "index")}), in Array<i32>#__get`,
      `    at onRequestHeaders (${markedLine("assembly/index.ts", "calls index")})`,
    ]);
    expect(stdout).toContain("    > 3 |   return numbers[index]; // index\n");
    // All other lines stay.
    const rest = (text: string) => text.split("\n").filter((line) => line.startsWith("[20"));
    expect(rest(stdout)).toEqual(rest(log));
  }, 60_000);

  test("warns that a release build has no backtrace", async () => {
    const log = await logOf(release, "throw");
    expect(log.includes("in-VM backtrace")).toBe(false);
    const { status, stdout, stderr } = explain([], log);
    expect(status).toBe(0);
    expect(stdout === (log.endsWith("\n") ? log : `${log}\n`)).toBe(true);
    expect(stderr).toBe(
      "as-proxy-wasm explain: a failure has no backtrace: the module has no function names, and the gateway logs no " +
        "backtrace without them. Run a debug build: npx as-proxy-wasm build --debug\n",
    );
  }, 60_000);
});

describe("warnings", () => {
  const log = (name: string, offset: string) =>
    `Function: f failed: Uncaught RuntimeError: unreachable\nProxy-Wasm plugin in-VM backtrace:\n  0:  ${offset} - ${name}\nnext`;
  const explainer = (map: string | undefined, wasm = debug) => new Explainer(readFileSync(wasm), map, "b.wasm");
  const run = (one: Explainer, text: string) => [...text.split("\n").flatMap((line) => one.line(line)), ...one.end()];

  test("a module of another build than the log", () => {
    const one = explainer(readFileSync(`${debug}.map`, "utf8"));
    expect(run(one, log("assembly/index/gone", "0x2000")).slice(2)).toEqual(["    at gone (wasm 0x2000)", "next"]);
    expect(one.warnings).toEqual([
      expect.stringMatching(
        /^the log is of another build than b\.wasm: at 0x2000 the log has assembly\/index\/gone, the module has \S+/,
      ),
    ]);
    const none = explainer(undefined, release);
    expect(run(none, log("assembly/index/gone", "0xffffff"))).toContain("    at gone (wasm 0xffffff)");
    expect(none.warnings).toContainEqual(expect.stringContaining("the module has no code"));
  });

  test("a log in JSON: the line stays, and its frames follow", () => {
    const one = explainer(readFileSync(`${debug}.map`, "utf8"));
    const msg = log("assembly/index/gone", "0x2000").replace("\nnext", "");
    const line = JSON.stringify({ level: "error", msg, scope: "wasm" });
    expect(run(one, `${line}\n{}`)).toEqual([line, "    at gone (wasm 0x2000)", "{}"]);
  });

  test("a missing source map", () => {
    const one = explainer(undefined);
    expect(run(one, "nothing of interest")).toEqual(["nothing of interest"]);
    expect(one.warnings).toEqual([
      "the source map b.wasm.map does not exist: the output has functions, but no files and lines (build with asc --sourceMap)",
    ]);
  });

  test.each([
    [["none.log"], "the log none.log does not exist"],
    [["--wasm", "none.wasm"], "the module none.wasm does not exist; build it with npx as-proxy-wasm build --debug"],
    [["--wasm", "asconfig.json"], "asconfig.json: not a WebAssembly module"],
    [["a", "b"], "expected one log, got 2: a b"],
    [["--wsm", "a"], 'unknown option "--wsm"; did you mean "--wasm"?'],
  ])("%j", (args, message) => {
    const { status, stderr } = explain(args);
    expect(status).toBe(2);
    expect(stderr).toContain(`as-proxy-wasm explain: ${message}`);
    expect(stderr).toContain("Usage: as-proxy-wasm explain [LOGFILE|-] [--wasm build/debug.wasm]");
    expect(stderr).not.toContain("    at ");
  });

  test("a file that is not a source map", () => {
    const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-"));
    writeFileSync(join(folder, "a.wasm"), readFileSync(release));
    writeFileSync(join(folder, "a.wasm.map"), "{}");
    expect(explain(["--wasm", join(folder, "a.wasm")]).stderr).toContain("a.wasm: not a source map");
  });
});
