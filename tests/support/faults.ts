/**
 * The lines of Envoy's log that report a trap, or that a plugin has logged as an error.
 *
 * @example
 * expect(faults(envoy.log)).toEqual([]);
 */
export function faults(log: string): string[] {
  return log.split("\n").filter((line) => /abort:|unreachable|\[(error|critical)\]\[wasm\]/.test(line));
}
