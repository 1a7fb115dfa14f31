// Does the memory of the Node host stay where it is? For each example: compares the plugin's memory and Node's heap after
// the first 10,000 requests with those after 1,000,000, all within the host, without sockets.
//
//   npm run soak:node [number of requests]
import { buildPlugin } from "../support/build.js";
import { Bench } from "../host/bench.js";
import type { Pair } from "../../sdk/host/index.js";

const WARM_UP = 10_000;
/** How much more is noise of the collector. */
const TOLERANCE = 1.05;

const total = Number(process.argv[2] ?? 1_000_000);
if (!Number.isSafeInteger(total) || total < 2 * WARM_UP) {
  console.error(`the number of requests must be a whole number of at least ${2 * WARM_UP}, not ${process.argv[2]}`);
  process.exit(1);
}
if (!globalThis.gc) {
  console.error("Node must be started with --expose-gc: npm run soak:node");
  process.exit(1);
}

const CASES: [example: string, configuration: string, statuses: readonly string[]][] = [
  ["mock-response", '{"content":"hello higress"}', ["200", "200"]],
  ["header-authorization", "", ["403", "200"]],
];
for (const [example, configuration, statuses] of CASES) {
  const bench = new Bench(await buildPlugin(`examples/${example}`), configuration);
  const measure = () => {
    bench.services.lines.length = 0;
    globalThis.gc!();
    const [vm] = bench.plugin.vms;
    return { "plugin's memory": vm!.memory.size, "Node's heap": process.memoryUsage().heapUsed };
  };
  send(bench, 0, WARM_UP, statuses);
  const before = measure();
  const began = performance.now();
  send(bench, WARM_UP, total, statuses);
  const seconds = (performance.now() - began) / 1000;
  const after = measure();
  console.log(`${example}: ${total} requests, ${Math.round((total - WARM_UP) / seconds)} a second`);
  for (const [what, value] of Object.entries(after)) {
    const then = before[what as keyof typeof before];
    const good = value <= then * TOLERANCE;
    console.log(
      `  ${what}: ${kib(then)} after the warm-up, ${kib(value)} at the end: ${good ? "ok" : "FAIL, it has grown"}`,
    );
    if (!good) process.exitCode = 1;
  }
  if (bench.plugin.streams > 0 || bench.plugin.vms.some((vm) => vm.contexts.size !== 1)) {
    console.log("  FAIL: stream contexts are left");
    process.exitCode = 1;
  }
}

/** Sends requests with ever new values, every second one allowed, and checks each answer's status. */
function send(bench: Bench, from: number, to: number, statuses: readonly string[]): void {
  for (let i = from; i < to; i++) {
    const headers: Pair[] = [
      ["x-id", `id-${i}`],
      ["x-long", String(i).repeat(1 + (i % 20))],
    ];
    if (i % 2 === 1) headers.push(["allow", "true"]);
    const status = bench.request(headers).response?.headers.get(":status");
    if (status !== statuses[i % 2]) throw new Error(`request ${i} was answered with ${status}, not ${statuses[i % 2]}`);
  }
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
