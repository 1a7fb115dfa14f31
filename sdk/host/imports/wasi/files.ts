import type { HostKind } from "../../abi.js";
import { host, type HostTable } from "../table.js";
import type { GuestMemory } from "../../guest-memory.js";
import { Errno } from "./errno.js";

const unsupported = (type: string) => host(type, () => Errno.NotSupported);

/** Writes an empty result, then returns NotSupported. The write can fail, too. */
const unsupportedWith = (type: string, write: (memory: GuestMemory, args: readonly number[]) => boolean) =>
  host(type, (vm, ...args: number[]) => (write(vm.memory, args) ? Errno.NotSupported : Errno.Fault));

/**
 * WASI functions for paths and sockets. No path and no socket exists. The types are those of the hosts, which differ from
 * WASI in `path_link` and `path_symlink`, and on Higress also in `path_rename`.
 */
export function files(kind: HostKind): HostTable {
  return {
    path_open: host("iiiiiIIii>i", () => Errno.NoEntry),
    path_create_directory: unsupported("iii>i"),
    path_filestat_get: unsupported("iiiii>i"),
    path_filestat_set_times: unsupported("iiiiIIi>i"),
    path_link: unsupported("iiiiii>i"),
    path_readlink: unsupportedWith("iiiiii>i", (memory, args) => memory.writeU32(args[5]!, 0)),
    path_remove_directory: unsupported("iii>i"),
    path_rename: unsupported(kind === "higress" ? "iiiii>i" : "iiiiii>i"),
    path_symlink: unsupported("iiii>i"),
    path_unlink_file: unsupported("iii>i"),
    sock_accept: unsupportedWith("iii>i", (memory, args) =>
      kind === "higress" ? memory.writeU32(args[2]!, 0) : memory.writeU64(args[2]!, 0n),
    ),
    sock_recv: unsupportedWith(
      "iiiiii>i",
      (memory, args) => memory.writeU32(args[4]!, 0) && memory.write(args[5]!, Buffer.alloc(2)),
    ),
    sock_send: unsupportedWith("iiiii>i", (memory, args) => memory.writeU32(args[4]!, 0)),
    sock_shutdown: unsupported("ii>i"),
  };
}
