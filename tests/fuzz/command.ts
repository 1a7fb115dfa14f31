// Plays random sequences against the host (as a plugin: any host call, any argument, any phase) and against plugins on the
// SDK (as a host: any callback, any result of a host call). Fails at a crash, an exception, an unknown status, a trap of a
// plugin, streams or calls that are left over, or memory that grows.
//
//   npm run fuzz [-- number of sequences] [--as plugin|host] [--seed N [--only]]
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { PluginFuzzer } from "./as-plugin/index.js";
import { HostFuzzer } from "./as-host/index.js";
import { firstSequence, fuzz, type Fuzzer } from "./fuzzer.js";
import { HeapCheck } from "./heap.js";
import { Watchdog } from "./watchdog.js";

const USAGE = "usage: npm run fuzz [-- number of sequences] [--as plugin|host] [--seed N [--only]]";

const { values, positionals } = parseCommandLine();
const count = values.only ? 1 : Number(positionals[0] ?? 1_000_000);
const first = values.seed === undefined ? firstSequence() : Number(values.seed);
const fuzzers: Fuzzer[] = [];
if (values.as !== "host") fuzzers.push(new PluginFuzzer());
if (values.as !== "plugin") fuzzers.push(await HostFuzzer.make());
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(first) || first < 0) {
  exitWithUsage("the number of sequences and the seed must be whole numbers");
}

for (const fuzzer of fuzzers) {
  console.log(`as ${fuzzer.name}: ${count} sequences, seed ${first}`);
  const watchdog = new Watchdog();
  try {
    await play(fuzzer, watchdog);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
  await watchdog.stop();
}

function parseCommandLine() {
  try {
    const found = parseArgs({
      allowPositionals: true,
      options: { seed: { type: "string" }, as: { type: "string" }, only: { type: "boolean", default: false } },
    });
    const { as } = found.values;
    if (as !== undefined && as !== "plugin" && as !== "host") exitWithUsage(`--as is "${as}", expected plugin or host`);
    return found;
  } catch (error) {
    return exitWithUsage((error as Error).message);
  }
}

function exitWithUsage(problem: string): never {
  console.error(`${problem}\n${USAGE}`);
  process.exit(1);
}

async function play(fuzzer: Fuzzer, watchdog: Watchdog): Promise<void> {
  const began = performance.now();
  const heap = new HeapCheck(count);
  // Lets the event loop run after each world, so that unhandled rejections appear.
  for (let at = first; at < first + count; await setImmediate()) {
    const next = Math.min(first + count, at - (at % fuzzer.world) + fuzzer.world);
    fuzz(fuzzer, at, next - at, (sequence) => watchdog.begin(sequence));
    at = next;
    heap.progress(at - first);
  }
  const seconds = (performance.now() - began) / 1000;
  console.log(`  ok: ${Math.round(count / seconds)} sequences a second; ${heap.check()}`);
}
