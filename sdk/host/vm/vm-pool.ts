import { createHash } from "node:crypto";
import type { PluginModule } from "../module/plugin-module.js";
import type { Services } from "../services/services.js";
import { Vm, type VmOptions } from "./vm.js";

/** The VMs of a host. Plugins with the same module, VM id and VM configuration share a VM, as on a worker of Envoy. */
export class VmPool {
  /** VMs available for reuse, by key. */
  private readonly current = new Map<string, Vm>();
  /** The number of plugins that use each VM. Includes failed VMs, as long as a plugin uses them. */
  private readonly users = new Map<Vm, number>();
  private readonly hashes = new WeakMap<PluginModule, string>();

  constructor(readonly services: Services) {}

  /** The VM for a plugin: a shared one, or a new one if none is usable. Return it with `release`. */
  take(module: PluginModule, options: VmOptions): Vm {
    const key = this.key(module, options);
    let vm = this.current.get(key);
    if (!vm || vm.failure !== undefined || vm.wantsRebuild) {
      vm = new Vm(module, options, this.services);
      this.current.set(key, vm);
    }
    this.users.set(vm, (this.users.get(vm) ?? 0) + 1);
    return vm;
  }

  release(vm: Vm): void {
    const left = this.users.get(vm)! - 1;
    if (left > 0) return void this.users.set(vm, left);
    this.users.delete(vm);
    for (const [key, one] of this.current) if (one === vm) this.current.delete(key);
    vm.dispose();
  }

  /** All VMs in use. */
  vms(): Vm[] {
    return [...this.users.keys()];
  }

  /**
   * The key of a VM, as in Envoy. It contains a hash of the module's bytes, so it does not matter how often the module
   * was loaded.
   */
  private key(
    module: PluginModule,
    { id = "", configuration, environment = {}, capabilities = [] }: VmOptions,
  ): string {
    let hash = this.hashes.get(module);
    if (hash === undefined) {
      hash = createHash("sha256").update(module.bytes).digest("hex");
      this.hashes.set(module, hash);
    }
    return JSON.stringify([hash, id, configuration?.toString("latin1") ?? "", environment, capabilities]);
  }
}
