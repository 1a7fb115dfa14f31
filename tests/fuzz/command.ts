import { setImmediate } from "node:timers/promises";
import { parseCommandLine } from "../../sdk/cli/command-line.js";
import { PluginFuzzer } from "./as-plugin/index.js";
import { HostFuzzer } from "./as-host/index.js";
import { firstSequence, fuzz, type Fuzzer } from "./fuzzer.js";
import { HeapCheck } from "./heap.js";
import { Watchdog } from "./watchdog.js";

const USAGE = "npm run fuzz [-- SEQUENCES] [--as plugin|host] [--seed N [--only]]";
const HELP = `${USAGE}

Plays random sequences of calls. As a plugin, the fuzzer makes host calls on the Node host: any host call, any argument, in
any phase. As a host, it calls the callbacks of plugins on the SDK, with any return value for their host calls. The fuzzer
fails on a crash, an exception, an undefined status, a trap of a plugin, leftover state and growing memory.

  SEQUENCES          the number of sequences; 1000000 by default
  --as plugin|host   only this half; both by default
  --seed N           the number of the first sequence; a random number by default
  --only             play one sequence only: the one that --seed names
  --help             print this text
`;

const { values, positionals } = parsed();
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const count = values.only ? 1 : Number(positionals[0] ?? 1_000_000);
const first = values.seed === undefined ? firstSequence() : Number(values.seed);
const fuzzers: Fuzzer[] = [];
if (values.as !== "host") fuzzers.push(new PluginFuzzer());
if (values.as !== "plugin") fuzzers.push(await HostFuzzer.make());
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(first) || first < 0) {
  fail("the number of sequences and --seed must be whole numbers");
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

function parsed() {
  try {
    const found = parseCommandLine(process.argv.slice(2), {
      ...{ seed: { type: "string" }, as: { type: "string" }, only: { type: "boolean", default: false } },
      help: { type: "boolean", short: "h" },
    } as const);
    const { as } = found.values;
    if (as !== undefined && as !== "plugin" && as !== "host") fail(`--as ${as}: expected plugin or host`);
    return found;
  } catch (error) {
    return fail((error as Error).message);
  }
}

function fail(why: string): never {
  console.error(`${why}\nUsage: ${USAGE}`);
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
