import type { RetrySpec } from "../spec/gateway-spec.js";
import type { HeaderMap } from "../host/index.js";
import { valuesOf } from "./http1/framing.js";
import type { Head } from "./http1/message.js";
import { takeHeader, takeNumber } from "./router-headers.js";
import type { ResetReason } from "../host/message/upstream-failures.js";

/** The decision on a try: its result counts, another try follows, or another would follow but none is left. */
export type Verdict = "counts" | "again" | "exhausted";

/** gRPC statuses by Envoy's names for them. */
const GRPC: Readonly<Record<string, number>> = {
  cancelled: 1,
  "deadline-exceeded": 4,
  "resource-exhausted": 8,
  internal: 13,
  unavailable: 14,
};
const BASE_MS = 25;
const MOST_MS = 250;

/** Decides when a request is sent again, by its route and by the request headers of Envoy's router. */
export class RetryPolicy {
  private readonly words: Set<string>;
  private readonly statuses: number[];
  private readonly names: string[];
  private readonly most: number;
  private tries = 0;

  /** Reads and removes the headers for retries. Returns undefined when neither they nor the route set a condition. */
  static take(map: HeaderMap, spec: RetrySpec | undefined): RetryPolicy | undefined {
    const on = list(takeHeader(map, "x-envoy-retry-on"));
    const grpc = list(takeHeader(map, "x-envoy-retry-grpc-on")).filter((word) => Object.hasOwn(GRPC, word));
    const most = takeNumber(map, "x-envoy-max-retries") ?? spec?.most ?? 1;
    const statuses = list(takeHeader(map, "x-envoy-retriable-status-codes")).map(Number);
    const names = list(takeHeader(map, "x-envoy-retriable-header-names")).map((name) => name.toLowerCase());
    const words = [...(spec?.on ?? []), ...on, ...grpc];
    return words.length === 0 ? undefined : new RetryPolicy(words, statuses, names, most);
  }

  private constructor(words: string[], statuses: number[], names: string[], most: number) {
    this.words = new Set(words);
    this.statuses = statuses;
    this.names = names;
    this.most = most;
  }

  afterHeaders(head: Head): Verdict {
    return this.verdict(this.wantsAfterHeaders(head));
  }

  /** @param reason undefined for a try that took too long */
  afterReset(reason: ResetReason | undefined): Verdict {
    return this.verdict(this.wantsAfterReset(reason));
  }

  /**
   * How long to wait before the next try: longer each time, and random so that clients do not retry at the same time.
   */
  get waitMs(): number {
    return Math.min(1 + Math.random() * (BASE_MS * 2 ** this.tries - 1), MOST_MS);
  }

  private verdict(wants: boolean): Verdict {
    if (!wants) return "counts";
    if (this.tries >= this.most) return "exhausted";
    this.tries++;
    return "again";
  }

  private wantsAfterHeaders({ status, headers }: Head): boolean {
    const { words } = this;
    if (valuesOf(headers, "x-envoy-ratelimited").length > 0) return words.has("envoy-ratelimited");
    if (words.has("5xx") && status >= 500 && status < 600) return true;
    if (words.has("gateway-error") && status >= 502 && status <= 504) return true;
    if (words.has("retriable-4xx") && status === 409) return true;
    if (words.has("retriable-status-codes") && this.statuses.includes(status)) return true;
    if (words.has("retriable-headers") && this.names.some((name) => valuesOf(headers, name).length > 0)) return true;
    const grpc = valuesOf(headers, "grpc-status")[0];
    return grpc !== undefined && [...words].some((word) => GRPC[word] === Number(grpc));
  }

  private wantsAfterReset(reason: ResetReason | undefined): boolean {
    const { words } = this;
    if (["5xx", "gateway-error", "reset"].some((word) => words.has(word))) return true;
    if (reason === "remote refused stream reset") return words.has("refused-stream");
    const isConnect = reason === "remote connection failure" || reason === "connection timeout";
    return isConnect && (words.has("connect-failure") || words.has("reset-before-request"));
  }
}

function list(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
}
