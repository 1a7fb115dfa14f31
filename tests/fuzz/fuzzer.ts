/** Plays random sequences. A sequence depends on its number, and on the earlier sequences of its world. */
export interface Fuzzer {
  readonly name: string;
  /** The number of sequences that share a world, which is a host with its plugins and their state. */
  readonly world: number;
  begin(world: number): void;
  /** @throws Error when a check fails */
  play(sequence: number): void;
  /** @throws Error when streams, timers, calls or too much memory are left */
  end(): void;
}

/**
 * Plays sequences from a number on. A number always gives the same sequence.
 *
 * @param progress called before each sequence
 * @throws Error with the failure, and with the commands that play the sequence again
 */
export function fuzz(
  fuzzer: Fuzzer,
  first: number,
  count: number,
  progress: (sequence: number) => void = () => {},
): void {
  const end = first + count;
  for (let sequence = first; sequence < end; sequence++) {
    progress(sequence);
    try {
      if (sequence === first || sequence % fuzzer.world === 0) fuzzer.begin(Math.floor(sequence / fuzzer.world));
      fuzzer.play(sequence);
      if (sequence === end - 1 || (sequence + 1) % fuzzer.world === 0) fuzzer.end();
    } catch (error) {
      throw new Error(report(fuzzer, first, sequence, error), { cause: error });
    }
  }
}

function report({ name, world }: Fuzzer, first: number, sequence: number, error: unknown): string {
  const start = Math.max(first, sequence - (sequence % world));
  const command = `npm run fuzz -- --as ${name}`;
  return [
    `${name}, sequence ${sequence}: ${error instanceof Error ? error.stack : String(error)}`,
    `this sequence alone:       ${command} --seed ${sequence} --only`,
    `with the earlier ones:     ${command} --seed ${start} ${sequence - start + 1}`,
  ].join("\n");
}

/** The number of the first sequence: from RANDOM_SEED, or from the date, so that each day has other sequences. */
export function firstSequence(fallback = new Date().toISOString().slice(0, 10).replaceAll("-", "")): number {
  return (Number(process.env["RANDOM_SEED"] ?? fallback) * 100_000) % 2 ** 31;
}
