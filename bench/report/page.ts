import { PEERS, TITLES } from "../peers.js";
import { plots } from "./plots.js";
import type { Results } from "./results.js";
import { table, tables } from "./tables.js";

const BEGIN = "<!-- results: npm run bench writes this part -->";
const END = "<!-- end of results -->";

/** The machine, the versions and all tables, as bench/results/results.md. */
export function report(results: Results): string {
  return `${about(results)}\n\n${tables(results)}\n`;
}

/**
 * Replaces the results in docs/performance.md.
 *
 * @throws Error when the page has no place for them
 */
export function withResults(page: string, results: Results): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined) throw new Error(`the page has no "${BEGIN}" and "${END}"`);
  const pictures = [...plots(results)].map(
    ([file, svg]) => `![${/<title>(.*)<\/title>/.exec(svg)![1]}](../bench/results/${file})`,
  );
  return `${before}${BEGIN}\n\n${[about(results), ...pictures, tables(results)].join("\n\n")}\n\n${END}${after}`;
}

function about({ date, machine, envoy, node, rounds, versions, missing }: Results): string {
  const rows = PEERS.flatMap((peer) => {
    const version = versions[peer] ?? (missing[peer] === undefined ? undefined : `not measured: ${missing[peer]}`);
    return version === undefined ? [] : [[TITLES[peer], version]];
  });
  const text = `Measured on ${date} with ${machine}: Envoy ${envoy}, Node.js ${node}, ${rounds} rounds.`;
  return `${text}\n\n${table(["plugin", "versions"], rows, 2)}`;
}
