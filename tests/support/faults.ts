/**
 * The lines of an Envoy's log that tell of a trap, or of something that a plugin complains about.
 *
 * @example
 * expect(faults(envoy.log)).toEqual([]);
 */
export function faults(log: string): string[] {
  return log.split("\n").filter((line) => /abort:|unreachable|\[(error|critical)\]\[wasm\]/.test(line));
}
