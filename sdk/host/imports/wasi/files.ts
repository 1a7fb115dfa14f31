import type { HostKind } from "../../abi.js";
import { host, type HostTable } from "../table.js";
import type { GuestMemory } from "../../guest-memory.js";
import { Errno } from "./errno.js";

const refuse = (type: string) => host(type, () => Errno.NotSupported);

/** Refuses, but not before it has said that nothing was done, which may fail too. */
const refuseWith = (type: string, say: (memory: GuestMemory, args: readonly number[]) => boolean) =>
  host(type, (vm, ...args: number[]) => (say(vm.memory, args) ? Errno.NotSupported : Errno.Fault));

/**
 * Calls on paths and sockets: there are none of either. The types are the hosts', which differ from WASI's in `path_link` and
 * `path_symlink`, and on Higress in `path_rename`.
 */
export function files(kind: HostKind): HostTable {
  return {
    path_open: host("iiiiiIIii>i", () => Errno.NoEntry),
    path_create_directory: refuse("iii>i"),
    path_filestat_get: refuse("iiiii>i"),
    path_filestat_set_times: refuse("iiiiIIi>i"),
    path_link: refuse("iiiiii>i"),
    path_readlink: refuseWith("iiiiii>i", (memory, args) => memory.writeU32(args[5]!, 0)),
    path_remove_directory: refuse("iii>i"),
    path_rename: refuse(kind === "higress" ? "iiiii>i" : "iiiiii>i"),
    path_symlink: refuse("iiii>i"),
    path_unlink_file: refuse("iii>i"),
    sock_accept: refuseWith("iii>i", (memory, args) =>
      kind === "higress" ? memory.writeU32(args[2]!, 0) : memory.writeU64(args[2]!, 0n),
    ),
    sock_recv: refuseWith(
      "iiiiii>i",
      (memory, args) => memory.writeU32(args[4]!, 0) && memory.write(args[5]!, Buffer.alloc(2)),
    ),
    sock_send: refuseWith("iiiii>i", (memory, args) => memory.writeU32(args[4]!, 0)),
    sock_shutdown: refuse("ii>i"),
  };
}
