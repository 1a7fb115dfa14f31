import type { PluginModule } from "./module.js";
import type { Services } from "./services.js";
import { Vm, type VmOptions } from "./vm.js";

interface Entry {
  vm: Vm;
  users: number;
}

/** The VMs of a host: plugins with the same module, VM id and VM configuration share one, as on a worker of Envoy. */
export class VmPool {
  private readonly entries = new Map<string, Entry>();
  private readonly modules = new Map<PluginModule, number>();

  constructor(readonly services: Services) {}

  /** The VM for a plugin, made anew where there is none, or one that has failed. Give it back with `release`. */
  take(module: PluginModule, options: VmOptions): Vm {
    const key = this.key(module, options);
    let entry = this.entries.get(key);
    if (!entry || entry.vm.failure !== undefined || entry.vm.wantsRebuild) {
      entry = { vm: new Vm(module, options, this.services), users: 0 };
      this.entries.set(key, entry);
    }
    entry.users++;
    return entry.vm;
  }

  release(vm: Vm): void {
    for (const [key, entry] of this.entries) {
      if (entry.vm !== vm) continue;
      if (--entry.users > 0) return;
      this.entries.delete(key);
    }
    vm.dispose();
  }

  /** All VMs that are in use. */
  vms(): Vm[] {
    return [...this.entries.values()].map(({ vm }) => vm);
  }

  private key(
    module: PluginModule,
    { id = "", configuration, environment = {}, capabilities = [] }: VmOptions,
  ): string {
    let number = this.modules.get(module);
    if (number === undefined) this.modules.set(module, (number = this.modules.size));
    return JSON.stringify([number, id, configuration?.toString("latin1") ?? "", environment, capabilities]);
  }
}
