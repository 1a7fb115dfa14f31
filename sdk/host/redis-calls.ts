import { Status } from "./abi.js";
import { CallKind } from "./call-tokens.js";
import type { Root } from "./root.js";

enum RedisStatus {
  Ok = 0,
  NetworkError = 1,
}

/** The Redis queries of a plugin that are on their way. Higress only. */
export class RedisCalls {
  private readonly pending = new Map<number, () => void>();

  constructor(private readonly root: Root) {}

  /** How many wait for a reply. */
  get size(): number {
    return this.pending.size;
  }

  /** `service` is a cluster with options behind a question mark, such as "redis?db=1". */
  init(service: string, username: string, password: string, timeoutMs: number): Status {
    const { redis } = this.root.vm.services;
    const [cluster = "", options = ""] = service.split("?");
    const database = Number(new URLSearchParams(options).get("db") ?? 0) || 0;
    return redis?.init(cluster, { username, password, timeoutMs, database }) ? Status.Ok : Status.BadArgument;
  }

  query(service: string, query: Buffer): { token: number } | { status: Status } {
    const { vm } = this.root;
    const [cluster = ""] = service.split("?");
    if (!vm.services.upstreams.has(cluster)) return { status: Status.BadArgument };
    const token = vm.callTokens.next(CallKind.Redis);
    let sending = true;
    let settled = false;
    const cancel = vm.services.redis?.query(cluster, query, (reply) => {
      settled = true;
      if (!sending) this.answer(token, reply);
    });
    sending = false;
    if (!cancel || settled) return { status: Status.InternalFailure };
    this.pending.set(token, cancel);
    return { token };
  }

  cancelAll(): void {
    for (const cancel of this.pending.values()) cancel();
    this.pending.clear();
  }

  private answer(token: number, reply: Buffer | undefined): void {
    const { root } = this;
    root.vm.whenIdle(() => {
      if (!this.pending.has(token)) return;
      const status = reply ? RedisStatus.Ok : RedisStatus.NetworkError;
      const name = "proxy_on_redis_call_response";
      root.receive(name, [token, status, reply?.length ?? 0], { redis: reply ?? Buffer.alloc(0) });
      this.pending.delete(token);
    });
  }
}
