import { expect, test } from "vitest";
import { wat } from "../../tests/host/wat.js";
import { checkModule } from "./check-module.js";

const HOOK = '(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 0))';
const log = '(import "env" "proxy_log" (func (param i32 i32 i32) (result i32)))';
const redis = '(import "env" "proxy_redis_call" (func (param i32 i32 i32 i32 i32) (result i32)))';

test("a module that all gateways load has its imports", () => {
  expect(checkModule(wat(`${log} ${HOOK}`))).toEqual({ imports: ["env.proxy_log"], needsHigress: [] });
});

test("a module needs Higress for its host calls, or for the version of the ABI", () => {
  const marker = "proxy_abi_version_0_2_100";
  expect(checkModule(wat(`${redis} ${HOOK}`, { marker }))).toMatchObject({ needsHigress: ["proxy_redis_call"] });
  const { needsHigress } = checkModule(wat(HOOK, { marker })) as { needsHigress: string[] };
  expect(needsHigress).toEqual([expect.stringContaining("proxy_abi_version_0_2_100 is only supported by Higress")]);
});

test.each([
  [
    "has only callbacks of the life cycle",
    wat('(func (export "proxy_on_context_create") (param i32 i32))'),
    /^the module has no hook/,
  ],
  ["exports nothing", wat(""), /^the module has no hook/],
  ["has no marker of the ABI", wat(HOOK, { marker: "" }), /ABI version; asconfig.json must have "extends"/],
  [
    "imports what no gateway has",
    wat(`(import "index" "alert" (func)) ${HOOK}`),
    /^the module imports index.alert, which no gateway provides$/,
  ],
  [
    "has a callback of the wrong type",
    wat('(func (export "proxy_on_request_headers"))'),
    /^bad function signature for proxy_on_request_headers/,
  ],
  ["is no module", new Uint8Array([1, 2, 3]), /^the module is not a WebAssembly module/],
])("a module that %s has a problem", (_name, bytes, message) => {
  expect(checkModule(bytes)).toMatch(message);
});
