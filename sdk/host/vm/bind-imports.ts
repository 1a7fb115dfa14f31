import { refuse } from "./capabilities.js";
import type { Vm } from "./vm.js";
import { mayCall } from "../imports/restrictions.js";

type Arg = number | bigint;
type HostCall = (...args: Arg[]) => number | void;

/** The imports of a VM's instance: its host calls, and what else is provided. */
export function bindImports(vm: Vm, provided: WebAssembly.Imports = {}): WebAssembly.Imports {
  const imports = provided as Record<string, Record<string, WebAssembly.ImportValue | HostCall>>;
  for (const { module, name, run } of vm.module.imports) {
    const call = run as (vm: Vm, ...args: Arg[]) => number | void;
    const restricted = vm.capabilities.hidesImport(module, name);
    (imports[module] ??= {})[name] = (...args: Arg[]) => {
      // i32 come signed; addresses and sizes are not.
      for (let i = 0; i < args.length; i++) if (typeof args[i] === "number") args[i] = (args[i] as number) >>> 0;
      if (restricted) return refuse(vm, module, name);
      if (vm.restriction !== undefined) check(vm, module, name);
      if (vm.services.trace === undefined) return call(vm, ...args);
      return traced(vm, name, call, args);
    };
  }
  return imports as WebAssembly.Imports;
}

function check(vm: Vm, module: string, name: string): void {
  if (vm.memory === undefined) throw new Error(`restricted_callback: ${name} in the module's start section`);
  if (mayCall(vm.module.host, vm.restriction!, module, name)) return;
  const when = vm.restriction === "start" ? "while the module starts" : "while it allocates";
  throw new Error(`restricted_callback: ${name} cannot be called ${when}`);
}

function traced(vm: Vm, name: string, call: (vm: Vm, ...args: Arg[]) => number | void, args: Arg[]): number | void {
  const { current, effective } = vm;
  const trace = (result: number | undefined) =>
    vm.services.trace?.({
      ...{ name, args, result, vm },
      ...{ context: current?.id ?? 0, effectiveContext: effective?.id ?? 0 },
    });
  try {
    const result = call(vm, ...args);
    trace(result ?? 0);
    return result;
  } catch (error) {
    trace(undefined);
    throw error;
  }
}
