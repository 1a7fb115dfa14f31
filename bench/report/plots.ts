import { PEERS, TITLES } from "../peers.js";
import type { WorkloadResult } from "../measure.js";
import type { Spread } from "../stats.js";
import { plot, type Bar, type Panel } from "./plot.js";
import type { Results } from "./results.js";

/** The plots of a run by file name. */
export function plots({ workloads, starts, sizes }: Results): Map<string, string> {
  const is = (...beginnings: string[]) =>
    workloads.filter(({ name }) => beginnings.some((beginning) => name.startsWith(beginning)));
  const bodies = is("body/", "chunks", "JSON");
  const rules = is("rules/");
  const requests = workloads.filter((workload) => !bodies.includes(workload) && !rules.includes(workload));
  const files = new Map<string, string>();
  const add = (file: string, title: string, panels: Panel[]) => {
    if (panels.length > 0) files.set(file, plot(title, panels));
  };
  add("requests.svg", "Microseconds of CPU that a plugin adds to a request", requests.map(costs));
  add("bodies.svg", "Microseconds of CPU that a plugin adds to a request with a body", bodies.map(costs));
  add(
    "rules.svg",
    "Microseconds of CPU that a plugin with rules on this SDK adds to a request",
    rulePanels(rules, workloads),
  );
  add("start.svg", "Start, memory and size of plugins", [
    ...starts.map(({ configuration, start }) => panel(`start with ${configuration}`, "ms of CPU", start)),
    ...starts.map(({ configuration, memory }) => panel(`memory of three VMs with ${configuration}`, "MiB", memory)),
    ...["noop", "key-auth"].map((plugin) => {
      const bytes = PEERS.map((peer) => [peer, sizes[peer]?.find((one) => one.plugin === plugin)?.gzip] as const);
      const known = bytes.filter(([, size]) => size !== undefined);
      return panel(
        `${plugin}, gzip`,
        "KiB",
        Object.fromEntries(known.map(([peer, size]) => [peer, exact(size! / 1024)])),
      );
    }),
  ]);
  return files;
}

function costs({ title, peers }: WorkloadResult): Panel {
  return panel(title, "µs", Object.fromEntries(Object.entries(peers).map(([peer, { added }]) => [peer, added])));
}

function panel(title: string, unit: string, values: Partial<Record<string, Spread>>): Panel {
  const bars = PEERS.filter((peer) => values[peer]).map((peer): Bar => ({
    label: TITLES[peer],
    value: values[peer]!,
    isOurs: peer === "ours",
  }));
  return { title, unit, bars };
}

/** A panel for each kind of rule: this SDK with 10,000 rules and with few. Go's wrapper is off this scale. */
function rulePanels(rules: readonly WorkloadResult[], workloads: readonly WorkloadResult[]): Panel[] {
  return rules.flatMap((many) => {
    const few = workloads.find(({ name }) => name === many.comparedWith);
    const [fewer, more] = [few?.peers.ours, many.peers.ours];
    if (!few || !fewer || !more) return [];
    const bars = [
      { label: few.name === "no-op" ? "no-op" : "1 rule", value: fewer.added },
      { label: "10,000 rules", value: more.added, isOurs: true },
    ];
    return [{ title: many.title, unit: "µs", bars }];
  });
}

function exact(value: number): Spread {
  return { low: value, median: value, high: value };
}
