import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { entities, type Entities } from "../../../sdk/wasm-file/binary.js";
import { LogLevel, Plugin, PluginModule, VmPool } from "../../../sdk/host/index.js";
import { buildPlugin } from "../../support/build.js";
import { Bench, benchServices } from "../bench.js";
import { ALWAYS, CALLBACKS, SINCE_020, SINCE_021, WASI } from "./abi-table.js";
import { Played } from "./play.js";

// Modules that are built with the SDK, on the Node host. The plugin `churn` has hooks of many kinds, `probe` runs the steps in
// its configuration.
let churn: Entities;
let probe: string;
beforeAll(async () => {
  churn = entities(readFileSync(await buildPlugin("tests/plugins/churn")));
  probe = await buildPlugin("tests/plugins/probe");
}, 120_000);

/** The numbers of a module's sections, in order. */
function sections(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let at = 8; at < bytes.length;) {
    found.push(bytes[at++]!);
    let size = 0;
    for (let shift = 0, byte = 0x80; byte >= 0x80; shift += 7) {
      byte = bytes[at++]!;
      size |= (byte & 0x7f) << shift;
    }
    at += size;
  }
  return found;
}

/** The outcomes of the probe plugin's steps, from its log lines. */
const outcomes = (logged: readonly string[]) =>
  logged.flatMap((line) => {
    const found = /did (\[.*\])$/s.exec(line);
    return found ? [JSON.parse(found[1]!) as unknown[]] : [];
  });

const START = 8;

test("[5] a plugin imports only functions that every host has, with the right types", () => {
  const offered: Record<string, string> = {};
  const tables = { env: { ...ALWAYS, ...SINCE_020, ...SINCE_021 }, wasi_snapshot_preview1: WASI };
  for (const [module, table] of Object.entries(tables)) {
    for (const [name, type] of Object.entries(table)) offered[`${module}.${name}`] = type;
  }
  for (const { imports } of [churn, entities(readFileSync(probe))]) {
    expect(imports.length).toBeGreaterThan(5);
    for (const one of imports) expect([one.kind, one.name, one.type]).toEqual(["function", one.name, typeOf(one)]);
  }
  function typeOf(one: { module: string; name: string }): string | undefined {
    return offered[`${one.module}.${one.name}`];
  }
});

test("[14] [16] a plugin has _initialize, no _start and no start section; its top-level code runs once", () => {
  const names = churn.exports.map(({ name }) => name);
  expect([names.includes("_initialize"), names.includes("_start"), names.includes("main")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(sections(readFileSync(probe))).not.toContain(START);
  expect(sections(readFileSync(probe))).toEqual(expect.arrayContaining([1, 2, 3, 7, 10]));
  // SetCtx is top-level code. A plugin that never calls it lets every request pass.
  const played = new Played(probe, { configuration: '{"request":[["log","info","ran"]]}' });
  played.request();
  expect(played.logged.filter((line) => line.endsWith("] ran"))).toHaveLength(1);
});

test("[22] a plugin exports its memory, both allocators, the newer marker first, and callbacks of the right types", () => {
  const { exports } = churn;
  const types = Object.fromEntries(exports.map(({ name, kind, type }) => [name, type ?? kind]));
  expect(types).toMatchObject({ memory: "memory", malloc: "i>i", proxy_on_memory_allocate: "i>i" });
  const markers = exports.filter(({ name }) => name.startsWith("proxy_abi_version"));
  expect(markers).toEqual([
    { name: "proxy_abi_version_0_2_100", kind: "function", type: ">" },
    { name: "proxy_abi_version_0_2_1", kind: "function", type: ">" },
  ]);
  const callbacks = exports.filter(({ name }) => name.startsWith("proxy_on_") && name in CALLBACKS);
  expect(callbacks.length).toBeGreaterThan(5);
  for (const { name, type } of callbacks) expect([name, type]).toEqual([name, CALLBACKS[name]]);
});

test("[23] values in a hook stay intact while the host allocates 300 blocks in the same hook", () => {
  const step = ["property", ["request", "headers", "x-long"], "string"];
  const configuration = JSON.stringify({ request: Array.from({ length: 300 }, () => step) });
  const played = new Played(probe, { configuration });
  const value = Array.from({ length: 2000 }, (_, index) => `${index};`).join("");
  played.open([["x-long", value]]);
  const found = outcomes(played.logged);
  expect(found).toHaveLength(300);
  for (const one of found) expect(one).toEqual([...step, value]);
});

test("[24] after a million allocations by the host, the memory is as large as after a few thousand", async () => {
  const bench = new Bench(await buildPlugin("tests/plugins/calls"), "");
  const chunk = Buffer.from("p".repeat(100));
  const send = () => {
    const { stream, upstream } = bench.open([["x-a", "v".repeat(100)]], false);
    for (let i = 0; i < 1000; i++) stream.requestData(chunk, i === 999);
    stream.destroy();
    expect([upstream!.headers.get("x-length"), upstream!.body.length]).toEqual(["100000", 100_000]);
  };
  const size = () => bench.plugin.vms[0]!.memory.size;
  for (let i = 0; i < 10; i++) send();
  const before = size();
  for (let i = 0; i < 490; i++) send();
  expect(size()).toBe(before);
}, 120_000);

test("[28] each root context of a VM gets its own plugin configuration, and streams use the one of their root context", () => {
  const services = benchServices();
  const pool = new VmPool(services);
  const bytes = readFileSync(probe);
  const [one, two] = ["one", "two"].map((name) => {
    const vm = { configuration: Buffer.from("vm") };
    const plugin = new Plugin({ name, module: PluginModule.load(bytes), vm }, pool);
    plugin.configure(Buffer.from(JSON.stringify({ start: [["vmConfiguration"]], request: [["log", "info", name]] })));
    return plugin;
  }) as [Plugin, Plugin];
  expect(one.vms).toEqual(two.vms);
  const logged = () => services.lines.splice(0).map(({ plugin, message }) => [plugin, message.split(" ").at(-1)]);
  // The host tries each configuration in a separate VM first.
  const start = '["vmConfiguration","vm"]';
  expect(logged().filter(([, word]) => word === start)).toEqual(
    ["one", "one", "two", "two"].map((name) => [name, start]),
  );
  const bench = new Bench(probe, "", services);
  services.lines.length = 0;
  for (const plugin of [two, one]) Object.assign(bench, { plugin }).open();
  expect(logged().filter(([, word]) => word === "one" || word === "two")).toEqual([
    ["two", "two"],
    ["one", "one"],
  ]);
});

test("[44] a line below the host's level is not passed to the host, a line at the level is", () => {
  const configuration = JSON.stringify({
    request: ["trace", "debug", "info", "warn"].map((level) => ["log", level, `a ${level} line`]),
  });
  for (const [logLevel, expected] of [
    [LogLevel.Trace, ["trace", "debug", "info", "warn"]],
    [LogLevel.Warn, ["warn"]],
    [LogLevel.Off, []],
  ] as const) {
    const played = new Played(probe, { configuration, services: { logLevel } });
    played.open();
    const lines = played.logged.filter((line) => line.endsWith("line")).map((line) => line.split(" ").at(-2));
    expect([logLevel, lines]).toEqual([logLevel, expected]);
  }
});

test("[46] a failed assertion logs message and position at level critical before it traps", () => {
  const services = benchServices();
  const configuration = JSON.stringify({ start: [["abort", "the reason"]] });
  expect(() => new Bench(probe, configuration, services)).toThrow("unreachable");
  const line = services.lines.find(({ level }) => level === LogLevel.Critical)!;
  expect(line.message).toMatch(/^abort: the reason at .*steps\.ts:\d+:\d+$/);
});
