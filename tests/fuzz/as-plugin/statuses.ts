import { Status } from "../../../sdk/host/abi.js";
import { Errno } from "../../../sdk/host/imports/wasi/errno.js";
import type { TracedCall } from "../../../sdk/host/index.js";

const STATUSES = new Set(Object.values(Status).filter((one) => typeof one === "number"));
/** The WASI errors of the host, and ENOTCAPABLE for a function that a plugin may not call. */
const ERRNOS = new Set([...Object.values(Errno).filter((one) => typeof one === "number"), 76]);
/** The return values of functions that return no status. */
const OTHERS: Readonly<Record<string, ReadonlySet<number>>> = { pthread_equal: new Set([0, 1]) };

/** The most host calls of a sequence: more mean an endless loop. */
const MOST_CALLS = 50_000;

/** Checks every host call: it must return, and its status must be a known one. */
export class StatusCheck {
  /** The first host call that failed the check. */
  problem: string | undefined;
  /** How often each host call has returned each status. */
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
    this.problem ??= `${name}(${args.join(", ")}) ${result === undefined ? "threw" : `returned ${result}`}`;
  }
}
