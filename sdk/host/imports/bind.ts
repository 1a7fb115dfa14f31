import { refuse } from "../capabilities.js";
import type { Vm } from "../vm.js";

type Arg = number | bigint;

/** What Envoy lets a plugin call while it starts; all of WASI besides. */
const AT_START = new Set(["proxy_log", "emscripten_notify_memory_growth", "pthread_equal"]);
/** And while it allocates for a host call. */
const IN_ALLOCATION = new Set([
  "proxy_log",
  "fd_write",
  "clock_time_get",
  "poll_oneoff",
  "emscripten_notify_memory_growth",
]);

/** The imports of a VM's instance. */
export function bindImports(vm: Vm): WebAssembly.Imports {
  const imports: Record<string, Record<string, (...args: Arg[]) => number | void>> = {};
  for (const { module, name, run } of vm.module.imports) {
    const call = run as (vm: Vm, ...args: Arg[]) => number | void;
    const restricted = vm.capabilities.hidesImport(module, name);
    (imports[module] ??= {})[name] = (...args) => {
      // i32 come signed; addresses and sizes are not.
      for (let i = 0; i < args.length; i++) if (typeof args[i] === "number") args[i] = (args[i] as number) >>> 0;
      if (restricted) return refuse(vm, module, name);
      if (vm.restriction !== undefined) check(vm, module, name);
      if (vm.services.trace === undefined) return call(vm, ...args);
      return traced(vm, name, call, args);
    };
  }
  return imports;
}

function check(vm: Vm, module: string, name: string): void {
  if (vm.memory === undefined) throw new Error(`restricted_callback: ${name} in the module's start section`);
  const allowed = vm.restriction === "start" ? module !== "env" || AT_START.has(name) : IN_ALLOCATION.has(name);
  if (allowed) return;
  const when = vm.restriction === "start" ? "while the module starts" : "while it allocates";
  throw new Error(`restricted_callback: ${name} cannot be called ${when}`);
}

function traced(vm: Vm, name: string, call: (vm: Vm, ...args: Arg[]) => number | void, args: Arg[]): number | void {
  const { current, effective } = vm;
  const trace = (result: number | undefined) =>
    vm.services.trace?.({ vm, name, args, result, context: current?.id ?? 0, effectiveContext: effective?.id ?? 0 });
  try {
    const result = call(vm, ...args);
    trace(result ?? 0);
    return result;
  } catch (error) {
    trace(undefined);
    throw error;
  }
}
