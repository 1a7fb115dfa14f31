/** Longer than a test takes. */
const LONG_MS = 1_000_000;

/** What a test gives: a response, the address of a server that responds, or undefined when the test calls `answer`. */
type Given<G> = G | URL | undefined;

/** A request or call that waits for its response. `G` is the response as tests give it, `A` the checked response. */
export interface PendingResponse<G, A> {
  /** Returns what the test gives. Called when the plugin's callback has returned. */
  given: () => Given<G> | Promise<Given<G>>;
  /** Checks a response. @throws TypeError that names the wrong field */
  check: (given: G) => A;
  /** Sends the request to a server. Resolves with undefined when the response arrives separately, in parts. */
  sendTo: (server: URL) => Promise<A | undefined>;
  /** Delivers the response. */
  settle: (answer: A) => void;
  /** Whether the response is still needed; true by default. */
  isWanted?: () => boolean;
}

/** Responds to requests and calls with the responses, functions and real servers that a test has given. */
export class Responder {
  readonly #running = new Set<Promise<void>>();
  #problem: { error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /**
   * @param later runs work when the plugin's callback has returned
   * @param isAwaited whether a response in parts has not ended yet
   */
  constructor(
    private readonly later: (work: () => void) => void,
    private readonly isAwaited: () => boolean,
  ) {}

  /** Gets the response and delivers it, at once or later. Like a network, never within the plugin's callback. */
  respond<G, A>(pending: PendingResponse<G, A>): void {
    this.later(() => {
      if (pending.isWanted?.() !== false) this.#take(pending.given(), pending);
    });
  }

  /** Runs work for a part of a response from a real server. `settled` throws the errors of the work. */
  deliver(work: () => void): void {
    try {
      this.later(work);
    } catch (error) {
      this.#problem ??= { error };
    }
  }

  /** Lets the callers of `settled` check their conditions again, unless a function or server is about to respond. */
  wake(): void {
    if (this.#running.size > 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /**
   * Waits until all functions and servers have responded.
   *
   * @param isDone a further condition to wait for
   * @throws the error of a function, or the plugin's trap
   */
  async settled(isDone = () => true): Promise<void> {
    const isPending = () => this.#running.size > 0 || (!this.#problem && (this.isAwaited() || !isDone()));
    // Idle connections do not keep the process alive, but this wait must.
    const alive = setInterval(() => {}, LONG_MS);
    try {
      while (isPending()) await new Promise<void>((wake) => this.#waiting.push(wake));
    } finally {
      clearInterval(alive);
    }
    const problem = this.#problem;
    this.#problem = undefined;
    if (problem) throw problem.error;
  }

  #take<G, A>(given: Given<G> | Promise<Given<G>>, { check, sendTo, settle }: PendingResponse<G, A>): void {
    const respond = (one: Given<G>): void | Promise<void> => {
      if (one === undefined) return;
      if (one instanceof URL) {
        return sendTo(one).then((response) =>
          response === undefined ? undefined : this.later(() => settle(response)),
        );
      }
      const response = check(one);
      this.later(() => settle(response));
    };
    if (!(given instanceof Promise) && !(given instanceof URL)) return void respond(given);
    const work = Promise.resolve(given)
      .then((one) => respond(one))
      .catch((error: unknown) => void (this.#problem ??= { error }))
      .finally(() => {
        this.#running.delete(work);
        this.wake();
      });
    this.#running.add(work);
  }
}
