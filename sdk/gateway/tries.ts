import type { HeaderMap } from "../host/index.js";
import type { Head } from "./http1/message.js";
import type { Outgoing, UpstreamEvents } from "./outgoing.js";
import { replace } from "./replace.js";
import type { RetryPolicy, Verdict } from "./retry-policy.js";
import type { Timeouts } from "./router-headers.js";
import { startTimer } from "./timer.js";
import type { ResetReason } from "../host/message/upstream-failures.js";

/** What comes of a request, however often it was tried. */
export interface TriesEvents extends UpstreamEvents {
  /** Another try begins, the first among them. */
  began(): void;
  /** There was no response in time. */
  timedOut(perTry: boolean): void;
  /** Whether the request goes on elsewhere, so that the response does not count. Absent where it never does. */
  redirects?(head: Head, request: SentRequest): boolean;
  /** More of the request has come than is kept for a try, while it waits for the next one. */
  tooLarge(): void;
}

/** Of a request that may have to be sent again: all that has come of it. */
export interface SentRequest {
  map: HeaderMap;
  body: Buffer[];
  size: number;
  tunnel: boolean;
  trailers?: HeaderMap;
}

/** A request to an upstream, sent again where it fails and its policy says so, with the timeouts for all of it and for each try. */
export class Tries implements Outgoing {
  /** There would have been another try. */
  exhausted = false;
  count = 0;
  private current: Outgoing | undefined;
  private kept: SentRequest | undefined;
  /** The body is kept, as long as it is not too large. */
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
    this.announce(kept.map);
    this.current = this.open(this.eventsOf(this.count));
    const { map, tunnel, body, trailers } = kept;
    const out = this.current;
    const bytes = Buffer.concat(body);
    let ready = out.headers(map, this.ended && bytes.length === 0 && !trailers, tunnel);
    if (bytes.length > 0) ready = out.data(bytes, this.ended && !trailers);
    if (trailers) ready = out.trailers(trailers);
    return ready;
  }

  /** Tells the upstream how long it has. */
  private announce(map: HeaderMap): void {
    const { timeoutMs, perTryMs, isSilent } = this.timeouts;
    if (isSilent) return;
    const left = this.deadline === undefined ? timeoutMs : Math.max(Math.round(this.deadline - performance.now()), 0);
    const expected = perTryMs > 0 ? Math.min(perTryMs, left || perTryMs) : left;
    if (expected > 0) replace(map, "x-envoy-expected-rq-timeout-ms", String(expected));
  }

  /** The whole request has come: time runs. */
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
    /** What a try says that was given up does not count. */
    const counts = () => number === this.count && this.current !== undefined && !this.isOver;
    return {
      interim: () => {
        if (counts()) events.interim?.();
      },
      response: (head: Head, end: boolean) => {
        if (!counts() || this.again(this.policy?.afterHeaders(head)) || this.goesElsewhere(head)) return;
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

  private goesElsewhere(head: Head): boolean {
    const { kept } = this;
    if (!kept || !this.ended || !this.keeps || !this.events.redirects?.(head, kept)) return false;
    this.abort();
    return true;
  }

  /** Tries again, a little later, if that is the verdict. */
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
