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

/** A sequence that has failed. */
export class FuzzFailure extends Error {
  override readonly name = "FuzzFailure";
}

/**
 * Plays sequences from a number on. The sequences of a number are always the same.
 *
 * @param progress is told of each sequence before it begins
 * @throws FuzzFailure that says how to play it again
 */
export function fuzz(fuzzer: Fuzzer, first: number, count: number, progress: (sequence: number) => void = () => {}): void {
  let world = -1;
  for (let sequence = first; sequence < first + count; sequence++) {
    progress(sequence);
    try {
      const number = Math.floor(sequence / fuzzer.world);
      if (number !== world) {
        if (world >= 0) fuzzer.end();
        fuzzer.begin((world = number));
      }
      fuzzer.play(sequence);
      if (sequence === first + count - 1) fuzzer.end();
    } catch (error) {
      throw new FuzzFailure(report(fuzzer, first, sequence, error));
    }
  }
}

function report(fuzzer: Fuzzer, first: number, sequence: number, error: unknown): string {
  const start = Math.max(first, sequence - (sequence % fuzzer.world));
  return [
    `${fuzzer.name}, sequence ${sequence}: ${error instanceof Error ? error.stack : String(error)}`,
    `alone:                       npm run fuzz -- --only ${fuzzer.name} --seed ${sequence} 1`,
    `with those that it builds on: npm run fuzz -- --only ${fuzzer.name} --seed ${start} ${sequence - start + 1}`,
  ].join("\n");
}
