import { expect, test } from "vitest";
import { LogLevel, PluginModule, Vm, type TracedCall } from "../../sdk/host/index.js";
import { Bench, benchServices } from "./bench.js";
import { wat } from "./wat.js";

const importing = (what: string) => wat(`(import ${what})`);
const log = '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))';

test.each<[string, Uint8Array, string]>([
  ["no WebAssembly", Buffer.from("no"), "is no WebAssembly that runs here"],
  ["no marker", wat("", { marker: "" }), "has a missing or unknown Proxy-Wasm ABI version"],
  ["Higress's marker", wat("", { marker: "proxy_abi_version_0_2_100" }), "is only known to Higress"],
  [
    "a marker that is no function",
    wat('(global (export "proxy_abi_version_0_2_1") i32 (i32.const 0))', { marker: "" }),
    "ABI version",
  ],
  ["an unknown import", importing('"env" "abort" (func (param i32))'), "due to a missing import: env.abort"],
  [
    "an import of another type",
    importing('"env" "proxy_log" (func (param i32 i32) (result i32))'),
    "type mismatch: env.proxy_log: host has (i32, i32, i32) -> i32",
  ],
  [
    "an import of the older ABI",
    importing('"env" "proxy_continue_request" (func (result i32))'),
    "missing import: env.proxy_continue_request",
  ],
  ["an imported global", importing('"env" "g" (global i32)'), "imports a global, env.g"],
  [
    "a Redis call",
    importing('"env" "proxy_redis_init" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32))'),
    "missing import: env.proxy_redis_init",
  ],
  ["no allocator", wat("", { allocator: "" }), "missing a malloc function"],
  [
    "a callback of another type",
    wat('(func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 0))'),
    "bad function signature for proxy_on_request_headers in plugin: want (i32, i32, i32) -> i32, got (i32, i32) -> i32",
  ],
])("%s does not load", (_, bytes, message) => {
  expect(() => PluginModule.load(bytes)).toThrow(message);
});

test("the first marker that the host knows counts", () => {
  const both = wat('(func (export "proxy_abi_version_0_2_100"))');
  expect(PluginModule.load(both).abi).toBe("0.2.1");
  expect(PluginModule.load(both, { host: "higress" }).abi).toBe("0.2.100");
  const level = '(import "env" "proxy_get_log_level" (func (param i32) (result i32)))';
  expect(() => PluginModule.load(wat(level, { marker: "proxy_abi_version_0_2_0" }))).toThrow("env.proxy_get_log_level");
});

test("proxy_on_memory_allocate will do, and headers come with two arguments in ABI 0.1.0", () => {
  const old = wat('(func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 0))', {
    ...{ marker: "proxy_abi_version_0_1_0", allocator: "proxy_on_memory_allocate" },
  });
  expect(new Bench(old, "").request().response!.body).toBe("upstream");
});

test("only _initialize runs where there is _start too, then main; and it may log, not ask", () => {
  const say = (at: number) => `(drop (call $log (i32.const 2) (i32.const ${at}) (i32.const 1)))`;
  const starts = wat(`${log} (data (i32.const 0) "ism")
    (func (export "_initialize") ${say(0)})
    (func (export "_start") ${say(1)})
    (func (export "main") (param i32 i32) (result i32) ${say(2)} (i32.const 0))`);
  const services = benchServices();
  new Vm(PluginModule.load(starts), {}, services);
  expect(services.lines.map(({ message }) => message)).toEqual(["i", "m"]);
  const asks = wat(`(import "env" "proxy_set_tick_period_milliseconds" (func $ask (param i32) (result i32)))
    (func (export "_initialize") (drop (call $ask (i32.const 1))))`);
  expect(() => new Vm(PluginModule.load(asks), {}, benchServices())).toThrow("restricted_callback");
});

/** Statuses of host calls in a request-headers callback, by what is called. */
function statuses(imports: string, calls: readonly string[]): (number | undefined)[] {
  const traced: TracedCall[] = [];
  const services = benchServices({ trace: (call) => void traced.push(call) });
  const body = calls.map((call) => `(drop ${call})`).join("\n");
  const bytes = wat(`${imports} (data (i32.const 0) "a:b") (data (i32.const 16) "accept")
    (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) ${body} (i32.const 0))`);
  new Bench(bytes, "", services).open([
    ["accept", "x"],
    ["x-empty", ""],
  ]);
  return traced.map(({ result }) => result);
}

const ints = (...numbers: number[]) => numbers.map((number) => `(i32.const ${number})`).join(" ");

test("statuses of header calls", () => {
  const imports = `
    (import "env" "proxy_get_header_map_value" (func $get (param i32 i32 i32 i32 i32) (result i32)))
    (import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
    (import "env" "proxy_get_header_map_size" (func $size (param i32 i32) (result i32)))`;
  const get = (...numbers: number[]) => `(call $get ${ints(...numbers)})`;
  expect(
    statuses(imports, [
      get(0, 16, 6, 100, 104), // accept
      get(0, 0, 1, 100, 104), // a: missing
      get(2, 16, 6, 100, 104), // the response's map is not there
      get(8, 16, 6, 100, 104), // no such map
      get(0, 70000, 6, 100, 104), // a name outside of memory
      get(0, 16, 6, 70000, 104), // no place for the value
      `(call $pairs ${ints(2, 100, 104)})`, // a map that is not there has no pairs
      `(call $size ${ints(6, 100)})`, // a map that cannot be written
    ]),
  ).toEqual([0, 1, 2, 2, 6, 6, 0, 2]);
});

test("statuses of buffers, log, streams, contexts and metrics", () => {
  const imports = `${log}
    (import "env" "proxy_get_buffer_bytes" (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
    (import "env" "proxy_set_buffer_bytes" (func $set (param i32 i32 i32 i32 i32) (result i32)))
    (import "env" "proxy_continue_stream" (func $continue (param i32) (result i32)))
    (import "env" "proxy_set_effective_context" (func $context (param i32) (result i32)))
    (import "env" "proxy_done" (func $done (result i32)))
    (import "env" "proxy_define_metric" (func $define (param i32 i32 i32 i32) (result i32)))
    (import "env" "proxy_increment_metric" (func $increment (param i32 i64) (result i32)))
    (import "env" "proxy_call_foreign_function" (func $foreign (param i32 i32 i32 i32 i32 i32) (result i32)))`;
  expect(
    statuses(imports, [
      `(call $log ${ints(LogLevel.Off, 0, 1)})`,
      `(call $log ${ints(2, 70000, 1)})`,
      `(call $buffer ${ints(0, 0, 10, 100, 104)})`, // a body that is not there is empty
      `(call $buffer ${ints(7, 0, 10, 100, 104)})`, // the configuration, outside of configure
      `(call $buffer ${ints(4, 0, 10, 100, 104)})`, // a call's answer, outside of its callback
      `(call $buffer ${ints(9, 0, 10, 100, 104)})`,
      `(call $set ${ints(0, 0, 0, 0, 1)})`, // no body to write
      `(call $set ${ints(6, 0, 0, 0, 1)})`, // the VM's configuration
      `(call $continue ${ints(3)})`,
      `(call $continue ${ints(4)})`,
      `(call $context ${ints(99)})`,
      `(call $context ${ints(1)})`,
      "(call $done)",
      `(call $define ${ints(3, 0, 1, 100)})`,
      `(call $define ${ints(0, 0, 1, 100)})`,
      "(call $increment (i32.const 4) (i64.const 0))",
      "(call $increment (i32.const 4) (i64.const 1))",
      "(call $increment (i32.const 8) (i64.const 1))",
      `(call $foreign ${ints(0, 1, 0, 0, 100, 104)})`,
    ]),
  ).toEqual([2, 6, 0, 1, 1, 2, 2, 2, 12, 2, 2, 0, 1, 2, 0, 2, 0, 1, 1]);
});
