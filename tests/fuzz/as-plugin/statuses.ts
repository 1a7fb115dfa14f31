import { Status } from "../../../sdk/host/abi.js";
import { Errno } from "../../../sdk/host/imports/wasi/errno.js";
import type { TracedCall } from "../../../sdk/host/index.js";

const STATUSES = new Set(Object.values(Status).filter((one) => typeof one === "number"));
/** Those of WASI that the host has, and ENOTCAPABLE, for what a plugin may not call. */
const ERRNOS = new Set([...Object.values(Errno).filter((one) => typeof one === "number"), 76]);
/** Those whose result is no status. */
const OTHERS: Readonly<Record<string, ReadonlySet<number>>> = { pthread_equal: new Set([0, 1]) };

/** How often a sequence may call the host: more is an endless loop. */
const MOST_CALLS = 50_000;

/** Looks at every host call: its status must be one that there is, and it must have returned. */
export class StatusCheck {
  /** What was wrong first. */
  problem: string | undefined;
  /** How often each host call has had each status: "proxy_log 0". */
  readonly seen = new Map<string, Map<number, number>>();
  private calls = 0;

  begin(): void {
    this.calls = 0;
  }

  note({ name, args, result }: TracedCall): void {
    if (++this.calls > MOST_CALLS) throw new Error((this.problem ??= `more than ${MOST_CALLS} host calls: a loop?`));
    let statuses = this.seen.get(name);
    if (!statuses) this.seen.set(name, (statuses = new Map()));
    if (result !== undefined) statuses.set(result, (statuses.get(result) ?? 0) + 1);
    const good = OTHERS[name] ?? (/^(proxy|envoy|emscripten)_/.test(name) ? STATUSES : ERRNOS);
    if (result !== undefined && good.has(result)) return;
    this.problem ??= `${name}(${args.join(", ")}) ${result === undefined ? "threw" : `gave ${result}`}`;
  }
}
