/** Where the Node host does not do what Envoy does, and why. `docs/host.md` tells the same. */
export interface KnownDifference {
  reason: string;
  /** What is among the differences while there are any. */
  shows: RegExp;
}

export const KNOWN: Readonly<Record<string, KnownDifference>> = {};
