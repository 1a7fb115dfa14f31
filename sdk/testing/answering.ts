/** What a test gives for an answer: one, the address of a server that has it, or nothing, for an answer by hand. */
type Given<A> = A | URL | undefined;

/** Something that waits for an answer. */
export interface Question<A> {
  /** What there is for it, once its turn has come. */
  answer: () => Given<A> | Promise<Given<A>>;
  /** Says what is wrong with an answer that is none. */
  check: (answer: A) => A;
  /** Has a server answer. */
  ask: (server: URL) => Promise<A>;
  settle: (answer: A) => void;
  /** Whether the answer is still waited for; always, unless given. */
  isWanted?: () => boolean;
}

/** What answers on its own: upstreams that are answers, functions or real servers. */
export class Answering {
  readonly #running = new Set<Promise<void>>();
  #problem: { error: unknown } | undefined;

  /** @param later does something when the plugin has returned */
  constructor(private readonly later: (work: () => void) => void) {}

  /** Has something answer, now or later, but never within the plugin's own call, as a network. */
  by<A>(question: Question<A>): void {
    this.later(() => {
      if (question.isWanted?.() !== false) this.#take(question.answer(), question);
    });
  }

  /**
   * Waits until nothing answers any more.
   *
   * @throws what a function that answers has thrown, or the plugin's trap
   */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.race(this.#running);
    const problem = this.#problem;
    this.#problem = undefined;
    if (problem) throw problem.error;
  }

  #take<A>(given: Given<A> | Promise<Given<A>>, question: Question<A>): void {
    const take = (answer: Given<A>): void | Promise<void> => {
      if (answer instanceof URL) return question.ask(answer).then(take);
      if (answer === undefined) return;
      const checked = question.check(answer);
      this.later(() => question.settle(checked));
    };
    if (!(given instanceof Promise) && !(given instanceof URL)) return void take(given);
    const work = Promise.resolve(given)
      .then((answer) => take(answer))
      .catch((error: unknown) => void (this.#problem ??= { error }))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }
}
