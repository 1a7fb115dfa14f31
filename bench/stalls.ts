// Measures the time that each of many requests spends in the module, and how often the garbage collector stalls one: one rule
// against 10,000 rules, and one consumer of key-auth against 10,000.
//
//   npm run bench:stalls [requests]
//
// A module does the same work in each run of the same requests, and other processes and Node's own garbage collector do not.
// So the requests run several times, each time in a new VM, and the least time of each request counts: what remains is a stall
// of the module. The host makes no objects while requests run.
import { buildPlugin } from "../tests/support/build.js";
import { startBare } from "../tests/support/bare-host.js";

const COUNT = 10_000;
const RUNS = 4;
const WARM_UP = 5_000;
/** No request of a module with many rules takes longer than one with one rule, plus this number of microseconds. */
const MOST_STALL_US = 300;
/** The largest ratios of 10,000 to one: of the mean, and of the 999th of 1,000 requests. */
const MOST_MEAN = 1.1;
const MOST_TAIL = 1.5;

const requests = Number(process.argv[2] ?? 1_000_000);
const numbers = Array.from({ length: COUNT }, (_, number) => number);
const LAST = COUNT - 1;
const HEADERS = [
  [":authority", `host-${LAST}.example.com`],
  [":path", "/items?page=2"],
  [":method", "GET"],
  [":scheme", "https"],
  ["user-agent", "bench/1.0"],
  ["accept", "*/*"],
  ["x-request-id", "0123456789-abcdef"],
  ["x-api-key", `key-${LAST}`],
] as const;

const rules = (of: number[]) => ({
  _rules_: of.map((number) => ({ _match_domain_: [`host-${number}.example.com`], content: `rule ${number}` })),
});
const consumers = (of: number[]) => ({
  ...{ keys: ["x-api-key"], in_header: true, global_auth: true },
  consumers: of.map((number) => ({ name: `consumer-${number}`, credential: `key-${number}` })),
});

let failed = false;
console.log(`${requests} requests, the least of ${RUNS} runs each; µs in the module\n`);
console.log("                      mean     p50     p99   p99.9  p99.99     max   above 10, 100, 300 µs   memory");
for (const [what, example, configuration] of [
  ["rules", "mock-response", rules],
  ["consumers", "key-auth", consumers],
] as const) {
  const wasm = await buildPlugin(`examples/${example}`);
  const one = await measure(wasm, configuration([LAST]));
  const many = await measure(wasm, configuration(numbers));
  print(`1 of ${what}`, one);
  print(`${COUNT} ${what}`, many);
  const mean = meanOf(many.times) / meanOf(one.times);
  const tail = quantile(many.times, 0.999) / quantile(one.times, 0.999);
  console.log(`ratio                ${mean.toFixed(3).padStart(5)}${tail.toFixed(3).padStart(32)}\n`);
  failed ||= mean > MOST_MEAN || tail > MOST_TAIL || quantile(many.times, 1) > MOST_STALL_US;
}
if (failed) {
  console.error(`FAIL: expected ratios up to ${MOST_MEAN} and ${MOST_TAIL}, and no request above ${MOST_STALL_US} µs`);
  process.exitCode = 1;
}

interface Measured {
  /** Microseconds, from the shortest to the longest request. */
  times: Float64Array;
  memory: number;
}

async function measure(wasm: string, configuration: object): Promise<Measured> {
  const least = new Float64Array(requests).fill(Infinity);
  let memory = 0;
  for (let run = 0; run < RUNS; run++) {
    const plugin = await startBare(wasm, { configuration, headers: HEADERS });
    for (let i = 0; i < WARM_UP; i++) plugin.request();
    for (let i = 0; i < requests; i++) {
      const start = performance.now();
      plugin.request();
      const time = (performance.now() - start) * 1000;
      if (time < least[i]!) least[i] = time;
    }
    memory = plugin.memory;
  }
  return { times: least.sort(), memory };
}

function print(name: string, { times, memory }: Measured): void {
  const figures = [meanOf(times), ...[0.5, 0.99, 0.999, 0.9999, 1].map((part) => quantile(times, part))];
  const above = [10, 100, MOST_STALL_US].map((limit) => times.filter((time) => time > limit).length);
  console.log(
    `${name.padEnd(18)}${figures.map((figure) => figure.toFixed(2).padStart(8)).join("")}` +
      `   ${above.join(", ").padStart(21)}   ${(memory / 2 ** 20).toFixed(1)} MiB`,
  );
}

function meanOf(times: Float64Array): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.floor((sorted.length - 1) * part)]!;
}
