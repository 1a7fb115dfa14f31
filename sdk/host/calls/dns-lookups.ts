import type { Root } from "../vm/root-context.js";

/** Finds the addresses of a name; `done` hears them once, none where there are none. */
export type Resolve = (name: string, done: (found: readonly Resolved[]) => void) => void;

export interface Resolved {
  address: string;
  /** In seconds. */
  ttl: number;
}

/** A plugin's questions for addresses, whose answers its root hears. */
export class Lookups {
  private last = 0;
  private isOver = false;

  constructor(private readonly root: Root) {}

  begin(name: string): number {
    const { vm } = this.root;
    const token = ++this.last;
    const answer = (found: readonly Resolved[]) => {
      const callData = encode(found);
      vm.whenIdle(() => {
        if (!this.isOver) this.root.receive("envoy_on_resolve_dns", [token, callData.length], { callData });
      });
    };
    const { resolve } = vm.services;
    if (resolve) resolve(name, answer);
    // Not at once: the plugin does not know the token yet.
    else vm.services.timers.start(0, () => answer([]));
    return token;
  }

  cancelAll(): void {
    this.isOver = true;
  }
}

/** Their number, the lifetime of each, then each with port 0 and a NUL behind it. */
function encode(found: readonly Resolved[]): Buffer {
  const numbers = Buffer.alloc(4 + 4 * found.length);
  numbers.writeUInt32LE(found.length);
  for (const [index, { ttl }] of found.entries()) numbers.writeUInt32LE(ttl, 4 + 4 * index);
  const names = found.map(({ address }) => `${address.includes(":") ? `[${address}]` : address}:0\0`);
  return Buffer.concat([numbers, Buffer.from(names.join(""), "latin1")]);
}
