import { expect, test } from "vitest";
import type { HostKind } from "../../../sdk/host/index.js";
import * as abi from "./abi-table.js";
import { ADDRESS, Guest, MARK, NUMBER, SIZE } from "./support/guest.js";
import { Played, linesAtStart } from "./play.js";

const FORBIDDEN_AT_START = ["fd_read", "fd_seek", "fd_close", "path_open", "proc_exit", "sched_yield"];
const WASI = Object.keys(abi.WASI);
const AT_START = [
  ...["proxy_log", "emscripten_notify_memory_growth"],
  ...WASI.filter((name) => !FORBIDDEN_AT_START.includes(name)),
];
const IN_MALLOC = ["proxy_log", "fd_write", "clock_time_get", "poll_oneoff"];
const EVERY = { ...abi.ALWAYS, ...abi.SINCE_020, ...abi.SINCE_021, ...abi.WASI };
const zeros = (name: string) => [...EVERY[name as keyof typeof EVERY]!.split(">")[0]!].map(() => 0);

/** The names of the host calls for which `isAllowed` returns true. */
function allowed(isAllowed: (name: string) => boolean): string[] {
  return Object.keys(EVERY).filter(isAllowed);
}

test("[17] _initialize may log and use most of WASI; any other host call traps and the module does not load", () => {
  const may = (name: string, wasi: "wasi_unstable" | "wasi_snapshot_preview1") => {
    const guest = Guest.bare({ wasi });
    guest.on("_initialize", guest.do(name, ...zeros(name)));
    try {
      linesAtStart(guest);
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

test("[17] a module with proxy_get_property in _initialize or with a host call in a start section does not load", () => {
  const guest = Guest.bare();
  guest.on("_initialize", [guest.logText("before"), guest.read("proxy_get_property", ...guest.text("plugin_name"))]);
  expect(() => linesAtStart(guest)).toThrow("restricted_callback: proxy_get_property");
  const section = Guest.bare();
  section.raw(`(func $begin ${section.logText("now")}) (start $begin)`);
  expect(() => linesAtStart(section)).toThrow("restricted_callback: proxy_log");
});

/** A plugin whose allocator makes a host call. Its request callback reads a property, which allocates, and logs "continues". */
function allocating(name: string, host: HostKind = "envoy"): Played {
  const guest = Guest.bare({ allocator: "" });
  const bytes = name === "fd_write" ? [1, 0, 0, NUMBER] : undefined;
  guest.on("malloc", guest.do(name, ...(bytes ?? zeros(name))), 1024);
  const read = guest.do("proxy_get_property", ...guest.text("plugin_name"), ADDRESS, SIZE);
  guest.on("proxy_on_request_headers", [read, guest.logText("continues")]);
  return new Played(guest, { host });
}

test("[18] an allocator may log, write and read the clock; any other host call traps and ends the VM", () => {
  const may = (name: string) => {
    const played = allocating(name);
    const { response } = played.open();
    const [status] = played.statuses("proxy_get_property");
    if (status === 0) {
      expect([played.plugin.failure, response]).toEqual([undefined, undefined]);
      return true;
    }
    // The host call that needs memory fails, the callback continues, and its stream fails when the callback returns.
    expect([status, played.logged.at(-1)]).toEqual([6, "continues"]);
    expect(played.plugin.failure).toContain(`Function: malloc failed: restricted_callback: ${name}`);
    expect(response!.headers.get(":status")).toBe("503");
    return false;
  };
  expect(allowed(may).sort()).toEqual([...IN_MALLOC].sort());
});

test("[18] a line that an allocator logs belongs to the VM, not to a plugin", () => {
  const guest = Guest.bare({ allocator: "" });
  guest.on("malloc", guest.logText("allocating"), 1024);
  guest.on("proxy_on_request_headers", guest.read("proxy_get_property", ...guest.text("plugin_name")));
  const played = new Played(guest);
  played.open();
  expect(played.lines.map(({ message, plugin }) => [message, plugin])).toEqual([
    ["allocating", undefined],
    ["plugin", "plugin"],
  ]);
});

test("on Higress, an allocator may make any host call", () => {
  const played = allocating("proxy_get_current_time_nanoseconds", "higress");
  played.open();
  expect([played.plugin.failure, played.statuses("proxy_get_property")]).toEqual([undefined, [0]]);
});

test.each([
  ["[19] a null address", 0],
  ["[20] an address outside of memory", 65536],
  ["[20] an address too close to the end of memory", 65531],
])("%s from malloc makes a host call fail with 6, and the output slots keep their values", (_, address) => {
  const guest = Guest.bare({ allocator: "" }).on("malloc", [], address);
  const read = guest.do("proxy_get_property", ...guest.text("plugin_name"), ADDRESS, SIZE);
  const pairs = guest.do("proxy_get_header_map_pairs", 0, ADDRESS, SIZE);
  guest.on("proxy_on_request_headers", [MARK, read, pairs]);
  const played = new Played(guest);
  played.open();
  expect(played.statuses()).toEqual([6, 6]);
  expect([played.memory.u32(ADDRESS), played.memory.u32(SIZE)]).toEqual([77, 77]);
});
