import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { startPlugin, type StartOptions, type TestPlugin } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { PluginProject } from "../support/plugin-project.js";

let wasm: string;
beforeAll(async () => {
  wasm = await buildPlugin("tests/plugins/life");
}, 60_000);

const start = (config: object, options: StartOptions = {}) => startPlugin({ wasm, config, ...options });
/** The plugin's log lines since the start, without the names in front. */
const lines = ({ logs }: TestPlugin) => logs.map(({ text }) => text.replace(/^(\[.*?\] )+/, ""));
const count = (plugin: TestPlugin, part: string) => lines(plugin).filter((line) => line.includes(part)).length;
const run = (plugin: TestPlugin, verb: string, lease = "") =>
  plugin.fetch("/", { headers: { "x-do": verb, "x-lease": lease } });

test("PrePluginStartOrReload runs before the parser, with the same context", async () => {
  const plugin = await start({ name: "a" });
  expect(lines(plugin)).toEqual([
    "before plugin",
    "WithMaxRequestsPerIoCycle has no effect on this gateway: NotFound",
    "parsing, with a value from start",
    "plugin start successfully",
  ]);
  plugin.reload({ name: "b" });
  expect(() => plugin.reload({ name: "c" })).toThrow("PrePluginStartOrReload: the third start fails");
});

test("the fingerprint has the name in the gateway and the plugin id", async () => {
  expect(lines(await start({ _plugin_id_: "7" }, { name: "default.my-plugin" }))[0]).toBe("before default.my-plugin");
  const lease = await start(
    { _plugin_id_: "7", name: "a", periods: [1000], elects: true },
    { name: "default.my-plugin" },
  );
  lease.tick();
  expect(lease).toHaveLogged("a leads true");
  expect(lease.timeline).toContain('get_shared_data("higress_wasm_vm_lease:default.my-plugin/7")');
});

describe("ticks", () => {
  test("run at their own periods, each with the configuration that registered it", async () => {
    const rule = { _match_route_: ["x"], name: "rule", periods: [500] };
    const plugin = await start({ name: "global", periods: [300, 1000], _rules_: [rule] });
    plugin.clock.advance(99);
    expect(count(plugin, " tick ")).toBe(0);
    plugin.clock.advance(1);
    expect(lines(plugin).slice(-3)).toEqual([
      "global tick 1 with a value from start",
      "global tick 2 with a value from start",
      "rule tick 1 with a value from start",
    ]);
    plugin.clock.advance(1000);
    // At 100, 400, 700, 1000, and at 100, 1100; at 100, 600, 1100.
    expect([count(plugin, "global tick"), count(plugin, "rule tick")]).toEqual([6, 3]);
    plugin.clock.advance(10_000);
    expect([count(plugin, "global tick"), count(plugin, "rule tick")]).toEqual([49, 23]);
  });

  test("of one long period wake the plugin once in each period", async () => {
    const plugin = await start({}, { vm: { configuration: "tick" } });
    plugin.tick();
    expect([count(plugin, "tick of start"), plugin.clock.now]).toEqual([1, Date.UTC(2026, 0, 1) + 100]);
    plugin.tick(3);
    expect([count(plugin, "tick of start"), plugin.clock.now]).toEqual([4, Date.UTC(2026, 0, 1) + 180_100]);
  });

  test("of short and of prime periods share a timer", async () => {
    const short = await start({ name: "a", periods: [30, 50] });
    short.clock.advance(630);
    // At 30, 60, …, 630; at 30, 80, 130, …: every 50 ms, in steps of 30 ms.
    expect(count(short, "a tick")).toBe(21 + 13);
    const prime = await start({ name: "a", periods: [997, 1009] });
    prime.clock.advance(100 + 9_970);
    // Each at 100, and nine times at the step that is nearest to the period.
    expect(count(prime, "a tick")).toBe(10 + 10);
  });

  test("keep their times while the SDK uses the timer for a body", async () => {
    const source = readFileSync(join(packageRoot(), "tests/plugins/cross-resume/assembly/index.ts"), "utf8")
      .replace("import {", "import { ParseConfig, Json, PluginContext, registerTick,")
      .replace('"cross-resume", [', '"cross-resume", [ParseConfig<Kept>(parseConfig),');
    const parser = `function parseConfig(json: Json, config: Kept): Error | null {
      return registerTick<string>(60_000, "long", (ctx: PluginContext, env: string, log: Log) => log.info(env + " tick"));
    }`;
    const project = new PluginProject({ "assembly/index.ts": source + parser });
    const environment = { ALLOW_ON_HEADERS_STOP_ITERATION: "true" };
    const options = { vm: { environment }, allowOnHeadersStopIteration: true };
    const plugin = await startPlugin({ wasm: await buildPlugin(project.folder), ...options });
    project.remove();
    const began = plugin.clock.now;
    plugin.clock.advance(100);
    expect(count(plugin, "long tick")).toBe(1);
    plugin.clock.advance(59_000);
    const first = plugin.request("/", { method: "POST", headers: { "x-role": "first" }, body: "x" });
    plugin.request("/second");
    expect(first).toBeHeld();
    plugin.tick();
    expect([plugin.clock.now - began, first.upstream?.body]).toEqual([59_150, "x"]);
    plugin.tick();
    expect([plugin.clock.now - began, count(plugin, "long tick")]).toEqual([60_100, 2]);
    plugin.tick();
    expect([plugin.clock.now - began, count(plugin, "long tick")]).toEqual([120_100, 3]);
  });

  test("end with their configuration", async () => {
    const plugin = await start({ name: "old", periods: [100] });
    plugin.reload({ name: "new", periods: [200] });
    plugin.clock.advance(1000);
    expect([count(plugin, "old tick"), count(plugin, "new tick")]).toEqual([0, 5]);
    expect(() => plugin.reload({ name: "wrong", periods: [100], fails: true })).toThrow("the configuration fails");
    plugin.clock.advance(1000);
    expect([count(plugin, "wrong tick"), count(plugin, "new tick")]).toEqual([0, 10]);
  });

  test("of a parser that fails never run", async () => {
    const rule = { _match_route_: ["x"], name: "rule", periods: [100] };
    const plugin = await start({ name: "global", periods: [100], fails: true, _rules_: [rule] });
    plugin.clock.advance(1000);
    expect([count(plugin, "global tick"), count(plugin, "rule tick")]).toEqual([0, 10]);
  });

  test("are registered in the parser only, with a period", async () => {
    const plugin = await start({});
    const response = await run(plugin, "tick");
    expect(response).toHaveBody("tick not registered: call registerTick in the parser of the configuration");
    expect(plugin).toHaveLogged("tick not registered: call registerTick in the parser", "error");
    await expect(start({ periods: [0] })).rejects.toThrow("tick not registered: expected a period of at least 1 ms");
  });
});

describe("the election of a leader", () => {
  const lease = (root: number, timestamp: number, vmID = "another") => JSON.stringify({ vmID, root, timestamp });
  const elect = async () => {
    const plugin = await start({ name: "a", periods: [10_000], elects: true });
    const last = () => lines(plugin).at(-1);
    return { plugin, last };
  };

  test("makes the only VM the leader, and renews its lease", async () => {
    const { plugin, last } = await elect();
    plugin.tick(20);
    expect(last()).toBe("a leads true");
    expect(count(plugin, "a leads true")).toBe(20);
  });

  test("follows another VM until its lease is 60 seconds old", async () => {
    const { plugin, last } = await elect();
    const now = plugin.clock.now;
    await run(plugin, "lease", lease(1, now));
    plugin.tick();
    expect(last()).toBe("a follows false");
    plugin.tick(5);
    expect([last(), plugin.clock.now - now]).toEqual(["a follows false", 50_100]);
    plugin.tick();
    expect([last(), plugin.clock.now - now]).toEqual(["a leads true", 60_100]);
  });

  test("takes a lease that is none, or that is from long after now", async () => {
    const { plugin, last } = await elect();
    const texts = ["", "[", "{}", "7", "from long after now", '{"timestamp":-9223372036854775808}'];
    for (const text of texts) {
      await run(plugin, "lease", lease(1, plugin.clock.now));
      plugin.tick();
      expect(last()).toBe("a follows false");
      await run(plugin, "lease", text.startsWith("from") ? lease(1, plugin.clock.now + 120_000) : text);
      plugin.tick();
      expect(last()).toBe("a leads true");
    }
  });

  test("gives the lease to the newest configuration in the VM", async () => {
    const { plugin, last } = await elect();
    plugin.tick();
    const request = plugin.request("/", { headers: { "x-do": "stay" } });
    plugin.reload({ name: "b", periods: [10_000], elects: true });
    plugin.tick();
    expect(last()).toBe("b leads true");
    request.answer();
    plugin.tick(3);
    expect(last()).toBe("b leads true");
  });
});

describe("on Higress", () => {
  const higress = { host: "higress" } as const;
  /** Runs a request later than the time that the host waits between two VMs. */
  const later = (plugin: TestPlugin, verb: string) => {
    plugin.clock.advance(1000);
    return run(plugin, verb);
  };

  test("WithMaxRequestsPerIoCycle sets the limit of the process", async () => {
    const plugin = await start({}, higress);
    expect(count(plugin, "WithMaxRequestsPerIoCycle")).toBe(0);
    expect(plugin.timeline).toContain(
      'call_foreign_function("set_global_max_requests_per_io_cycle", 0x0500000000000000) → ""',
    );
  });

  test("WithRebuildAfterRequests replaces the VM after each third request of a configuration", async () => {
    const plugin = await start({}, higress);
    for (const expected of ["1", "1", "1", "1"]) expect(await later(plugin, "")).toHaveBody(expected);
    expect(count(plugin, "before plugin")).toBe(2);
    plugin.reload({});
    expect(count(plugin, "before plugin")).toBe(3);
    // The VM had one request before the update, which does not count.
    for (const expected of ["2", "2", "2", "1"]) expect(await later(plugin, "")).toHaveBody(expected);
  });

  test("WithRebuildMaxMemBytes replaces a VM that has grown", async () => {
    const plugin = await start({}, higress);
    await run(plugin, "grow");
    expect(plugin.memorySize).toBeGreaterThan(4 * 1024 * 1024);
    await later(plugin, "");
    await later(plugin, "");
    expect(plugin.memorySize).toBeLessThan(4 * 1024 * 1024);
    expect(count(plugin, "before plugin")).toBe(2);
  });
});

test("other gateways keep the VM", async () => {
  const plugin = await start({});
  for (let i = 0; i < 7; i++) expect(await run(plugin, "grow")).toHaveBody("1");
  expect(plugin.timeline).not.toContain("wasm_need_rebuild");
});
