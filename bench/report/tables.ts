import type { PeerResult, WorkloadResult } from "../measure.js";
import { PEERS, TITLES, type Peer } from "../peers.js";
import { kib, median, withQuartiles } from "./numbers.js";
import type { Results } from "./results.js";

/** A table in Markdown. The first `left` columns are aligned to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const padded = (row: readonly string[]) =>
    line(row.map((cell, column) => (column < left ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))));
  const rule = widths.map((width, column) => (column < left ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [padded(head), line(rule), ...rows.map(padded)].join("\n");
}

/** All tables of a run, each with a heading. */
export function tables(results: Results): string {
  const { workloads, starts, sizes } = results;
  const rules = workloads.filter(({ name }) => name.startsWith("rules/"));
  const others = workloads.filter((workload) => !rules.includes(workload));
  const part = (title: string, ...texts: string[]) => [`### ${title}`, ...texts].join("\n\n");
  const parts = [];
  if (workloads.length > 0) {
    const toRust = (result: PeerResult) => withQuartiles(result.toRust);
    const toLua = (result: PeerResult) => withQuartiles(result.toLua);
    const has = (divisor: Peer) => others.some(({ peers }) => peers[divisor]);
    const unit = (name: string) => `1 is what the plugin in ${name} adds to a request.`;
    if (has("rust")) parts.push(part("Compared with Rust", unit("Rust"), byPeer(others, toRust, "rust")));
    if (has("lua")) parts.push(part("Compared with Lua", unit("Lua"), byPeer(others, toLua, "lua")));
    if (rules.length > 0) parts.push(part("Rules", rulesTable(rules, workloads)));
    parts.push(part("Microseconds of CPU", microseconds(workloads)));
  }
  if (starts.length > 0) parts.push(part("Start and memory", startTable(results)));
  if (Object.keys(sizes).length > 0) parts.push(part("Size of the module, in KiB", sizeTable(results)));
  return parts.join("\n\n");
}

function byPeer(workloads: readonly WorkloadResult[], cell: (result: PeerResult) => string, divisor: Peer): string {
  const comparable = workloads.filter(({ peers }) => peers[divisor]);
  const peers = measured(comparable).filter((peer) => peer !== divisor);
  return table(
    ["workload", ...peers.map((peer) => TITLES[peer])],
    comparable.map(({ title, peers: results }) => [
      title,
      ...peers.map((peer) => (results[peer] ? cell(results[peer]) : "-")),
    ]),
  );
}

function rulesTable(rules: readonly WorkloadResult[], workloads: readonly WorkloadResult[]): string {
  const rows = rules.flatMap((many) => {
    const other = workloads.find(({ name }) => name === many.comparedWith);
    if (!other) return [];
    return measured([many]).map((peer) => [
      `${many.title} / ${other.title}`,
      TITLES[peer],
      median(many.peers[peer]!.added),
      median(other.peers[peer]?.added),
      withQuartiles(many.peers[peer]!.toOther),
    ]);
  });
  return table(["compared", "plugin", "with 10,000: µs", "without: µs", "ratio"], rows, 2);
}

function microseconds(workloads: readonly WorkloadResult[]): string {
  const peers = measured(workloads);
  return table(
    ["workload", "Envoy alone", "noise", ...peers.map((peer) => TITLES[peer])],
    workloads.map(({ title, baseline, noise, peers: results }) => [
      title,
      median(baseline),
      withQuartiles(noise),
      ...peers.map((peer) => median(results[peer]?.added)),
    ]),
  );
}

function startTable({ starts }: Results): string {
  const peers = PEERS.filter((peer) => starts.some(({ start }) => start[peer]));
  return table(
    ["", ...peers.map((peer) => TITLES[peer])],
    starts.flatMap(({ configuration, start, memory }) => [
      [`start with ${configuration}, ms of CPU`, ...peers.map((peer) => withQuartiles(start[peer]))],
      [`memory of three VMs with ${configuration}, MiB`, ...peers.map((peer) => withQuartiles(memory[peer]))],
    ]),
  );
}

function sizeTable({ sizes }: Results): string {
  const peers = PEERS.filter((peer) => sizes[peer]);
  const plugins = [...new Set(peers.flatMap((peer) => sizes[peer]!.map(({ plugin }) => plugin)))].sort();
  return table(
    ["plugin", ...peers.flatMap((peer) => [TITLES[peer], "gzip"])],
    plugins.map((plugin) => [
      plugin,
      ...peers.flatMap((peer) => {
        const size = sizes[peer]!.find((one) => one.plugin === plugin);
        return [kib(size?.bytes), kib(size?.gzip)];
      }),
    ]),
  );
}

function measured(workloads: readonly WorkloadResult[]): Peer[] {
  return PEERS.filter((peer) => workloads.some(({ peers }) => peers[peer]));
}
