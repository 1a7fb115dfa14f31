import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { buildPlugin } from "../../tests/support/build.js";
import { describeWithEnvoy } from "../../tests/support/envoy.js";
import { request } from "../../tests/support/http.js";
import type { PluginSpec } from "../spec/gateway-spec.js";
import { startEnvoy } from "./run.js";
import { poll } from "./wait.js";

// A temporary folder for this file only: other tests start Envoys at the same time.
process.env["TMPDIR"] = mkdtempSync(join(tmpdir(), "as-proxy-wasm-run-"));

const routes = [{ prefix: "/", directResponse: { status: 200 } }];
const folders = (within = tmpdir()) => readdirSync(within).filter((name) => name.startsWith("as-proxy-wasm-envoy-"));

describeWithEnvoy("startEnvoy", ({ path: envoy }) => {
  let plugin: PluginSpec;
  const gateway = (...plugins: PluginSpec[]) => ({ listeners: [{ name: "gateway", plugins, routes }] });

  beforeAll(async () => {
    plugin = { name: "raw", wasm: await buildPlugin("tests/support/raw-plugin") };
  });

  test("runs several Envoys on free ports, and leaves no process behind", async () => {
    const both = await Promise.all([1, 2].map(() => startEnvoy(gateway(), { envoy })));
    const ports = both.map((one) => one.port("gateway"));
    expect(new Set(ports).size).toBe(2);
    for (const port of ports) expect(await request(port, {})).toMatchObject({ status: 200 });
    expect((await both[0]!.stats("^http.gateway")).get("http.gateway.downstream_rq_2xx")).toBe(1);
    expect(await both[0]!.admin("/server_info")).toContain("LIVE");
    expect(() => both[0]!.port("other")).toThrow('no listener "other"');
    await Promise.all(both.map((one) => one.stop()));
    for (const { pid } of both) expect(isRunning(pid)).toBe(false);
    await both[0]!.stop();
  });

  test("stop removes the folder", async () => {
    const before = folders();
    await using running = await startEnvoy(gateway(), { envoy });
    const [own] = folders().filter((name) => !before.includes(name));
    expect(own).toBeDefined();
    await running.stop();
    expect(existsSync(join(tmpdir(), own!))).toBe(false);
  });

  test("keeps only the end of a log that exceeds its limits, on the disk too", async () => {
    const limits = { mostLog: 500_000, mostLogFile: 500_000 };
    const before = folders();
    await using running = await startEnvoy(gateway({ ...plugin, vmId: "much" }), { envoy, ...limits });
    const [own] = folders().filter((name) => !before.includes(name));
    for (let i = 0; i < 60; i++) {
      await request(running.port("gateway"), { headers: [["x-log", "word ".repeat(10_000)]] });
      expect(running.log.length).toBeLessThan(600_000);
    }
    expect(running.mark()).toBeGreaterThan(2_900_000);
    expect(statSync(join(tmpdir(), own!, "envoy.log")).size).toBeLessThan(600_000);
    const mark = running.mark();
    await request(running.port("gateway"), { headers: [["x-log", "the last"]] });
    await running.waitForLog(/wasm log raw.*: the last/, 1000, mark);
    expect(running.logSince(mark)).not.toContain("word");
  });

  test("the log is complete when the response arrives", async () => {
    await using running = await startEnvoy(gateway({ ...plugin, vmId: "log" }), { envoy });
    const mark = running.mark();
    await request(running.port("gateway"), { headers: [["x-log", "höre\xff"]] });
    expect(running.logSince(mark)).toMatch(/\[warning\]\[wasm\].* wasm log raw.*: h/);
    await running.waitForLog(/wasm log raw/, 1000, mark);
    await expect(running.waitForLog("never", 50)).rejects.toThrow("Envoy's log did not show never within 50 ms");
  });

  test("throws with the lines of the log when a plugin rejects its configuration", async () => {
    const before = folders();
    const started = startEnvoy(gateway({ ...plugin, configuration: "reject" }), { envoy });
    await expect(started).rejects.toThrow(/^Envoy ended \(exit code 1\):[^]*Unable to create Wasm plugin raw/);
    expect(folders().filter((name) => !before.includes(name))).toEqual([]);
  });

  test("names a missing wasm file and a missing binary", async () => {
    await expect(startEnvoy(gateway({ name: "p", wasm: "/none.wasm" }), { envoy })).rejects.toThrow("/none.wasm");
    await expect(startEnvoy(gateway(), { envoy: "/none" })).rejects.toThrow("Envoy ended (spawn /none ENOENT)");
  });

  test("waitForLog throws when Envoy has ended", async () => {
    await using running = await startEnvoy(gateway(), { envoy });
    process.kill(running.pid, "SIGKILL");
    await running.exit;
    await expect(running.waitForLog("never")).rejects.toThrow("Envoy ended (SIGKILL)");
  });

  test("updatePlugin replaces a configuration; when the new one is rejected, the previous one stays", async () => {
    const first = { ...plugin, ecds: true, configuration: "one" };
    await using running = await startEnvoy(gateway(first), { envoy });
    const configured = async () => (await request(running.port("gateway"), { headers: [["x-reply", "200"]] })).text;
    expect(await configured()).toBe("one");
    expect(await running.updatePlugin("gateway", "raw", "two")).toBe(true);
    expect(await configured()).toBe("two");
    expect(await running.updatePlugin("gateway", "raw", "reject")).toBe(false);
    expect((await request(running.port("gateway"), {})).status).toBe(200);
    expect(await running.updatePlugin("gateway", "raw", Buffer.from([0xff]))).toBe(true);
    await expect(running.updatePlugin("gateway", "other", "x")).rejects.toThrow('no plugin "other" with ecds: true');
  });

  describe("does not outlive the process that started it", () => {
    test.each(["throw", "exit", "SIGINT", "SIGTERM", "SIGKILL"])("%s", async (end) => {
      const own = mkdtempSync(join(tmpdir(), "run-test-"));
      try {
        const pid = await dieWith(end, envoy, own);
        await poll(3000, `Envoy outlived ${end}`, () => !isRunning(pid) || undefined);
        await poll(3000, `the folder outlived ${end}`, () => folders(own).length === 0 || undefined);
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    });
  });
});

/** Starts another Node process that starts an Envoy and ends in the given way. Returns the pid of the Envoy. */
async function dieWith(end: string, envoy: string, own: string): Promise<number> {
  const script = join(own, "script.mts");
  const run = fileURLToPath(new URL("run.ts", import.meta.url));
  writeFileSync(
    script,
    `import { startEnvoy } from ${JSON.stringify(run)};
     const spec = { listeners: [{ name: "a", routes: [{ prefix: "/", directResponse: { status: 200 } }] }] };
     const envoy = await startEnvoy(spec, { envoy: ${JSON.stringify(envoy)} });
     console.log(envoy.pid);
     const end = ${JSON.stringify(end)};
     if (end === "throw") throw new Error("thrown");
     if (end === "exit") process.exit(0);
     process.kill(process.pid, end);
     setInterval(() => {}, 1000);`,
  );
  const tsx = createRequire(import.meta.url).resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, script], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, TMPDIR: own },
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await once(child, "close");
  const pid = Number(output);
  expect(pid).toBeGreaterThan(0);
  return pid;
}

/** Whether a process with this id exists. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return true;
}
