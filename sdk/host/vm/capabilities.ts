import { LogLevel, Status } from "../abi.js";
import type { Vm } from "./vm.js";

/** WASI's ENOTCAPABLE. */
const NOT_CAPABLE = 76;

/**
 * What a plugin may call, and have called, where its configuration lists that: names of host calls and of callbacks.
 * Nothing is restricted where nothing is listed.
 */
export class Capabilities {
  private readonly allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[] = []) {
    this.allowed = new Set(allowed);
  }

  /** Callbacks only: what starts the module and its allocator are there always. */
  hidesExport(name: string): boolean {
    return name.startsWith("proxy_on_") && name !== "proxy_on_memory_allocate" && !this.allows(name);
  }

  hidesImport(module: string, name: string): boolean {
    return (module !== "env" || name.startsWith("proxy_")) && !this.allows(name);
  }

  private allows(name: string): boolean {
    return this.allowed.size === 0 || this.allowed.has(name);
  }
}

/** What a plugin gets for a host call that it may not make. */
export function refuse({ services, id }: Vm, module: string, name: string): number {
  const message = `attempted call to restricted ${module === "env" ? "proxy-wasm" : "WASI"} capability: ${name}`;
  services.log({ level: LogLevel.Error, message, kind: "host", vmId: id });
  return module === "env" ? Status.InternalFailure : NOT_CAPABLE;
}
