/** Longer than a test takes. */
const LONG_MS = 1_000_000;

/** What a test gives for an answer: one, the address of a server that has it, or nothing, for an answer by hand. */
type Given<G> = G | URL | undefined;

/** Something that waits for an answer: `G` as tests give it, `A` when it has been checked. */
export interface Question<G, A> {
  /** What there is for it, once its turn has come. */
  answer: () => Given<G> | Promise<Given<G>>;
  /** Says what is wrong with an answer that is none. */
  check: (given: G) => A;
  /** Has a server answer; undefined from one whose answer comes in pieces, on its own ways. */
  ask: (server: URL) => Promise<A | undefined>;
  settle: (answer: A) => void;
  /** Whether the answer is still waited for; always, unless given. */
  isWanted?: () => boolean;
}

/** What answers on its own: upstreams that are answers, functions or real servers. */
export class Answering {
  readonly #running = new Set<Promise<void>>();
  #problem: { error: unknown } | undefined;
  #waiting: (() => void)[] = [];

  /**
   * @param later does something when the plugin has returned
   * @param isAwaited whether more comes of answers in pieces
   */
  constructor(
    private readonly later: (work: () => void) => void,
    private readonly isAwaited: () => boolean,
  ) {}

  /** Has something answer, now or later, but never within the plugin's own call, as a network. */
  by<G, A>(question: Question<G, A>): void {
    this.later(() => {
      if (question.isWanted?.() !== false) this.#take(question.answer(), question);
    });
  }

  /** Does what came over the network in pieces; what it throws, `settled` throws. */
  hear(work: () => void): void {
    try {
      this.later(work);
    } catch (error) {
      this.#problem ??= { error };
    }
  }

  /** Has those who wait look again, as the plugin was called; none can go on while something is about to answer. */
  wake(): void {
    if (this.#running.size > 0) return;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /**
   * Waits until nothing answers any more.
   *
   * @param isEnough something else to wait for
   * @throws what a function that answers has thrown, or the plugin's trap
   */
  async settled(isEnough = () => true): Promise<void> {
    const goesOn = () => this.#running.size > 0 || (!this.#problem && (this.isAwaited() || !isEnough()));
    // Connections by themselves do not keep the process; who waits for them does.
    const alive = setInterval(() => {}, LONG_MS);
    try {
      while (goesOn()) await new Promise<void>((wake) => this.#waiting.push(wake));
    } finally {
      clearInterval(alive);
    }
    const problem = this.#problem;
    this.#problem = undefined;
    if (problem) throw problem.error;
  }

  #take<G, A>(given: Given<G> | Promise<Given<G>>, { check, ask, settle }: Question<G, A>): void {
    const take = (one: Given<G>): void | Promise<void> => {
      if (one === undefined) return;
      if (one instanceof URL) {
        return ask(one).then((answer) => (answer === undefined ? undefined : this.later(() => settle(answer))));
      }
      const answer = check(one);
      this.later(() => settle(answer));
    };
    if (!(given instanceof Promise) && !(given instanceof URL)) return void take(given);
    const work = Promise.resolve(given)
      .then((one) => take(one))
      .catch((error: unknown) => void (this.#problem ??= { error }))
      .finally(() => {
        this.#running.delete(work);
        this.wake();
      });
    this.#running.add(work);
  }
}
