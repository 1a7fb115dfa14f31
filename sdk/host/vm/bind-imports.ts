import { LogLevel, Status } from "../abi.js";
import type { HostVm } from "../host-context.js";
import { mayCall, type Restriction } from "../imports/restrictions.js";
import type { PluginModule } from "../module/plugin-module.js";
import type { Capabilities } from "./capabilities.js";

/** A VM whose instance is about to get its imports. */
interface BindingVm extends HostVm {
  readonly module: PluginModule;
  readonly capabilities: Capabilities;
  readonly isTrial: boolean;
  readonly restriction: Restriction | undefined;
  readonly effective: { readonly id: number } | undefined;
}

type Arg = number | bigint;
type HostCall = (...args: Arg[]) => number | void;
type Run = (vm: HostVm, ...args: Arg[]) => number | void;

/** WASI's ENOTCAPABLE. */
const NOT_CAPABLE = 76;

/** The imports of an instance: its host calls, and the memory and the tables that the host makes for it. */
export function bindImports(vm: BindingVm, imported: WebAssembly.Imports): WebAssembly.Imports {
  const imports = imported as Record<string, Record<string, WebAssembly.ImportValue | HostCall>>;
  for (const { module, name, run } of vm.module.imports) {
    const call = run as Run;
    const restricted = vm.capabilities.hidesImport(module, name);
    (imports[module] ??= {})[name] = (...args: Arg[]) => {
      // JavaScript gets i32 as signed numbers; addresses and sizes are unsigned.
      for (let i = 0; i < args.length; i++) if (typeof args[i] === "number") args[i] = (args[i] as number) >>> 0;
      vm.services.callLimit?.check();
      if (restricted) return deny(vm, module, name);
      if (vm.restriction !== undefined) check(vm, vm.restriction, module, name);
      if (vm.services.trace === undefined) return call(vm, ...args);
      return traced(vm, name, call, args);
    };
  }
  return imports;
}

/** Denies a host call that the plugin's capabilities do not include. */
function deny({ services, id }: HostVm, module: string, name: string): number {
  const message = `attempted call to restricted ${module === "env" ? "proxy-wasm" : "WASI"} capability: ${name}`;
  services.log({ level: LogLevel.Error, message, kind: "host", vmId: id });
  return module === "env" ? Status.InternalFailure : NOT_CAPABLE;
}

function check(vm: BindingVm, restriction: Restriction, module: string, name: string): void {
  // The start section runs before the host has the instance, and with it the memory.
  const { memory } = vm as { memory: unknown };
  if (memory === undefined) throw new Error(`restricted_callback: ${name} in the module's start section`);
  if (mayCall(vm.module.host, restriction, module, name)) return;
  const when = restriction === "start" ? "while the module starts" : "while it allocates";
  throw new Error(`restricted_callback: ${name} cannot be called ${when}`);
}

function traced(vm: BindingVm, name: string, call: Run, args: Arg[]): number | void {
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
