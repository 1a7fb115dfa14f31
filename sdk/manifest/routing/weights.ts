import type { IngressRouteRule } from "./model.js";

/** The first backend gets what the others leave of 100. */
export function normalizeWeights({ destinations, weightTotal }: IngressRouteRule): void {
  const [first, ...others] = destinations;
  if (!first) return;
  const sum = () => others.reduce((all, { weight }) => all + weight, 0);
  const total = Math.max(weightTotal, sum(), 1);
  for (const one of others) one.weight = Math.trunc(Math.fround(Math.fround(one.weight / total) * 100));
  first.weight = Math.max(0, 100 - sum());
}
