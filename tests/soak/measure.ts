import { readFileSync } from "node:fs";
import { findEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { poll } from "../../sdk/envoy/wait.js";
import { faults } from "../support/faults.js";

/** Growth that may be noise of the allocator, as a factor. */
const TOLERANCE = 1.03;

/** Sizes in bytes, each under a name. */
export type Memory = Record<string, number>;

/** The number of requests on the command line, or the default. Ends the process if the argument is not such a number. */
export function requestsToSend(byDefault: number, warmUp: number): number {
  const total = Number(process.argv[2] ?? byDefault);
  if (Number.isSafeInteger(total) && total >= 2 * warmUp) return total;
  console.error(`the number of requests must be a whole number of at least ${2 * warmUp}, not ${process.argv[2]}`);
  process.exit(1);
}

/** The path of the Envoy binary. Ends the process if Envoy is not installed. */
export async function envoyPath(): Promise<string> {
  const found = await findEnvoy();
  if (found.found) return found.path;
  console.error(found.reason);
  process.exit(1);
}

/** The resident memory of the process, and the bytes that its allocator has allocated. */
export async function memory(envoy: RunningEnvoy): Promise<Memory> {
  const status = readFileSync(`/proc/${envoy.pid}/status`, "latin1");
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  const { allocated } = JSON.parse(await envoy.admin("/memory")) as { allocated: string };
  return { "resident set": resident, allocated: Number(allocated) };
}

/**
 * Prints the state of an Envoy after a load, and sets the exit code: 1 if the memory has grown, a stream is stuck or a
 * plugin has trapped.
 */
export async function judge(envoy: RunningEnvoy, listener: string, before: Memory, after: Memory): Promise<void> {
  const problems: string[] = [];
  for (const [name, value] of Object.entries(after)) {
    const ratio = value / before[name]!;
    if (ratio > TOLERANCE) problems.push(`${name} has grown`);
    console.log(`${name}: ${kib(before[name]!)} after the warm-up, ${kib(value)} at the end (× ${ratio.toFixed(3)})`);
  }
  const stat = `http.${listener}.downstream_rq_active`;
  const active = async () => (await envoy.stats(`^http\\.${listener}\\.`)).get(stat);
  // Envoy may notice a moment later that a client has disconnected.
  await poll(5000, "", async () => (await active()) === 0 || undefined).catch(() => {});
  const stuck = await active();
  console.log(`requests still active: ${stuck}`);
  if (stuck !== 0) problems.push("requests are stuck");
  const lines = faults(envoy.log);
  if (lines.length > 0) problems.push(["the plugin trapped or logged an error:", ...lines.slice(0, 20)].join("\n"));
  process.exitCode = problems.length > 0 ? 1 : 0;
  console.log(problems.length > 0 ? `FAIL: ${problems.join(", ")}` : "ok: the memory has not grown");
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
