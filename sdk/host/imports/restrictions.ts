import type { HostKind } from "../abi.js";

/** While it starts and while it allocates, a plugin may make some host calls only. */
export type Restriction = "start" | "allocation";

/** What of WASI is forbidden while a module starts. */
const NOT_AT_START = new Set(["fd_read", "fd_seek", "fd_close", "path_open", "proc_exit", "sched_yield"]);
const IN_ALLOCATION = new Set(["fd_write", "clock_time_get", "poll_oneoff"]);

/**
 * Whether a plugin may make a call; the log is always allowed. Higress has lifted the restriction on allocators, whose
 * plugins in Go collect garbage then.
 */
export function mayCall(host: HostKind, restriction: Restriction, module: string, name: string): boolean {
  if (restriction === "allocation" && host === "higress") return true;
  if (module === "env") {
    const growth = name === "emscripten_notify_memory_growth" && restriction === "start" && host === "envoy";
    return name === "proxy_log" || growth;
  }
  return restriction === "start" ? !NOT_AT_START.has(name) : IN_ALLOCATION.has(name);
}
