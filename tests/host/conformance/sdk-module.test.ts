import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { entities, type Entities } from "../../../sdk/wasm-file/binary.js";
import { LogLevel, Plugin, PluginModule, VmPool } from "../../../sdk/host/index.js";
import { buildPlugin } from "../../support/build.js";
import { NIGHTLY } from "../../support/nightly.js";
import { Bench, benchServices } from "../bench.js";
import { ALWAYS, CALLBACKS, SINCE_020, SINCE_021, WASI } from "./abi-table.js";
import { Played } from "./play.js";

// What the SDK makes of a plugin, on the Node host. `churn` has hooks of many kinds, `probe` does what it is told.
let churn: Entities;
let probe: string;
beforeAll(async () => {
  churn = entities(readFileSync(await buildPlugin("tests/plugins/churn")));
  probe = await buildPlugin("tests/plugins/probe");
}, 120_000);

/** The sections of a module, by their numbers. */
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

/** What steps of the probe plugin had as outcome, of those that were logged. */
const outcomes = (said: readonly string[]) =>
  said.flatMap((line) => {
    const found = /did (\[.*\])$/s.exec(line);
    return found ? [JSON.parse(found[1]!) as unknown[]] : [];
  });

const START = 8;

test("[5] a plugin imports functions that every host has, with their types", () => {
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

test("[14] [16] a plugin has _initialize, no _start and no start section; what stands at its top level runs once", () => {
  const names = churn.exports.map(({ name }) => name);
  expect([names.includes("_initialize"), names.includes("_start"), names.includes("main")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(sections(readFileSync(probe))).not.toContain(START);
  expect(sections(readFileSync(probe))).toEqual(expect.arrayContaining([1, 2, 3, 7, 10]));
  // SetCtx stands at the top level: without it the plugin would pass every request.
  const played = new Played(probe, { configuration: '{"request":[["log","info","ran"]]}' });
  played.request();
  expect(played.said.filter((line) => line.endsWith("] ran"))).toHaveLength(1);
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

test("[23] what a hook holds stays whole while the host takes memory, 300 blocks of it in one hook", () => {
  const step = ["property", ["request", "headers", "x-long"], "string"];
  const configuration = JSON.stringify({ request: Array.from({ length: 300 }, () => step) });
  const played = new Played(probe, { configuration });
  const value = Array.from({ length: 2000 }, (_, index) => `${index};`).join("");
  played.open([["x-long", value]]);
  const found = outcomes(played.said);
  expect(found).toHaveLength(300);
  for (const one of found) expect(one).toEqual([...step, value]);
});

test("[24] blocks that the host has filled are freed: the memory stays as large as after the first requests", async () => {
  const bench = new Bench(await buildPlugin("tests/plugins/calls"), "");
  const piece = Buffer.from("p".repeat(100));
  const ask = () => {
    const { stream, upstream } = bench.open([["x-a", "v".repeat(100)]], false);
    for (let i = 0; i < 1000; i++) stream.requestData(piece, i === 999);
    stream.destroy();
    expect([upstream!.headers.get("x-length"), upstream!.body.length]).toEqual(["100000", 100_000]);
  };
  const size = () => bench.plugin.vms[0]!.memory.size;
  for (let i = 0; i < 10; i++) ask();
  const before = size();
  for (let i = 0; i < (NIGHTLY ? 990 : 90); i++) ask();
  expect(size()).toBe(before);
}, 120_000);

test("[28] a plugin is configured for each root, when the host says so, with what belongs to it", () => {
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
  const said = () => services.lines.splice(0).map(({ plugin, message }) => [plugin, message.split(" ").at(-1)]);
  // Each is tried in a VM of its own first.
  const start = '["vmConfiguration","vm"]';
  expect(said().filter(([, word]) => word === start)).toEqual(
    ["one", "one", "two", "two"].map((name) => [name, start]),
  );
  const bench = new Bench(probe, "", services);
  services.lines.length = 0;
  for (const plugin of [two, one]) Object.assign(bench, { plugin }).open();
  expect(said().filter(([, word]) => word === "one" || word === "two")).toEqual([
    ["two", "two"],
    ["one", "one"],
  ]);
});

test("[44] a line below the host's level is not handed over, one at the level is", () => {
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
    const lines = played.said.filter((line) => line.endsWith("line")).map((line) => line.split(" ").at(-2));
    expect([logLevel, lines]).toEqual([logLevel, expected]);
  }
});

test("[46] an assertion that fails says why and where, as critical, before it traps", () => {
  const services = benchServices();
  const configuration = JSON.stringify({ start: [["abort", "the reason"]] });
  expect(() => new Bench(probe, configuration, services)).toThrow("unreachable");
  const line = services.lines.find(({ level }) => level === LogLevel.Critical)!;
  expect(line.message).toMatch(/^abort: the reason at .*steps\.ts:\d+:\d+$/);
});
