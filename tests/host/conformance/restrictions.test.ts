import { expect, test } from "vitest";
import type { HostKind } from "../../../sdk/host/index.js";
import * as abi from "./abi-table.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { Played, started } from "./play.js";

const FORBIDDEN_AT_START = ["fd_read", "fd_seek", "fd_close", "path_open", "proc_exit", "sched_yield"];
const WASI = Object.keys(abi.WASI);
const AT_START = [
  ...["proxy_log", "emscripten_notify_memory_growth"],
  ...WASI.filter((name) => !FORBIDDEN_AT_START.includes(name)),
];
const IN_MALLOC = ["proxy_log", "fd_write", "clock_time_get", "poll_oneoff"];
const EVERY = { ...abi.ALWAYS, ...abi.SINCE_020, ...abi.SINCE_021, ...abi.WASI };
const zeros = (name: string) => [...EVERY[name as keyof typeof EVERY]!.split(">")[0]!].map(() => 0);

/** The host calls that a plugin may make from a function, each tried in a module of its own. */
function allowed(isAllowed: (name: string) => boolean): string[] {
  return Object.keys(EVERY).filter(isAllowed);
}

test("[17] while a module starts it may log and use most of WASI; what else it calls traps and fails the load", () => {
  const may = (name: string, wasi: "wasi_unstable" | "wasi_snapshot_preview1") => {
    const guest = Guest.bare({ wasi });
    guest.on("_initialize", guest.do(name, ...zeros(name)));
    try {
      started(guest);
      return true;
    } catch (error) {
      expect(String(error)).toContain(`Function: _initialize failed: restricted_callback: ${name}`);
      return false;
    }
  };
  for (const wasi of ["wasi_unstable", "wasi_snapshot_preview1"] as const) {
    expect(allowed((name) => may(name, wasi)).sort()).toEqual([...AT_START].sort());
  }
});

test("[17] proxy_get_property in _initialize fails the load, and so does any host call in a start section", () => {
  const guest = Guest.bare();
  guest.on("_initialize", [guest.say("before"), guest.read("proxy_get_property", ...guest.text("plugin_name"))]);
  expect(() => started(guest)).toThrow("restricted_callback: proxy_get_property");
  const section = Guest.bare();
  section.raw(`(func $begin ${section.say("now")}) (start $begin)`);
  expect(() => started(section)).toThrow("restricted_callback: proxy_log");
});

/** A plugin whose allocator makes a host call, and that reads a property, and then says that it goes on. */
function allocating(name: string, host: HostKind = "envoy"): Played {
  const guest = Guest.bare({ allocator: "" });
  const bytes = name === "fd_write" ? [1, 0, 0, NUMBER] : undefined;
  guest.on("malloc", guest.do(name, ...(bytes ?? zeros(name))), 1024);
  const read = guest.do("proxy_get_property", ...guest.text("plugin_name"), ADDRESS, SIZE);
  guest.on("proxy_on_request_headers", [read, guest.say("goes on")]);
  return new Played(guest, { host });
}

test("[18] an allocator may log, write and read the clock; what else it calls traps and ends the VM", () => {
  const may = (name: string) => {
    const played = allocating(name);
    const { response } = played.open();
    const [status] = played.statuses("proxy_get_property");
    if (status === 0) {
      expect([played.plugin.failure, response]).toEqual([undefined, undefined]);
      return true;
    }
    // The call that wanted memory fails, the plugin runs on, and its stream fails when it returns.
    expect([status, played.said.at(-1)]).toEqual([6, "goes on"]);
    expect(played.plugin.failure).toContain(`Function: malloc failed: restricted_callback: ${name}`);
    expect(response!.headers.get(":status")).toBe("503");
    return false;
  };
  expect(allowed(may).sort()).toEqual([...IN_MALLOC].sort());
});

test("[18] a line that an allocator writes is the VM's, not the plugin's", () => {
  const guest = Guest.bare({ allocator: "" });
  guest.on("malloc", guest.say("allocating"), 1024);
  guest.on("proxy_on_request_headers", guest.read("proxy_get_property", ...guest.text("plugin_name")));
  const played = new Played(guest);
  played.open();
  expect(played.lines.map(({ message, plugin }) => [message, plugin])).toEqual([
    ["allocating", undefined],
    ["plugin", "plugin"],
  ]);
});

test("Higress lets an allocator call what it likes", () => {
  const played = allocating("proxy_get_current_time_nanoseconds", "higress");
  played.open();
  expect([played.plugin.failure, played.statuses("proxy_get_property")]).toEqual([undefined, [0]]);
});

test.each([
  ["[19] a null address", 0],
  ["[20] an address outside of memory", 65536],
  ["[20] an address too near to its end", 65531],
])("%s from malloc makes a host call fail with 6, and its slots stay as they are", (_, address) => {
  const guest = Guest.bare({ allocator: "" }).on("malloc", [], address);
  const read = guest.do("proxy_get_property", ...guest.text("plugin_name"), ADDRESS, SIZE);
  const pairs = guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE);
  guest.on("proxy_on_request_headers", [MARK, read, pairs]);
  const played = new Played(guest);
  played.open();
  expect(played.statuses()).toEqual([6, 6]);
  expect([played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([77, 77]);
});
