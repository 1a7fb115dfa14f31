import type { Resolved } from "../services/services.js";
import type { CallOwner } from "./call-owner.js";

/** The DNS lookups of a plugin; its root context gets the results. */
export class DnsLookups {
  private lastToken = 0;
  private isOver = false;

  constructor(private readonly owner: CallOwner) {}

  begin(name: string): number {
    const { vm } = this.owner;
    const token = ++this.lastToken;
    const done = (found: readonly Resolved[]) => {
      const callData = encode(found);
      vm.whenIdle(() => {
        if (!this.isOver) this.owner.receive("envoy_on_resolve_dns", [token, callData.length], { callData });
      });
    };
    const { resolve } = vm.services;
    if (resolve) resolve(name, done);
    // Not at once: the plugin does not know the token yet.
    else vm.services.timers.start(0, () => done([]));
    return token;
  }

  cancelAll(): void {
    this.isOver = true;
  }
}

/** The number of addresses, the lifetime of each, then each address with port 0 and a NUL at its end. */
function encode(found: readonly Resolved[]): Buffer {
  const numbers = Buffer.alloc(4 + 4 * found.length);
  numbers.writeUInt32LE(found.length);
  for (const [index, { ttl }] of found.entries()) numbers.writeUInt32LE(ttl, 4 + 4 * index);
  const names = found.map(({ address }) => `${address.includes(":") ? `[${address}]` : address}:0\0`);
  return Buffer.concat([numbers, Buffer.from(names.join(""), "latin1")]);
}
