import { host, type HostTable } from "../table.js";
import type { HostVm } from "../../host-context.js";
import { Errno } from "./errno.js";

/** The largest size for `random_get`. */
const MAX_RANDOM = 65536;

/** The environment variables as "K=V", each with a NUL at its end. */
function variables(vm: HostVm): Buffer[] {
  return Object.entries(vm.environment).map(([name, value]) => Buffer.from(`${name}=${value}\0`));
}

const stored = (written: boolean) => (written ? Errno.Success : Errno.Fault);

/** Reads a clock. Only the wall clock, 0, and the monotonic clock, 1, exist. */
const clockCall = (type: string, read: (vm: HostVm, clock: number) => bigint) =>
  host(type, (vm, clock: number, ...rest: (number | bigint)[]) =>
    clock > 1 ? Errno.NotSupported : stored(vm.memory.writeU64(Number(rest.at(-1)), read(vm, clock))),
  );

function random(vm: HostVm, at: number, size: number): Errno {
  if (size > MAX_RANDOM) return Errno.Invalid;
  if (size === 0) return Errno.Success;
  const bytes = Buffer.alloc(size);
  vm.services.random(bytes);
  return stored(vm.memory.write(at, bytes));
}

/** WASI functions for variables, arguments, clocks, random numbers and the process. */
export const process: HostTable = {
  environ_get: host("ii>i", (vm, listAt: number, textAt: number) => {
    let at = textAt;
    for (const [index, text] of variables(vm).entries()) {
      if (!vm.memory.writeU32(listAt + 4 * index, at) || !vm.memory.write(at, text)) return Errno.Fault;
      at += text.length;
    }
    return Errno.Success;
  }),
  environ_sizes_get: host("ii>i", (vm, countAt: number, sizeAt: number) => {
    const all = variables(vm);
    const size = all.reduce((sum, text) => sum + text.length, 0);
    return stored(vm.memory.writeU32(countAt, all.length) && vm.memory.writeU32(sizeAt, size));
  }),
  args_get: host("ii>i", () => Errno.Success),
  args_sizes_get: host("ii>i", (vm, countAt: number, sizeAt: number) =>
    stored(vm.memory.writeU32(countAt, 0) && vm.memory.writeU32(sizeAt, 0)),
  ),
  clock_time_get: clockCall("iIi>i", ({ services: { clock } }, id) => (id === 0 ? clock.wall() : clock.monotonic())),
  clock_res_get: clockCall("ii>i", () => 1n),
  random_get: host("ii>i", random),
  poll_oneoff: host("iiii>i", (vm, _in: number, _out: number, _count: number, eventsAt: number) =>
    stored(vm.memory.writeU32(eventsAt, 0)),
  ),
  sched_yield: host(">i", () => Errno.Success),
  // The call returns, although a plugin does not expect that. Most plugins trap then.
  proc_exit: host("i>", (vm) => vm.note("wasi_unstable proc_exit")),
};
