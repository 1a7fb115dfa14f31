/** What plays random sequences; each depends on its number, and may depend on those before it in its world. */
export interface Fuzzer {
  readonly name: string;
  /** How many sequences share a world: what they leave behind is there for the next. */
  readonly world: number;
  begin(world: number): void;
  /** @throws when something is not as it must be */
  play(sequence: number): void;
  /** @throws when something is left */
  end(): void;
}

/**
 * Plays sequences from a number on. The sequences of a number are always the same.
 *
 * @param progress is told of each sequence before it begins
 * @throws an Error that says what was wrong, and how to play it again
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
    `alone:               ${command} --seed ${sequence} --only`,
    `with those before:   ${command} --seed ${start} ${sequence - start + 1}`,
  ].join("\n");
}

/** Where random runs begin: RANDOM_SEED, or the day, so that each day's are others. */
export function firstSequence(fallback = new Date().toISOString().slice(0, 10).replaceAll("-", "")): number {
  return (Number(process.env["RANDOM_SEED"] ?? fallback) * 100_000) % 2 ** 31;
}
