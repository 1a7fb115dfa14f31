import { LogLevel } from "../../abi.js";
import { host, type HostTable } from "../table.js";
import type { HostVm } from "../../host-context.js";
import { Errno } from "./errno.js";

/** The open files: standard output and standard error. The host logs the text that a plugin writes to them. */
const isOpen = (fd: number) => fd === 1 || fd === 2;

/** Succeeds for an open file, and does nothing. */
const onOpen = (type: string) => host(type, (_vm, fd: number) => (isOpen(fd) ? Errno.Success : Errno.BadFile));
const always = (type: string, errno: Errno) => host(type, () => errno);

/** Succeeds, and writes a line into the log, as Envoy does. */
const logged = (type: string, name: string) =>
  host(type, (vm) => {
    vm.logAsHost(`wasi_unstable ${name}`);
    return Errno.Success;
  });

function write(vm: HostVm, fd: number, vectors: number, count: number, writtenAt: number): Errno {
  if (!isOpen(fd)) return Errno.BadFile;
  const chunks: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const address = vm.memory.u32(vectors + 8 * i);
    const size = vm.memory.u32(vectors + 8 * i + 4);
    if (address === undefined || size === undefined) return Errno.Fault;
    // The address is not checked if the size is 0.
    const chunk = size === 0 ? Buffer.alloc(0) : vm.memory.bytes(address, size);
    if (chunk === undefined) return Errno.Fault;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length > 0) {
    const text = bytes.toString("utf8");
    vm.log(fd === 1 ? LogLevel.Info : LogLevel.Error, text.endsWith("\n") ? text.slice(0, -1) : text);
  }
  return vm.memory.writeU32(writtenAt, bytes.length) ? Errno.Success : Errno.Fault;
}

/** Writes a `fdstat` of 24 bytes: no type, no flags, and the right to write. */
function describe(vm: HostVm, fd: number, at: number): Errno {
  if (!isOpen(fd)) return Errno.BadFile;
  const { memory } = vm;
  // Writes all of it or nothing. Envoy returns success in both cases.
  if (memory.writable(at, 24))
    for (const [index, word] of [0n, 64n, 0n].entries()) memory.writeU64(at + 8 * index, word);
  return Errno.Success;
}

/** WASI functions for files. */
export const descriptors: HostTable = {
  fd_write: host("iiii>i", write),
  fd_pwrite: host("iiiIi>i", (vm, fd: number, vectors: number, count: number, _offset: bigint, writtenAt: number) =>
    write(vm, fd, vectors, count, writtenAt),
  ),
  fd_read: always("iiii>i", Errno.NoSystemCall),
  fd_pread: always("iiiIi>i", Errno.NoSystemCall),
  fd_seek: logged("iIii>i", "fd_seek"),
  fd_close: logged("i>i", "fd_close"),
  fd_fdstat_get: host("ii>i", describe),
  fd_fdstat_set_flags: always("ii>i", Errno.NoSystemCall),
  fd_fdstat_set_rights: onOpen("iII>i"),
  fd_advise: always("iIIi>i", Errno.Success),
  fd_allocate: onOpen("iII>i"),
  fd_datasync: onOpen("i>i"),
  fd_sync: onOpen("i>i"),
  fd_filestat_get: always("ii>i", Errno.BadFile),
  fd_filestat_set_size: onOpen("iI>i"),
  fd_filestat_set_times: onOpen("iIIi>i"),
  fd_readdir: host("iiiIi>i", (vm, _fd: number, _at: number, _size: number, _cookie: bigint, readAt: number) =>
    vm.memory.writeU32(readAt, 0) ? Errno.NotDirectory : Errno.Fault,
  ),
  fd_renumber: host("ii>i", (_vm, fd: number, to: number) =>
    isOpen(fd) && isOpen(to) ? Errno.NotSupported : Errno.BadFile,
  ),
  fd_tell: host("ii>i", (vm, fd: number, at: number) => {
    if (!isOpen(fd)) return Errno.BadFile;
    return vm.memory.writeU64(at, 0n) ? Errno.Success : Errno.Fault;
  }),
  fd_prestat_get: always("ii>i", Errno.BadFile),
  fd_prestat_dir_name: always("iii>i", Errno.NoSystemCall),
};
