import { LogLevel } from "./abi.js";
import { host, type HostTable } from "./imports/table.js";
import type { Vm } from "./vm.js";

/** Error numbers of WASI. */
const SUCCESS = 0;
const EBADF = 8;
const EFAULT = 21;
const EINVAL = 28;
const ENOENT = 44;
const ENOSYS = 52;
const ENOTSUP = 58;

const MAX_RANDOM = 65536;

/** The variables as "K=V", each with a NUL behind it. */
function variables(vm: Vm): Buffer[] {
  return Object.entries(vm.environment).map(([name, value]) => Buffer.from(`${name}=${value}\0`));
}

function fdWrite(vm: Vm, fd: number, vectors: number, count: number, writtenAt: number): number {
  if (fd !== 1 && fd !== 2) return EBADF;
  const pieces: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const address = vm.memory.u32(vectors + 8 * i);
    const size = vm.memory.u32(vectors + 8 * i + 4);
    const piece = address === undefined || size === undefined ? undefined : vm.memory.bytes(address, size);
    if (piece === undefined) return EFAULT;
    pieces.push(piece);
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length > 0) {
    const text = bytes.toString("utf8");
    vm.log(fd === 1 ? LogLevel.Info : LogLevel.Error, text.endsWith("\n") ? text.slice(0, -1) : text);
  }
  return vm.memory.writeU32(writtenAt, bytes.length) ? SUCCESS : EFAULT;
}

function clockTimeGet(vm: Vm, clock: number, at: number): number {
  const { clock: clocks } = vm.services;
  if (clock > 1) return ENOTSUP;
  return vm.memory.writeU64(at, clock === 0 ? clocks.wall() : clocks.monotonic()) ? SUCCESS : EFAULT;
}

function randomGet(vm: Vm, at: number, size: number): number {
  if (size > MAX_RANDOM) return EINVAL;
  if (size === 0) return SUCCESS;
  const bytes = Buffer.alloc(size);
  vm.services.random(bytes);
  return vm.memory.write(at, bytes) ? SUCCESS : EINVAL;
}

const answers = (type: string, number: number) => host(type, () => number);

/** The functions of WASI that Envoy 1.40 has, most of them as constants. The types are Envoy's, which differ from WASI's in some. */
export const wasi: HostTable = {
  fd_write: host("iiii>i", fdWrite),
  fd_read: answers("iiii>i", ENOSYS),
  fd_pread: answers("iiiIi>i", ENOSYS),
  fd_pwrite: answers("iiiIi>i", ENOSYS),
  fd_seek: answers("iIii>i", SUCCESS),
  fd_close: answers("i>i", SUCCESS),
  fd_fdstat_get: host("ii>i", (vm, fd: number, at: number) => {
    if (fd !== 1 && fd !== 2) return EBADF;
    const written = vm.memory.writeU64(at, 0n) && vm.memory.writeU64(at + 8, 64n) && vm.memory.writeU64(at + 16, 0n);
    return written ? SUCCESS : EFAULT;
  }),
  fd_fdstat_set_flags: answers("ii>i", ENOSYS),
  fd_fdstat_set_rights: answers("iII>i", ENOTSUP),
  fd_advise: answers("iIIi>i", ENOTSUP),
  fd_allocate: answers("iII>i", ENOTSUP),
  fd_datasync: answers("i>i", ENOTSUP),
  fd_filestat_get: answers("ii>i", EBADF),
  fd_filestat_set_size: answers("iI>i", ENOTSUP),
  fd_filestat_set_times: answers("iIIi>i", ENOTSUP),
  fd_readdir: answers("iiiIi>i", ENOTSUP),
  fd_renumber: answers("ii>i", ENOTSUP),
  fd_sync: answers("i>i", ENOTSUP),
  fd_tell: answers("ii>i", ENOTSUP),
  fd_prestat_get: answers("ii>i", EBADF),
  fd_prestat_dir_name: answers("iii>i", ENOSYS),
  path_open: answers("iiiiiIIii>i", ENOENT),
  path_create_directory: answers("iii>i", ENOTSUP),
  path_filestat_get: answers("iiiii>i", ENOTSUP),
  path_filestat_set_times: answers("iiiiIIi>i", ENOTSUP),
  path_link: answers("iiiiii>i", ENOTSUP),
  path_readlink: answers("iiiiii>i", ENOTSUP),
  path_remove_directory: answers("iii>i", ENOTSUP),
  path_rename: answers("iiiiii>i", ENOTSUP),
  path_symlink: answers("iiii>i", ENOTSUP),
  path_unlink_file: answers("iii>i", ENOTSUP),
  sock_accept: answers("iii>i", ENOTSUP),
  sock_recv: answers("iiiiii>i", ENOTSUP),
  sock_send: answers("iiiii>i", ENOTSUP),
  sock_shutdown: answers("ii>i", ENOTSUP),
  environ_get: host("ii>i", (vm, listAt: number, textAt: number) => {
    let at = textAt;
    for (const [index, text] of variables(vm).entries()) {
      if (!vm.memory.writeU32(listAt + 4 * index, at) || !vm.memory.write(at, text)) return EFAULT;
      at += text.length;
    }
    return SUCCESS;
  }),
  environ_sizes_get: host("ii>i", (vm, countAt: number, sizeAt: number) => {
    const all = variables(vm);
    const size = all.reduce((sum, text) => sum + text.length, 0);
    return vm.memory.writeU32(countAt, all.length) && vm.memory.writeU32(sizeAt, size) ? SUCCESS : EFAULT;
  }),
  args_get: answers("ii>i", SUCCESS),
  args_sizes_get: host("ii>i", (vm, countAt: number, sizeAt: number) =>
    vm.memory.writeU32(countAt, 0) && vm.memory.writeU32(sizeAt, 0) ? SUCCESS : EFAULT,
  ),
  clock_time_get: host("iIi>i", (vm, clock: number, _precision: bigint, at: number) => clockTimeGet(vm, clock, at)),
  clock_res_get: answers("ii>i", ENOTSUP),
  random_get: host("ii>i", randomGet),
  poll_oneoff: host("iiii>i", (vm, _in: number, _out: number, _count: number, eventsAt: number) =>
    vm.memory.writeU32(eventsAt, 0) ? SUCCESS : EFAULT,
  ),
  sched_yield: answers(">i", SUCCESS),
  proc_exit: host("i>", (vm, code: number) => {
    vm.log(LogLevel.Error, `proc_exit(${code})`);
  }),
};
