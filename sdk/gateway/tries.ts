import type { HeaderMap } from "../host/index.js";
import type { Head } from "./http1/message.js";
import type { Outgoing, UpstreamEvents } from "./outgoing.js";
import { setExpectedTimeout, type Timeouts } from "./router-headers.js";
import type { RetryPolicy, Verdict } from "./retry-policy.js";
import { startTimer } from "./timer.js";
import type { ResetReason } from "../host/message/upstream-failures.js";

/** The events of a request with all its tries. */
export interface TriesEvents extends UpstreamEvents {
  /** Called when a try begins, also the first one. */
  began(): void;
  /** Called when the request, or a try, exceeds its time limit. */
  timedOut(perTry: boolean): void;
  /**
   * Returns whether the request follows a redirect, so that the response is dropped. Undefined when redirects are not
   * followed.
   */
  redirects?(head: Head, request: SentRequest): boolean;
  /** Called when the request exceeds the limit for kept bytes while it waits for the next try. */
  tooLarge(): void;
}

/** The received parts of a request, kept for another try. */
export interface SentRequest {
  map: HeaderMap;
  body: Buffer[];
  size: number;
  tunnel: boolean;
  trailers?: HeaderMap;
}

/** A request to an upstream with its retries, its time limit, and the time limit of each try. */
export class Tries implements Outgoing {
  /** The policy wanted another try, but none was left. */
  exhausted = false;
  count = 0;
  private current: Outgoing | undefined;
  private kept: SentRequest | undefined;
  /** Whether the body is kept for another try. False when the body is too large. */
  private keeps: boolean;
  private ended = false;
  private responded = false;
  private isOver = false;
  private deadline: number | undefined;
  private stopTimer = () => {};
  private stopTryTimer = () => {};
  private stopWaiting = () => {};

  constructor(
    private readonly open: (events: UpstreamEvents) => Outgoing,
    private policy: RetryPolicy | undefined,
    private readonly timeouts: Timeouts,
    /** How many bytes of a body are kept for another try. */
    private readonly limit: number,
    private readonly events: TriesEvents,
  ) {
    this.keeps = policy !== undefined || events.redirects !== undefined;
  }

  get local(): Outgoing["local"] {
    return this.current?.local;
  }

  headers(map: HeaderMap, end: boolean, tunnel: boolean): boolean {
    this.kept = { map, tunnel, body: [], size: 0 };
    this.ended = end;
    const ready = this.begin(this.kept);
    if (end) this.complete();
    return ready;
  }

  data(bytes: Buffer, end: boolean): boolean {
    if (this.isOver) return true;
    const { current, kept } = this;
    if (kept && this.keeps) {
      kept.size += bytes.length;
      if (kept.size > this.limit) {
        this.policy = undefined;
        this.keeps = false;
        if (!current) {
          this.abort();
          this.events.tooLarge();
          return true;
        }
      } else if (bytes.length > 0) kept.body.push(bytes);
    }
    if (end) this.ended = true;
    const ready = current?.data(bytes, end) ?? true;
    if (end) this.complete();
    return ready;
  }

  trailers(map: HeaderMap): boolean {
    if (this.isOver) return true;
    if (this.kept) this.kept.trailers = map;
    this.ended = true;
    const ready = this.current?.trailers(map) ?? true;
    this.complete();
    return ready;
  }

  flow(paused: boolean): void {
    this.current?.flow(paused);
  }

  abort(): void {
    this.finish();
    this.current?.abort();
  }

  private begin(kept: SentRequest): boolean {
    this.count++;
    this.events.began();
    this.setExpectedTimeout(kept.map);
    this.current = this.open(this.eventsOf(this.count));
    const { map, tunnel, body, trailers } = kept;
    const out = this.current;
    const bytes = Buffer.concat(body);
    let ready = out.headers(map, this.ended && bytes.length === 0 && !trailers, tunnel);
    if (bytes.length > 0) ready = out.data(bytes, this.ended && !trailers);
    if (trailers) ready = out.trailers(trailers);
    return ready;
  }

  /** Sets the header with the time limit for the upstream. */
  private setExpectedTimeout(map: HeaderMap): void {
    const { deadline, timeouts } = this;
    setExpectedTimeout(map, timeouts, deadline === undefined ? undefined : deadline - performance.now());
  }

  /** Starts the time limits, because the whole request has been received. */
  private complete(): void {
    const { timeoutMs } = this.timeouts;
    if (this.isOver) return;
    if (timeoutMs > 0 && this.deadline === undefined) {
      this.deadline = performance.now() + timeoutMs;
      this.stopTimer = startTimer(timeoutMs, () => this.timedOut(false));
    }
    if (this.current) this.startTryTimer();
  }

  private startTryTimer(): void {
    const { perTryMs } = this.timeouts;
    this.stopTryTimer();
    if (perTryMs === 0) return;
    this.stopTryTimer = startTimer(perTryMs, () => {
      if (this.responded || !this.again(this.policy?.afterReset(undefined))) this.timedOut(true);
    });
  }

  private timedOut(perTry: boolean): void {
    this.abort();
    this.events.timedOut(perTry);
  }

  private eventsOf(number: number): UpstreamEvents {
    const { events } = this;
    /** False for events of a try that was given up. */
    const counts = () => number === this.count && this.current !== undefined && !this.isOver;
    return {
      interim: () => {
        if (counts()) events.interim?.();
      },
      response: (head: Head, end: boolean) => {
        if (!counts() || this.again(this.policy?.afterHeaders(head)) || this.isRedirected(head)) return;
        this.responded = true;
        this.kept = undefined;
        this.stopTryTimer();
        if (end) this.finish();
        events.response(head, end);
      },
      data: (bytes) => {
        if (counts()) events.data(bytes);
      },
      end: (trailers, last) => {
        if (!counts()) return;
        this.finish();
        events.end(trailers, last);
      },
      reset: (reason: ResetReason) => {
        if (!counts() || (!this.responded && this.again(this.policy?.afterReset(reason)))) return;
        this.finish();
        events.reset(reason);
      },
      refused: (problem) => {
        if (!counts()) return;
        this.finish();
        events.refused(problem);
      },
      drained: () => {
        if (counts()) events.drained();
      },
    };
  }

  private isRedirected(head: Head): boolean {
    const { kept } = this;
    if (!kept || !this.ended || !this.keeps || !this.events.redirects?.(head, kept)) return false;
    this.abort();
    return true;
  }

  /** Starts another try after a short wait, if the policy wants one. */
  private again(verdict: Verdict = "counts"): boolean {
    if (verdict === "exhausted") this.exhausted = true;
    const { kept } = this;
    if (verdict !== "again" || !kept) return false;
    this.stopTryTimer();
    const { current } = this;
    this.current = undefined;
    current?.abort();
    this.stopWaiting = startTimer(this.policy!.waitMs, () => {
      const ready = this.begin(kept);
      if (this.ended) this.startTryTimer();
      if (ready) this.events.drained();
    });
    return true;
  }

  private finish(): void {
    this.isOver = true;
    this.kept = undefined;
    this.stopTimer();
    this.stopTryTimer();
    this.stopWaiting();
  }
}
