import { Worker } from "node:worker_threads";

/** The most seconds that a sequence may take. */
const MOST_SECONDS = 20;

const SOURCE = `
  const { workerData: { cell, seconds } } = require("node:worker_threads");
  const { writeSync } = require("node:fs");
  let last = -1;
  setInterval(() => {
    const now = Atomics.load(cell, 0);
    if (now === last) {
      writeSync(2, "sequence " + now + " has not ended after " + seconds + " seconds\\n");
      process.kill(process.pid, "SIGKILL");
    }
    last = now;
  }, seconds * 1000);
`;

/** Ends the process when a sequence does not end, and prints the number of the sequence. */
export class Watchdog {
  private readonly cell = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker = new Worker(SOURCE, {
    ...{ eval: true, execArgv: [] },
    workerData: { cell: this.cell, seconds: MOST_SECONDS },
  });

  begin(sequence: number): void {
    Atomics.store(this.cell, 0, sequence);
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}
