import type { Admin } from "../admin.js";
import { poll } from "../wait.js";

const PLUGIN = "extension_config_discovery.http_filter.";

/** The beginnings of the names of Envoy's statistics about discovery, as Envoy writes them. */
export const statistics = {
  listeners: "listener_manager.lds.",
  clusters: "cluster_manager.cds.",
  routes: (listener: string) => `http.${statName(listener)}.rds.${statName(listener)}.`,
  plugin: (name: string) => `${PLUGIN}${statName(name)}.`,
};

/** A response that Envoy is going to read. */
export interface Awaited {
  /** The beginning of the names of Envoy's statistics about the response. */
  statistic: string;
  /** What the response is about, for messages. */
  what: string;
  /** Envoy may have the same content already: Envoy then does not use it anew. */
  unchanged?: true;
}

/** Envoy's counters by name. */
type Counters = ReadonlyMap<string, number>;

/**
 * Writes files, and waits until Envoy has accepted or rejected each response in them, and all workers of Envoy use what
 * was accepted. For routes, the workers' use is not waited for, because Envoy does not count it.
 *
 * @param workers the number of workers
 * @returns what Envoy has rejected
 */
export async function verdicts(
  admin: Admin,
  workers: number,
  responses: readonly Awaited[],
  write: () => void,
  limitMs: number,
): Promise<string[]> {
  const before = await countersOf(admin);
  write();
  return poll(limitMs, "Envoy neither accepted nor rejected the new configuration", async () => {
    const now = await countersOf(admin);
    const rejected = rejectedSince(before, now, responses);
    if (rejected?.length === 0 && !inUseSince(before, now, responses, workers)) return undefined;
    return rejected;
  });
}

/** What Envoy has rejected since its start; undefined until Envoy has read all responses. */
export async function firstVerdicts(admin: Admin, responses: readonly Awaited[]): Promise<string[] | undefined> {
  return rejectedSince(new Map(), await countersOf(admin), responses);
}

function rejectedSince(before: Counters, now: Counters, responses: readonly Awaited[]): string[] | undefined {
  const rejected: string[] = [];
  let isComplete = true;
  for (const [statistic, own] of byStatistic(responses)) {
    const since = (name: string) => increase(before, now, `${statistic}update_${name}`);
    const failed = since("rejected") + since("failure");
    if (since("success") + failed < own.length) isComplete = false;
    if (failed === 0) continue;
    // Envoy does not read the files of a rejected listener.
    if (statistic === statistics.listeners) return [own[0]!.what];
    rejected.push(own[0]!.what);
  }
  return isComplete ? rejected : undefined;
}

/** Whether all workers use the accepted plugins and listeners. */
function inUseSince(before: Counters, now: Counters, responses: readonly Awaited[], workers: number): boolean {
  return [...byStatistic(responses)].every(([statistic, own]) => {
    if (statistic === statistics.listeners) {
      const since = (name: string) => increase(before, now, `listener_manager.listener_${name}`);
      return since("create_success") >= workers * (since("added") + since("modified"));
    }
    const changes = own.filter(({ unchanged }) => !unchanged).length;
    return !statistic.startsWith(PLUGIN) || increase(before, now, `${statistic}config_reload`) >= changes;
  });
}

/** Plugins of the same name on several listeners share statistics. */
function byStatistic(responses: readonly Awaited[]): Map<string, Awaited[]> {
  const groups = new Map<string, Awaited[]>();
  for (const one of responses) groups.set(one.statistic, [...(groups.get(one.statistic) ?? []), one]);
  return groups;
}

function increase(before: Counters, now: Counters, name: string): number {
  return (now.get(name) ?? 0) - (before.get(name) ?? 0);
}

function countersOf(admin: Admin): Promise<Counters> {
  return admin.stats("\\.(update_(success|rejected|failure)|config_reload|listener_(added|modified|create_success))$");
}

/** A name as a part of the names of statistics. */
function statName(name: string): string {
  return name.replaceAll("://", "_").replaceAll(":/", "_").replaceAll(":", "_");
}
