import type { GuestMemory } from "../guest-memory.js";

/** The VM of a traced call. */
export interface TracedVm {
  /** The VM id. */
  readonly id: string;
  /** The VM only tries a configuration out. */
  readonly isTrial: boolean;
  readonly memory: GuestMemory;
  /** The context that host calls act on. */
  readonly context: { readonly id: number };
}

/** A host call that has returned. */
export interface TracedCall {
  name: string;
  /** The arguments as the plugin passed them: addresses, sizes, numbers. */
  args: readonly (number | bigint)[];
  /** The status, or the import's other return value; undefined when it threw. */
  result: number | undefined;
  /** The context of the callback that runs, 0 for none. */
  context: number;
  /** The context that the plugin has chosen with `proxy_set_effective_context`, 0 for none. */
  effectiveContext: number;
  /** The VM whose memory the addresses refer to. */
  vm: TracedVm;
}

/** A callback of a plugin, or a call of its allocator. */
export interface TracedCallback {
  name: string;
  args: readonly number[];
  context: number;
  vm: TracedVm;
}
