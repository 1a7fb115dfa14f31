import { setTimeout as sleep } from "node:timers/promises";

/**
 * Tests that depend on time: a busy machine may join chunks that a client or an upstream sends one after the other. Such a
 * test runs again, alone and with longer pauses.
 */
let running = 0;
let alone: Promise<void> | undefined;
let factor = 1;

/** Waits between two chunks. */
export function pause(ms: number): Promise<void> {
  return sleep(ms * factor);
}

/** Runs a function beside others in this process, but not beside one that runs alone. */
export async function besideOthers<T>(run: () => Promise<T>): Promise<T> {
  while (alone) await alone;
  running += 1;
  try {
    return await run();
  } finally {
    running -= 1;
  }
}

/** Runs a function while no other of this process runs, with pauses that are so many times as long. */
export async function runAlone<T>(times: number, run: () => Promise<T>): Promise<T> {
  while (alone) await alone;
  let end!: () => void;
  alone = new Promise((resolve) => (end = resolve));
  try {
    while (running > 0) await sleep(10);
    factor = times;
    return await run();
  } finally {
    factor = 1;
    alone = undefined;
    end();
  }
}
