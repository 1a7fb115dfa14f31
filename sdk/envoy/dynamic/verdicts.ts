import type { Admin } from "../admin.js";
import { poll } from "../wait.js";

/** The beginnings of the names of Envoy's statistics about discovery, as Envoy writes them. */
export const statistics = {
  listeners: "listener_manager.lds.",
  clusters: "cluster_manager.cds.",
  routes: (listener: string) => `http.${statName(listener)}.rds.${statName(listener)}.`,
  plugin: (name: string) => `extension_config_discovery.http_filter.${statName(name)}.`,
};

/** A response that Envoy is going to read. */
export interface Awaited {
  /** The beginning of the names of Envoy's statistics about the response. */
  statistic: string;
  /** What the response is about, for messages. */
  what: string;
}

/** Counts of responses that Envoy has accepted and rejected. */
type Counts = ReadonlyMap<string, { accepted: number; rejected: number }>;

/**
 * Writes files, and waits until Envoy has accepted or rejected each response in them.
 *
 * @returns what Envoy has rejected
 */
export async function verdicts(
  admin: Admin,
  responses: readonly Awaited[],
  write: () => void,
  limitMs: number,
): Promise<string[]> {
  const before = await countsOf(admin);
  write();
  return poll(limitMs, "Envoy neither accepted nor rejected the new configuration", () =>
    verdictsSince(before, responses, admin),
  );
}

/** What Envoy has rejected since its start; undefined until Envoy has read all responses. */
export function firstVerdicts(admin: Admin, responses: readonly Awaited[]): Promise<string[] | undefined> {
  return verdictsSince(new Map(), responses, admin);
}

async function verdictsSince(
  before: Counts,
  responses: readonly Awaited[],
  admin: Admin,
): Promise<string[] | undefined> {
  const now = await countsOf(admin);
  const rejected: string[] = [];
  // Plugins of the same name on several listeners share statistics.
  for (const statistic of new Set(responses.map((one) => one.statistic))) {
    const own = responses.filter((one) => one.statistic === statistic);
    const old = before.get(statistic) ?? { accepted: 0, rejected: 0 };
    const { accepted, rejected: failed } = now.get(statistic) ?? { accepted: 0, rejected: 0 };
    if (accepted + failed - old.accepted - old.rejected < own.length) return undefined;
    if (failed > old.rejected) rejected.push(own[0]!.what);
  }
  return rejected;
}

async function countsOf(admin: Admin): Promise<Counts> {
  const counts = new Map<string, { accepted: number; rejected: number }>();
  for (const [name, value] of await admin.stats("\\.update_(success|rejected|failure)$")) {
    const [, statistic, verdict] = /^(.*\.)update_(\w+)$/.exec(name) as unknown as [string, string, string];
    const count = counts.get(statistic) ?? { accepted: 0, rejected: 0 };
    counts.set(statistic, count);
    if (verdict === "success") count.accepted += value;
    else count.rejected += value;
  }
  return counts;
}

/** A name as a part of the names of statistics. */
function statName(name: string): string {
  return name.replaceAll("://", "_").replaceAll(":/", "_").replaceAll(":", "_");
}
