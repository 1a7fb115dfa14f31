import { expect, test } from "vitest";
import { Plugin, PluginModule, VmPool } from "../../../sdk/host/index.js";
import { benchServices } from "../bench.js";
import { ADDRESS, Guest, MARK, SIZE } from "./support/guest.js";
import { Played, linesAtStart, loggingStart } from "./play.js";

test("[14] of _initialize and _start, only _initialize runs", () => {
  const guest = Guest.bare();
  guest.on("_initialize", guest.logText("initialize")).on("_start", guest.logText("start"));
  expect(linesAtStart(guest)).toEqual(["initialize"]);
  const command = Guest.bare();
  expect(linesAtStart(command.on("_start", command.logText("start")))).toEqual(["start"]);
});

test("[15] after _initialize, main(0, 0) runs or otherwise __main_void; after _start neither runs", () => {
  const guest = (...names: string[]) => {
    const all = Guest.bare();
    const parameters = all.digit("(local.get 0)") + all.digit("(local.get 1)");
    for (const name of names) all.on(name, all.logText(name) + (name === "main" ? parameters : ""));
    return all;
  };
  expect(linesAtStart(guest("main", "_initialize"))).toEqual(["_initialize", "main", "0", "0"]);
  expect(linesAtStart(guest("main", "__main_void", "_initialize"))).toEqual(["_initialize", "main", "0", "0"]);
  expect(linesAtStart(guest("__main_void", "_initialize"))).toEqual(["_initialize", "__main_void"]);
  expect(linesAtStart(guest("__main_void", "_initialize"), {}, "higress")).toEqual(["_initialize"]);
  expect(linesAtStart(guest("main", "__main_void", "_start"))).toEqual(["_start"]);
});

test("[25] a plugin whose proxy_on_vm_start returns 0 does not start, and is not configured", () => {
  const services = benchServices();
  const guest = Guest.bare();
  guest.on("proxy_on_vm_start", guest.logText("start"), 0).on("proxy_on_configure", guest.logText("configure"));
  const plugin = new Plugin({ name: "p", module: PluginModule.load(guest.bytes) }, new VmPool(services));
  expect(() => plugin.configure(Buffer.alloc(0))).toThrow('Failed to configure plugin "p": it does not start');
  expect(services.lines.map(({ message, kind }) => [kind, message])).toEqual([
    ["plugin", "start"],
    ["refusal", 'Failed to configure plugin "p": it does not start'],
  ]);
  expect(plugin.isConfigured).toBe(false);
});

test("[26] a plugin whose proxy_on_configure returns 0 rejects the configuration, and keeps the previous one", () => {
  const services = benchServices();
  const guest = Guest.bare();
  // Rejects configurations longer than one byte.
  guest.on("proxy_on_configure", guest.logText("configure"), "(i32.lt_u (local.get 1) (i32.const 2))");
  const plugin = new Plugin({ name: "p", module: PluginModule.load(guest.bytes) }, new VmPool(services));
  expect(() => plugin.configure(Buffer.from("no"))).toThrow("it rejects its configuration");
  expect([plugin.isConfigured, plugin.failure]).toEqual([false, undefined]);
  plugin.configure(Buffer.from("y"));
  const [vm] = plugin.vms;
  expect(() => plugin.configure(Buffer.from("no"))).toThrow("it rejects its configuration");
  expect(plugin.vms).toEqual([vm]);
});

test.each(["_initialize", "proxy_on_context_create", "proxy_on_vm_start", "proxy_on_configure"])(
  "[27] a trap in %s fails the load",
  (name) => {
    const guest = Guest.bare().on(name, "unreachable");
    expect(() => new Played(guest)).toThrow(`Function: ${name} failed: unreachable`);
  },
);

test("[28] a start calls context_create, then vm_start with the VM configuration's size, then configure with the plugin's", () => {
  const vm = { configuration: Buffer.from("vm") };
  const { logged } = new Played(loggingStart(), { configuration: "plugin", plugin: { vm }, fromStart: true });
  const once = ["proxy_on_context_create", "1", "0", "proxy_on_vm_start", "1", "2", "proxy_on_configure", "1", "6"];
  expect(logged).toEqual([...once, ...once]);
});

test("[29] a plugin without proxy_on_context_create gets the other callbacks", () => {
  const guest = Guest.bare();
  for (const name of ["request_headers", "response_headers", "response_body", "log"]) {
    guest.on(`proxy_on_${name}`, guest.logText(name));
  }
  const played = new Played(guest);
  played.request();
  expect(played.logged).toEqual(["request_headers", "response_headers", "response_body", "log"]);
});

test("[30] the VM configuration is available in every callback, the plugin's configuration not in proxy_on_vm_start", () => {
  const guest = Guest.bare();
  const read = (type: number) => guest.read("proxy_get_buffer_bytes", type, 0, 1000);
  const callbacks = ["proxy_on_context_create", "proxy_on_vm_start", "proxy_on_configure"];
  for (const name of callbacks) guest.on(name, [guest.logText(name), read(6), read(7)]);
  const vm = { configuration: Buffer.from("x") };
  const played = new Played(guest, { configuration: "y", plugin: { vm }, fromStart: true });
  expect(played.statuses().slice(0, 6)).toEqual([...[0, 0], ...[0, 1], ...[0, 0]]);
  expect(played.logged.slice(0, 8)).toEqual([
    ...["proxy_on_context_create", "x", "y"],
    ...["proxy_on_vm_start", "x"],
    ...["proxy_on_configure", "x", "y"],
  ]);
});

test("[31] an absent configuration has size 0 and reads as empty", () => {
  const guest = Guest.bare();
  const on = (name: string, type: number) => {
    const read = guest.do("proxy_get_buffer_bytes", type, 0, 10, ADDRESS, SIZE);
    guest.on(name, [MARK, guest.digit("(local.get 1)"), read, guest.digit(`(i32.load (i32.const ${SIZE}))`)]);
  };
  on("proxy_on_vm_start", 6);
  on("proxy_on_configure", 7);
  const played = new Played(guest, { fromStart: true });
  expect(played.logged).toEqual(Array.from({ length: 8 }, () => "0"));
  expect(played.statuses()).toEqual([0, 0, 0, 0]);
});
