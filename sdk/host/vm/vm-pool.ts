import { createHash } from "node:crypto";
import type { PluginModule } from "../module/plugin-module.js";
import type { Services } from "../services/services.js";
import { Vm, type VmOptions } from "./vm.js";

/** The VMs of a host: plugins with the same module, VM id and VM configuration share one, as on a worker of Envoy. */
export class VmPool {
  /** Those that are given to who comes next. */
  private readonly current = new Map<string, Vm>();
  /** How many plugins use each VM; also those that have failed, as long as somebody has them. */
  private readonly users = new Map<Vm, number>();
  private readonly hashes = new WeakMap<PluginModule, string>();

  constructor(readonly services: Services) {}

  /** The VM for a plugin, made anew where there is none, or one that has failed. Give it back with `release`. */
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

  /** All VMs that are in use. */
  vms(): Vm[] {
    return [...this.users.keys()];
  }

  /** As Envoy makes it; the module counts by its bytes, however often it was loaded. */
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
