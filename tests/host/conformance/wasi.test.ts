import { describe, expect, test } from "vitest";
import { LogLevel } from "../../../sdk/host/index.js";
import { benchServices } from "../bench.js";
import { Guest, NUMBER, OUTSIDE, type BareOptions } from "./support/guest.js";
import { Played, statusesOf } from "./play.js";

const store = (at: number, value: number) => `(i32.store (i32.const ${at}) (i32.const ${value}))`;
const WASI = ["wasi_snapshot_preview1", "wasi_unstable"] as const;

/** Runs a plugin that makes host calls in its request headers callback. */
function playing(options: BareOptions, calls: (guest: Guest) => string[]): Played {
  const guest = Guest.bare(options);
  const played = new Played(guest.on("proxy_on_request_headers", calls(guest)));
  played.open();
  return played;
}

describe.each(WASI)("%s", (wasi) => {
  test("[36] fd_write logs file 1 at info and file 2 at error, without one trailing newline; the result counts all bytes", () => {
    const played = playing({ wasi }, (guest) => {
      const [hello, size] = guest.text("hello\n\n");
      const [world, worldSize] = guest.text("world");
      const vectors = [store(512, hello), store(516, size), store(520, world), store(524, worldSize)];
      return [
        ...vectors,
        ...[guest.do("fd_write", 1, 520, 1, NUMBER), guest.do("fd_write", 2, 512, 1, NUMBER + 4)],
        ...[guest.do("fd_write", 1, 512, 2, NUMBER + 8), guest.do("fd_pwrite", 2, 520, 1, 9, NUMBER + 12)],
        guest.do("fd_write", 1, 512, 0, NUMBER + 16),
      ];
    });
    expect(played.lines.map(({ level, message }) => [level, message])).toEqual([
      ...[[LogLevel.Info, "world"] as const, [LogLevel.Error, "hello\n"] as const],
      ...[[LogLevel.Info, "hello\n\nworld"] as const, [LogLevel.Error, "world"] as const],
    ]);
    expect([0, 4, 8, 12, 16].map((at) => played.memory.u32(NUMBER + at))).toEqual([5, 7, 12, 5, 0]);
    expect(played.statuses()).toEqual([0, 0, 0, 0, 0]);
  });

  test("[37] fd_write fails for other files (8), and for vectors, bytes or a result outside of memory (21)", () => {
    const played = playing({ wasi }, (guest) => [
      ...[guest.do("fd_write", 3, 512, 1, NUMBER), guest.do("fd_write", 0, 512, 1, NUMBER)],
      guest.do("fd_pwrite", 3, 512, 1, 0, NUMBER),
      guest.do("fd_write", 1, OUTSIDE - 4, 1, NUMBER),
      ...[store(512, OUTSIDE - 1), store(516, 2), guest.do("fd_write", 1, 512, 1, NUMBER)],
      ...[store(512, -1), store(516, 0), guest.do("fd_write", 1, 512, 1, NUMBER)],
      ...[store(512, 0), store(516, 1), guest.do("fd_write", 1, 512, 1, OUTSIDE - 2)],
    ]);
    expect(played.statuses()).toEqual([8, 8, 8, 21, 21, 0, 21]);
  });

  test("[38] random_get gives up to 65536 bytes, and fails for more (28) and for an address outside of memory (21)", () => {
    const memory = '(memory (export "memory") 3)';
    const played = playing({ wasi, memory }, (guest) =>
      [0, 32, 65536, 65537, 66560]
        .map((size) => guest.do("random_get", 1024, size))
        .concat(guest.do("random_get", 3 * OUTSIDE - 2, 4), guest.do("random_get", 3 * OUTSIDE + 2, 0)),
    );
    expect(played.statuses()).toEqual([0, 0, 0, 28, 28, 21, 0]);
    const filled = played.memory.bytes(1023, 65538)!;
    expect([filled[0], filled[1], filled[65536], filled[65537]]).toEqual([0, 7, 7, 0]);
  });

  test("[39] clock 0 is the time of day and clock 1 is monotonic, both in nanoseconds; other clocks fail (58)", () => {
    const services = benchServices({ clock: { wall: () => 5_000_000_000n, monotonic: () => 7n } });
    const guest = Guest.bare({ wasi });
    const times = [0, 1, 2, 3].map((clock) => guest.do("clock_time_get", clock, 1, NUMBER + 8 * clock));
    const steps = [0, 1, 2].map((clock) => guest.do("clock_res_get", clock, NUMBER + 32 + 8 * clock));
    const outside = [guest.do("clock_time_get", 0, 1, OUTSIDE - 4), guest.do("clock_res_get", 0, OUTSIDE - 4)];
    const played = new Played(guest.on("proxy_on_request_headers", [...times, ...steps, ...outside]), { services });
    played.open();
    expect(played.statuses()).toEqual([0, 0, 58, 58, 0, 0, 58, 21, 21]);
    const numbers = [0, 8, 16, 32, 40].map((at) => played.memory.bytes(NUMBER + at, 8)!.readBigUInt64LE());
    expect(numbers).toEqual([5_000_000_000n, 7n, 0n, 1n, 1n]);
  });

  test("[40] proc_exit logs the call and returns, and does not end the plugin", () => {
    const played = playing({ wasi }, (guest) => [guest.do("proc_exit", 1), guest.logText("continues")]);
    expect(played.logged).toEqual(["continues"]);
    expect(played.plugin.failure).toBeUndefined();
    expect(played.lines[0]).toMatchObject({ level: LogLevel.Trace, message: "wasi_unstable proc_exit", kind: "host" });
  });

  test("[41] poll_oneoff returns no events, sched_yield succeeds, and the argument list is empty", () => {
    const mark = [0, 4, 8].map((at) => store(NUMBER + at, 77));
    const played = playing({ wasi }, (guest) => [
      ...mark,
      ...[guest.do("poll_oneoff", 0, 0, 1, NUMBER), guest.do("sched_yield")],
      ...[guest.do("args_sizes_get", NUMBER + 4, NUMBER + 8), guest.do("args_get", 0, 0)],
      ...[guest.do("poll_oneoff", 0, 0, 1, OUTSIDE), guest.do("args_sizes_get", OUTSIDE, NUMBER)],
      guest.do("args_sizes_get", NUMBER, OUTSIDE),
    ]);
    expect(played.statuses()).toEqual([0, 0, 0, 0, 21, 21, 21]);
    expect([0, 4, 8].map((at) => played.memory.u32(NUMBER + at))).toEqual([0, 0, 0]);
  });

  // The results of a real Envoy 1.40, for the standard output and for a file that is not open.
  test.each<[name: string, args: number[], open: number, closed: number]>([
    ["fd_read", [200, 200, 200], 52, 52],
    ["fd_pread", [200, 200, 200, 200], 52, 52],
    ["fd_seek", [200, 200, 200], 0, 0],
    ["fd_close", [], 0, 0],
    ["fd_fdstat_get", [200], 0, 8],
    ["fd_fdstat_set_flags", [200], 52, 52],
    ["fd_fdstat_set_rights", [200, 200], 0, 8],
    ["fd_advise", [200, 200, 200], 0, 0],
    ["fd_allocate", [200, 200], 0, 8],
    ["fd_datasync", [], 0, 8],
    ["fd_sync", [], 0, 8],
    ["fd_filestat_get", [200], 8, 8],
    ["fd_filestat_set_size", [200], 0, 8],
    ["fd_filestat_set_times", [200, 200, 200], 0, 8],
    ["fd_readdir", [200, 200, 200, 200], 20, 20],
    ["fd_renumber", [2], 58, 8],
    ["fd_tell", [200], 0, 8],
    ["fd_prestat_get", [200], 8, 8],
    ["fd_prestat_dir_name", [200, 200], 52, 52],
    ["path_open", [200, 200, 200, 200, 200, 200, 200, 200], 44, 44],
    ["path_create_directory", [200, 200], 58, 58],
    ["path_filestat_get", [200, 200, 200, 200], 58, 58],
    ["path_filestat_set_times", [200, 200, 200, 200, 200, 200], 58, 58],
    ["path_link", [200, 200, 200, 200, 200], 58, 58],
    ["path_readlink", [200, 200, 200, 200, 200], 58, 58],
    ["path_remove_directory", [200, 200], 58, 58],
    ["path_rename", [200, 200, 200, 200, 200], 58, 58],
    ["path_symlink", [200, 200, 200], 58, 58],
    ["path_unlink_file", [200, 200], 58, 58],
    ["sock_accept", [200, 200], 58, 58],
    ["sock_recv", [200, 200, 200, 200, 200], 58, 58],
    ["sock_send", [200, 200, 200, 200], 58, 58],
    ["sock_shutdown", [200], 58, 58],
  ])("%s returns the same as on Envoy", (name, args, open, closed) => {
    const guest = Guest.bare({ wasi });
    expect(statusesOf(guest, [guest.do(name, 1, ...args), guest.do(name, 3, ...args)])).toEqual([open, closed]);
  });
});

test("calls that write a result fail with 21 for an address outside of memory, except fd_fdstat_get", () => {
  const bad = OUTSIDE - 1;
  const played = playing({}, (guest) => [
    ...Array.from({ length: 13 }, (_, index) => store(1024 + 4 * index, -1)),
    ...[guest.do("fd_fdstat_get", 1, 1024), guest.do("fd_tell", 2, 1048), guest.do("fd_readdir", 1, 0, 0, 0, 1056)],
    ...[guest.do("path_readlink", 1, 0, 0, 0, 0, 1060), guest.do("sock_send", 1, 0, 0, 0, 1064)],
    guest.do("sock_recv", 1, 0, 0, 0, 1068, 1072),
    ...[guest.do("fd_fdstat_get", 1, bad), guest.do("fd_tell", 1, bad), guest.do("fd_readdir", 1, 0, 0, 0, bad)],
    ...[guest.do("path_readlink", 1, 0, 0, 0, 0, bad), guest.do("sock_send", 1, 0, 0, 0, bad)],
    ...[guest.do("sock_recv", 1, 0, 0, 0, bad, 0), guest.do("sock_recv", 1, 0, 0, 0, 0, bad)],
    guest.do("sock_accept", 1, 0, bad),
  ]);
  expect(played.statuses()).toEqual([0, 0, 20, 58, 58, 58, 0, 21, 21, 21, 21, 21, 21, 21]);
  const bytes = played.memory.bytes(1024, 52)!;
  expect([0, 8, 16, 24].map((at) => bytes.readBigUInt64LE(at))).toEqual([0n, 64n, 0n, 0n]);
  expect([32, 36, 40, 44].map((at) => bytes.readUInt32LE(at))).toEqual([0, 0, 0, 0]);
  // The last number has two bytes. The two bytes after it keep their value.
  expect(bytes.subarray(48).toString("hex")).toBe("0000ffff");
});
