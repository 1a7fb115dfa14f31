import { setTimeout as sleep } from "node:timers/promises";
import { OciError } from "./oci-error.js";

export interface RetryOptions {
  /** How often a request is sent at most; 5 by default. */
  tries?: number | undefined;
  /** The first pause, which doubles each time; 300 ms by default. */
  pauseMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** A failure after which the same request may succeed. */
export class TemporaryError extends OciError {
  constructor(
    message: string,
    /** How long the server asks to wait. */
    readonly waitMs = 0,
  ) {
    super(message);
  }
}

/** The longest pause that a server can ask for. */
const LONGEST_WAIT_MS = 20_000;

const DROPPED = new Set(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ECONNABORTED", "ERR_STREAM_PREMATURE_CLOSE"]);

/** Whether the connection broke, so that the request may be sent again. */
export function isDropped(error: unknown): boolean {
  return error instanceof Error && DROPPED.has((error as NodeJS.ErrnoException).code ?? "");
}

/**
 * Does work again after a dropped connection or a temporary failure, with growing pauses.
 *
 * @throws the error of the last try; the reason of the signal when it is aborted
 */
export async function withRetries<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { tries = 5, pauseMs = 300, signal } = options;
  for (let attempt = 0; ; attempt++) {
    try {
      signal?.throwIfAborted();
      return await work(attempt);
    } catch (error) {
      signal?.throwIfAborted();
      const isTemporary = error instanceof TemporaryError;
      if (attempt + 1 >= tries || !(isTemporary || isDropped(error))) throw error;
      const asked = isTemporary ? Math.min(error.waitMs, LONGEST_WAIT_MS) : 0;
      // The reason of the signal, not sleep's own error.
      await sleep(Math.max(asked, pauseMs * 2 ** attempt), undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}
