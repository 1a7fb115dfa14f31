import { expect, test } from "vitest";
import { LogLevel, type TracedCall } from "../../sdk/host/index.js";
import { Bench, benchServices } from "./bench.js";
import { wat } from "./wat.js";

const log = '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))';

/** The statuses of host calls that a plugin makes in `proxy_on_request_headers`. */
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
      `(call $buffer ${ints(0, 0, 10, 100, 104)})`, // an absent body is empty
      `(call $buffer ${ints(7, 0, 10, 100, 104)})`, // the configuration, outside of `proxy_on_configure`
      `(call $buffer ${ints(4, 0, 10, 100, 104)})`, // a call response, outside of its callback
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
