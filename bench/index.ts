// Compares plugins on this SDK with the same plugins on other SDKs: `npm run bench -- --help`.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { join } from "node:path";
import { findEnvoy, packageRoot } from "../sdk/envoy/index.js";
import { FlagError, helpText, readFlags, type Flags } from "./flags.js";
import { measureGroup } from "./measure.js";
import { pluginsOf, TITLES, type Peer } from "./peers.js";
import { digits, withQuartiles } from "./report/numbers.js";
import { report, withResults } from "./report/page.js";
import { plots } from "./report/plots.js";
import type { Results } from "./report/results.js";
import { measureStarts, sizesOf } from "./start.js";
import { GROUPS } from "./workloads.js";

const root = packageRoot();
const folder = join(root, "bench", "results");
const page = join(root, "docs", "performance.md");
const names = [...GROUPS.flatMap(({ workloads }) => workloads.map(({ name }) => name)), "start", "size"];

async function run(flags: Flags): Promise<void> {
  const envoy = await findEnvoy();
  if (!envoy.found) throw new Error(envoy.reason);
  const results: Results = {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} cores of ${cpus()[0]!.model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${release()}`,
    ...{ envoy: envoy.version, node: process.version, rounds: flags.rounds },
    ...{ versions: {}, missing: {}, workloads: [], starts: [], sizes: {} },
  };
  const plugins = new Map<Peer, ReadonlyMap<string, string>>();
  for (const peer of flags.peers) {
    progress(`builds the plugins: ${TITLES[peer]}`);
    const built = await pluginsOf(peer);
    if ("missing" in built) {
      results.missing[peer] = built.missing;
      console.error(`leaves out ${TITLES[peer]}: ${built.missing}`);
    } else {
      results.versions[peer] = built.version;
      plugins.set(peer, built.files);
    }
  }
  const options = { envoy: envoy.path, rounds: flags.rounds, peers: flags.peers, plugins };
  for (const group of GROUPS) {
    const chosen = group.workloads.filter(({ name }) => flags.only.includes(name));
    if (!chosen.some(({ peers }) => peers.some((peer) => plugins.has(peer)))) continue;
    const isNeeded = (name: string) => chosen.some((one) => one.name === name || one.comparedWith === name);
    const workloads = group.workloads.filter(({ name }) => isNeeded(name));
    progress(workloads.map(({ name }) => name).join(", "));
    for (const workload of await measureGroup({ ...group, workloads }, options)) {
      results.workloads.push(workload);
      const { ours } = workload.peers;
      if (!ours) continue;
      const ratio = ours.toRust ? `, ${withQuartiles(ours.toRust)} of Rust` : "";
      progress(`${workload.name}: ${digits(ours.added.median)} µs${ratio}`);
    }
  }
  if (flags.only.includes("start")) {
    progress("start and memory");
    results.starts = await measureStarts(envoy.path, plugins, Math.max(1, Math.round(flags.rounds / 8)));
  }
  if (flags.only.includes("size")) results.sizes = sizesOf(plugins);
  if (flags.isWhole) write(results);
  console.log(`\n${report(results)}`);
}

/** Writes the results, the plots and the page. */
function write(results: Results): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "results.json"), `${JSON.stringify(results, rounded, 2)}\n`);
  writeFileSync(join(folder, "results.md"), `# Results of npm run bench\n\n${report(results)}`);
  for (const [file, svg] of plots(results)) writeFileSync(join(folder, file), svg);
  writeFileSync(page, withResults(readFileSync(page, "utf8"), results));
}

function rounded(_: string, value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(5)) : value;
}

function progress(text: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

try {
  const flags = readFlags(process.argv.slice(2), names);
  if (flags.help) console.log(helpText(names));
  else if (flags.render) write(JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as Results);
  else await run(flags);
} catch (error) {
  console.error(error instanceof FlagError ? error.message : error);
  process.exitCode = error instanceof FlagError ? 2 : 1;
}
