import type { TracedVm } from "../../host/index.js";

interface Owned<Call> {
  call: Call;
  vm: TracedVm | undefined;
  context: number;
}

/** The calls of one kind that a plugin has made, with the context of each. */
export class CallList<Call> {
  #all: Owned<Call>[] = [];

  /** @param owner the context that made the call; undefined outside a callback */
  add(call: Call, owner: { vm: TracedVm; context: number } | undefined): void {
    this.#all.push({ call, ...(owner ?? { vm: undefined, context: 0 }) });
  }

  /** All calls, or those of a context. */
  of(owner?: { vm: TracedVm; id: number }): Call[] {
    const own = owner ? this.#all.filter((one) => one.context === owner.id && one.vm === owner.vm) : this.#all;
    return own.map(({ call }) => call);
  }

  /** Removes the calls of a VM that the gateway only used to try a configuration. */
  forget(tried: TracedVm): void {
    this.#all = this.#all.filter(({ vm }) => vm !== tried);
  }
}
