/**
 * Runs a task again whenever somebody requests it, never twice at the same time. A request during a run aborts the run
 * and starts the next one afterwards; several requests lead to one run.
 *
 * @example
 * const reload = new Latest((signal) => load(signal));
 * await reload.request(); // resolves after a run that began after this line
 */
export class Latest {
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
  private controller = new AbortController();
  private isStopped = false;

  /** @param run the task; must not reject */
  constructor(private readonly run: (signal: AbortSignal) => Promise<void>) {}

  request(): Promise<void> {
    if (this.isStopped) return Promise.resolve();
    if (!this.running) return (this.running = this.begin());
    this.controller.abort();
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.isStopped ? undefined : (this.running = this.begin());
    });
    return this.next;
  }

  /** Aborts the run, waits for its end, and starts no further one. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.controller.abort();
    await this.running;
  }

  private async begin(): Promise<void> {
    this.controller = new AbortController();
    try {
      await this.run(this.controller.signal);
    } finally {
      if (!this.next) this.running = undefined;
    }
  }
}
