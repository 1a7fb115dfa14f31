import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startGateway } from "../../../sdk/gateway/index.js";
import { PluginLoadError, PluginModule, Vm, type HostKind } from "../../../sdk/host/index.js";
import { benchServices } from "../bench.js";
import { wat } from "../wat.js";
import * as abi from "./abi-table.js";
import { Guest } from "./support/guest.js";
import { importOf } from "./support/text.js";
import { Played } from "./play.js";

const MARKERS = ["0_1_0", "0_2_0", "0_2_1", "0_2_100"].map((version) => `proxy_abi_version_${version}`);
const NEWEST = "proxy_abi_version_0_2_1";
const load = (bytes: Uint8Array, host: HostKind = "envoy") => PluginModule.load(bytes, { host });
const start = (bytes: Uint8Array) => new Vm(load(bytes), {}, benchServices());

test("[1] a module without a known ABI version marker does not load", () => {
  expect(() => load(wat("", { marker: "" }))).toThrow("missing or unknown Proxy-Wasm ABI version");
  expect(() => load(wat("", { marker: "proxy_abi_version_0_3_0" }))).toThrow("missing or unknown Proxy-Wasm ABI");
});

test("[2] of several markers, the first export counts", () => {
  const both = (first: string, second: string) => wat(`(func (export "${first}")) (func (export "${second}"))`, NONE);
  const NONE = { marker: "" };
  expect(load(both("proxy_abi_version_0_2_0", NEWEST)).abi).toBe("0.2.0");
  expect(load(both(NEWEST, "proxy_abi_version_0_2_0")).abi).toBe("0.2.1");
  expect(load(both("proxy_abi_version_0_1_0", NEWEST)).abi).toBe("0.1.0");
});

test("[3] Envoy rejects a module with only marker 0_2_100, and Higress uses this marker if it is the first", () => {
  const only = wat("", { marker: "proxy_abi_version_0_2_100" });
  expect(() => load(only)).toThrow("ABI version: proxy_abi_version_0_2_100 is only supported by Higress");
  expect(load(only, "higress").abi).toBe("0.2.100");
  const both = wat('(func (export "proxy_abi_version_0_2_100"))');
  expect([load(both).abi, load(both, "higress").abi]).toEqual(["0.2.1", "0.2.100"]);
});

test("[4] only an exported function counts as a marker", () => {
  const isGlobal = `(global (export "${NEWEST}") i32 (i32.const 0))`;
  expect(() => load(wat(isGlobal, { marker: "" }))).toThrow("missing or unknown Proxy-Wasm ABI version");
  expect(load(wat(`${isGlobal} (func (export "proxy_abi_version_0_2_0"))`, { marker: "" })).abi).toBe("0.2.0");
});

test("[5] the error for an unknown import names the import", () => {
  const importing = (module: string, name: string) => () => load(wat(importOf(module, name, "iiii>")));
  expect(importing("env", "abort")).toThrow("due to a missing import: env.abort");
  expect(importing("other", "proxy_log")).toThrow("due to a missing import: other.proxy_log");
  expect(importing("wasi_snapshot_preview1", "proc_raise")).toThrow("wasi_snapshot_preview1.proc_raise");
});

test("[6] the error for an import of the wrong type has both types", () => {
  expect(() => load(wat(importOf("env", "proxy_log", "ii>i")))).toThrow(
    "import type mismatch: env.proxy_log: host has (i32, i32, i32) -> i32, plugin wants (i32, i32) -> i32",
  );
});

test("[7] a module that imports a global does not load; the host creates an imported memory and table", () => {
  expect(() => load(wat('(import "env" "g" (global i32))'))).toThrow("imports a global, env.g");
  const guest = Guest.bare({ memory: '(import "env" "memory" (memory 1 2))' })
    .raw('(import "env" "table" (table 1 funcref))')
    .on("_initialize", "(i32.store8 (i32.const 8) (i32.const 33))");
  guest.on("proxy_on_request_headers", guest.log(8, 1));
  const played = new Played(guest);
  played.open();
  expect(played.logged).toEqual(["!"]);
});

test("the exported memory may have any name, and a module without one does not load", () => {
  const guest = Guest.bare({ memory: '(memory (export "mine") 1)' });
  guest.on("proxy_on_request_headers", guest.logText("hello"));
  const played = new Played(guest);
  played.open();
  expect(played.logged).toEqual(["hello"]);
  expect(() => load(wat("", { memory: "(memory 1)" }))).toThrow("no memory");
});

describe.each<[HostKind, string[]]>([
  ["envoy", MARKERS.slice(0, 3)],
  ["higress", MARKERS],
])("imports on %s", (host, markers) => {
  const special = host === "higress" ? abi.HIGRESS : {};
  const offered: Record<string, Record<string, string>> = {
    proxy_abi_version_0_1_0: { ...abi.ALWAYS, ...special, ...abi.ONLY_010 },
    proxy_abi_version_0_2_0: { ...abi.ALWAYS, ...special, ...abi.SINCE_020 },
    proxy_abi_version_0_2_1: { ...abi.ALWAYS, ...special, ...abi.SINCE_020, ...abi.SINCE_021 },
    proxy_abi_version_0_2_100: { ...abi.ALWAYS, ...special, ...abi.SINCE_020, ...abi.SINCE_021 },
  };
  const all = { ...abi.ALWAYS, ...abi.HIGRESS, ...abi.ONLY_010, ...abi.SINCE_020, ...abi.SINCE_021 };

  test.each(markers)("[8] [9] a module with %s can import the host calls of its version and no others", (marker) => {
    const table = offered[marker]!;
    const every = Object.entries(table).map(([name, type]) => importOf("env", name, type));
    expect(load(wat(every.join("\n"), { marker }), host).imports).toHaveLength(every.length);
    const others = Object.entries(all).filter(([name]) => !(name in table));
    for (const [name, type] of others) {
      expect(() => load(wat(importOf("env", name, type), { marker }), host)).toThrow(`missing import: env.${name}`);
    }
    expect(others.map(([name]) => name)).toContain(
      marker === "proxy_abi_version_0_1_0" ? "proxy_close_stream" : "proxy_continue_request",
    );
  });

  test("[6] an import whose type differs in one parameter or in the result does not load, for every host call", () => {
    for (const [name, type] of Object.entries(offered[NEWEST]!)) {
      for (const other of [`i${type}`, type.endsWith(">") ? `${type}i` : type.slice(0, -1)]) {
        const importing = wat(importOf("env", name, other));
        expect(() => load(importing, host), `${name}: ${other}`).toThrow(`type mismatch: env.${name}`);
      }
    }
  });

  test.each(["wasi_snapshot_preview1", "wasi_unstable"])("a module can import all WASI functions from %s", (module) => {
    const types = { ...abi.WASI, ...(host === "higress" ? abi.HIGRESS_WASI : {}) };
    const every = Object.entries(types).map(([name, type]) => importOf(module, name, type));
    expect(every).toHaveLength(45);
    expect(load(wat(every.join("\n")), host).imports).toHaveLength(45);
  });
});

test("[8] proxy_get_log_level is missing in ABI 0.2.0", () => {
  const level = importOf("env", "proxy_get_log_level", "i>i");
  const importing = (marker: string) => wat(level, { marker });
  expect(() => load(importing("proxy_abi_version_0_2_0"))).toThrow("missing import: env.proxy_get_log_level");
  expect(load(importing(NEWEST)).imports).toHaveLength(1);
});

test("[10] a module with a callback of the wrong type does not load, for every callback", () => {
  const old = '(func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 0))';
  expect(() => load(wat(old))).toThrow(
    "bad function signature for proxy_on_request_headers in plugin: want (i32, i32, i32) -> i32, got (i32, i32) -> i32",
  );
  for (const [name, type] of Object.entries({ ...abi.CALLBACKS, ...abi.STARTERS })) {
    const reactor = name === "main" || name === "__main_void" ? '(func (export "_initialize"))' : "";
    const bytes = (type: string) => {
      const guest = Guest.bare({ allocator: name.endsWith("alloc") || name.endsWith("allocate") ? "" : "malloc" });
      return guest.raw(reactor).on(name, [], 0, type).bytes;
    };
    expect(() => load(bytes(`i${type}`)), name).toThrow(`bad function signature for ${name} in plugin`);
    expect(load(bytes(type)).exports).toContain(name);
  }
});

test("[11] in ABI 0.1.0, the headers callbacks have two parameters", () => {
  const guest = Guest.bare({ marker: "proxy_abi_version_0_1_0" });
  for (const part of ["request", "response"]) guest.on(`proxy_on_${part}_headers`, guest.logText(part), 0, "ii>i");
  const played = new Played(guest);
  played.request();
  expect(played.logged).toEqual(["request", "response"]);
  const three = Guest.bare({ marker: "proxy_abi_version_0_1_0" }).on("proxy_on_request_headers");
  expect(() => load(three.bytes)).toThrow("want (i32, i32) -> i32, got (i32, i32, i32) -> i32");
});

test("[12] a module without malloc and proxy_on_memory_allocate does not load", () => {
  expect(() => load(wat("", { allocator: "" }))).toThrow("missing a malloc function");
  for (const allocator of ["malloc", "proxy_on_memory_allocate"]) {
    expect(load(wat("", { allocator })).allocator).toBe(allocator);
  }
});

test("[13] of two allocators, the host calls malloc", () => {
  const guest = Guest.bare({ allocator: "" });
  guest.on("proxy_on_memory_allocate", guest.logText("other"), 2048).on("malloc", guest.logText("malloc"), 1024);
  guest.on("proxy_on_request_headers", guest.read("proxy_get_header_map_value", 0, ...guest.text(":path")));
  const played = new Played(guest);
  played.open();
  expect(played.logged).toEqual(["malloc", "/foo"]);
  expect(played.memory.u32(64)).toBe(1024);
});

test("[21] bytes that are not a Wasm module do not load, in a gateway neither", async () => {
  const whole = wat("");
  for (const bytes of [Buffer.from("bad code"), Buffer.alloc(0), whole.subarray(0, -3)]) {
    expect(() => load(bytes)).toThrow(PluginLoadError);
  }
  expect(start(whole).failure).toBeUndefined();
  const wasm = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "bad.wasm");
  writeFileSync(wasm, "bad code");
  const routes = [{ prefix: "/", directResponse: { status: 200 } }];
  await expect(startGateway({ listeners: [{ name: "l", plugins: [{ name: "bad", wasm }], routes }] })).rejects.toThrow(
    "is not a WebAssembly module that this host can run",
  );
});
