import type { HostKind } from "../abi.js";

/** While a plugin starts or allocates, it may make only some host calls. */
export type Restriction = "start" | "allocation";

/** WASI functions that are forbidden while a module starts. */
const NOT_AT_START = new Set(["fd_read", "fd_seek", "fd_close", "path_open", "proc_exit", "sched_yield"]);
/** WASI functions that are allowed while a module allocates. */
const IN_ALLOCATION = new Set(["fd_write", "clock_time_get", "poll_oneoff"]);

/**
 * Whether a plugin may make a host call under a restriction. Logging is always allowed. Higress has no restriction on
 * allocators, because plugins in Go collect garbage in them.
 */
export function mayCall(host: HostKind, restriction: Restriction, module: string, name: string): boolean {
  if (restriction === "allocation" && host === "higress") return true;
  if (module === "env") {
    const growth = name === "emscripten_notify_memory_growth" && restriction === "start" && host === "envoy";
    return name === "proxy_log" || growth;
  }
  return restriction === "start" ? !NOT_AT_START.has(name) : IN_ALLOCATION.has(name);
}
