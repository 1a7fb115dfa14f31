import type { HeaderMap } from "../host/index.js";
import { checkAnswer, type Answer, type Answerer } from "./answer.js";
import { askServer } from "./server.js";

/** What a real server is sent. */
export type SentRequest = () => { headers: HeaderMap; body: Uint8Array };

/** What answers on its own: upstreams that are answers, functions or real servers. */
export class Answering {
  readonly #running = new Set<Promise<void>>();
  #problem: { error: unknown } | undefined;

  /** @param later does something when the plugin has returned */
  constructor(private readonly later: (work: () => void) => void) {}

  /**
   * Has something answer a request, now or later, but never within the plugin's own call, as a network.
   *
   * @param isWanted whether the answer is still waited for when its turn comes
   */
  by<R>(
    answerer: Answerer<R>,
    request: R,
    sent: SentRequest,
    settle: (answer: Answer) => void,
    isWanted: () => boolean = () => true,
  ): void {
    this.later(() => {
      if (isWanted()) this.#take(typeof answerer === "function" ? answerer(request) : answerer, sent, settle);
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

  #take(
    given: Answer | URL | undefined | Promise<Answer | URL | undefined>,
    sent: SentRequest,
    settle: (answer: Answer) => void,
  ): void {
    const take = (answer: Answer | URL | undefined): void | Promise<void> => {
      if (answer instanceof URL) return askServer(answer, sent()).then(take);
      if (answer === undefined) return;
      const checked = checkAnswer(answer, "an upstream's answer");
      this.later(() => settle(checked));
    };
    if (!(given instanceof Promise) && !(given instanceof URL)) return void take(given);
    const work = Promise.resolve(given)
      .then((answer) => take(answer))
      .catch((error: unknown) => void (this.#problem ??= { error }))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }
}
