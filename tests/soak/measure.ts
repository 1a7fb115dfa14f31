import { readFileSync } from "node:fs";
import { findEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { parseCommandLine } from "../../sdk/cli/command-line.js";
import { faults } from "../support/faults.js";

/** The ratio up to which more memory counts as noise of the allocator. */
const TOLERANCE = 1.03;

/** Sizes in bytes, by what they are of. */
export type Memory = Record<string, number>;

/** What a soak command does, for its `--help`. */
export interface SoakCommand {
  /** Such as "soak:mixed". */
  script: string;
  about: string;
  /** The number of requests by default. */
  requests: number;
  /** The number of requests before the first measurement. */
  warmUp: number;
}

/** The number of requests on the command line. Ends the process for `--help` and for a wrong command line. */
export function requestsToSend({ script, about, requests, warmUp }: SoakCommand): number {
  const usage = `npm run ${script} [-- REQUESTS]`;
  try {
    const { values, positionals } = parseCommandLine(process.argv.slice(2), { help: { type: "boolean", short: "h" } });
    if (values.help) {
      console.log(
        `${usage}\n\n${about}\n\n  REQUESTS   the number of requests; ${requests} by default, at least ${2 * warmUp}\n` +
          "  --help     print this text\n",
      );
      process.exit(0);
    }
    const [text = String(requests), ...more] = positionals;
    const total = Number(text);
    if (more.length > 0) throw new Error(`expected one number of requests, got ${positionals.join(" ")}`);
    if (Number.isSafeInteger(total) && total >= 2 * warmUp) return total;
    throw new Error(`the number of requests must be a whole number of at least ${2 * warmUp}, not ${text}`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${usage}`);
    process.exit(1);
  }
}

/** The path of the Envoy to run. Ends the process when no Envoy is found. */
export async function envoyPath(): Promise<string> {
  const found = await findEnvoy();
  if (found.found) return found.path;
  console.error(found.reason);
  process.exit(1);
}

/** What the process holds, and what its allocator has handed out. */
export async function memory(envoy: RunningEnvoy): Promise<Memory> {
  const status = readFileSync(`/proc/${envoy.pid}/status`, "latin1");
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  const { allocated } = JSON.parse(await envoy.admin("/memory")) as { allocated: string };
  return { "resident set": resident, allocated: Number(allocated) };
}

/**
 * Says how an Envoy is after a load, and sets the exit code: 1 if its memory has grown, a stream is stuck or something
 * trapped.
 */
export async function judge(envoy: RunningEnvoy, listener: string, before: Memory, after: Memory): Promise<void> {
  const problems: string[] = [];
  for (const [what, value] of Object.entries(after)) {
    const ratio = value / before[what]!;
    if (ratio > TOLERANCE) problems.push(`${what} has grown`);
    console.log(`${what}: ${kib(before[what]!)} after the warm-up, ${kib(value)} at the end (× ${ratio.toFixed(3)})`);
  }
  const name = `http.${listener}.downstream_rq_active`;
  const active = async () => (await envoy.stats(`^http\\.${listener}\\.`)).get(name);
  // A client that has just gone away may be noticed a moment later.
  await poll(5000, "", async () => (await active()) === 0 || undefined).catch(() => {});
  const stuck = await active();
  console.log(`requests still active: ${stuck}`);
  if (stuck !== 0) problems.push("requests are stuck");
  const lines = faults(envoy.log);
  if (lines.length > 0) problems.push(["the plugin trapped or complained:", ...lines.slice(0, 20)].join("\n"));
  process.exitCode = problems.length > 0 ? 1 : 0;
  console.log(problems.length > 0 ? `FAIL: ${problems.join(", ")}` : "ok: memory is where it was");
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
