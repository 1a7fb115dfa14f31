import { buildPlugin } from "../support/build.js";
import { HeaderMap, LogLevel, type CallResult, type Pair } from "../../sdk/host/index.js";
import { Bench, benchServices, sendUpstreamResponse, type Exchange } from "../host/bench.js";
import { requestsToSend } from "./measure.js";

const WARM_UP = 10_000;
/** The factor by which memory may grow. Smaller growth may be noise of the garbage collector. */
const TOLERANCE = 1.05;

const total = requestsToSend({
  ...{ script: "soak:node", requests: 1_000_000, warmUp: WARM_UP },
  about: `Checks that the memory of the Node host does not grow. For each example, the command compares the plugin's memory and
Node's heap after the first ${WARM_UP} requests with those at the end. No sockets are used.`,
});
if (!globalThis.gc) {
  console.error("Node must be started with --expose-gc: npm run soak:node");
  process.exit(1);
}

interface Case {
  example: string;
  configuration: object;
  /** Sends a request with values that no other request has, and returns a summary of the response. */
  send(bench: Bench, number: number): string;
  expected(number: number): string;
}

/** Ends the pending call to the auth service. */
let finishCall: ((result: CallResult) => void) | undefined;

const status = (exchange: Exchange) => exchange.response?.headers.get(":status") ?? "none";
const keyed = { keyBy: "header", keyHeader: "x-id", capacity: 1, refillPerSecond: 0, maxKeys: 1000 };
/** Sends two requests with each key; the first passes. */
const limited = {
  example: "token-bucket",
  send: (bench: Bench, number: number) => status(bench.request([["x-id", `id-${number >> 1}`]])),
  expected: (number: number) => (number % 2 === 0 ? "200" : "403"),
};

const CASES: Case[] = [
  {
    ...{ example: "mock-response", configuration: { content: "hello higress" } },
    send: (bench, number) => status(bench.request(headers(number))),
    expected: () => "200",
  },
  {
    ...{ example: "header-authorization", configuration: {} },
    send: (bench, number) => status(bench.request(headers(number))),
    expected: (number) => (number % 2 === 0 ? "403" : "200"),
  },
  {
    ...{ example: "ext-auth", configuration: { cluster: "auth" } },
    send: (bench, number) => {
      const exchange = bench.open(headers(number));
      const allowed = number % 2 === 1;
      const responseHeaders: Pair[] = allowed
        ? [
            [":status", "200"],
            ["x-user", `user-${number}`],
          ]
        : [[":status", "403"]];
      finishCall!({
        kind: "response",
        headers: new HeaderMap("response", responseHeaders),
        body: Buffer.from("x".repeat(number % 100)),
      });
      const user = exchange.upstream?.headers.get("x-user");
      if (exchange.upstream) sendUpstreamResponse(exchange);
      exchange.stream.destroy();
      return `${status(exchange)} ${user ?? ""}`;
    },
    expected: (number) => (number % 2 === 1 ? `200 user-${number}` : "401 "),
  },
  {
    ...{ example: "body-transform", configuration: { request: { field: "by", value: "us" } } },
    send: (bench, number) => {
      const exchange = bench.open([["content-type", "application/json"], ...headers(number)], false);
      exchange.stream.requestData(Buffer.from(`{"number":${number},`), false);
      exchange.stream.requestData(Buffer.from(`"long":"${"x".repeat(number % 1000)}"}`), true);
      sendUpstreamResponse(exchange);
      exchange.stream.destroy();
      return exchange.upstream?.body ?? "none";
    },
    expected: (number) => `{"number":${number},"long":"${"x".repeat(number % 1000)}","by":"us"}`,
  },
  { ...limited, configuration: keyed },
  { ...limited, configuration: { ...keyed, scope: "process" } },
];

for (const one of CASES) {
  const { example, configuration } = one;
  const upstreams = { has: () => true, call: (_: unknown, done: typeof finishCall) => ((finishCall = done), () => {}) };
  const services = benchServices({ upstreams, logLevel: LogLevel.Warn });
  const bench = new Bench(await buildPlugin(`examples/${example}`), JSON.stringify(configuration), services);
  const measure = () => {
    globalThis.gc!();
    const [vm] = bench.plugin.vms;
    return { "plugin's memory": vm!.memory.size, "Node's heap": process.memoryUsage().heapUsed };
  };
  send(one, bench, 0, WARM_UP);
  const before = measure();
  const began = performance.now();
  send(one, bench, WARM_UP, total);
  const seconds = (performance.now() - began) / 1000;
  const after = measure();
  console.log(
    `${example} ${JSON.stringify(configuration)}: ${total} requests, ${Math.round((total - WARM_UP) / seconds)} requests a second`,
  );
  for (const [name, value] of Object.entries(after)) {
    const then = before[name as keyof typeof before];
    const isStable = value <= then * TOLERANCE;
    console.log(
      `  ${name}: ${kib(then)} after the warm-up, ${kib(value)} at the end: ${isStable ? "ok" : "FAIL, it has grown"}`,
    );
    if (!isStable) process.exitCode = 1;
  }
  if (bench.plugin.streams > 0 || bench.plugin.vms.some((vm) => vm.contexts.size !== 1)) {
    console.log("  FAIL: stream contexts are left");
    process.exitCode = 1;
  }
}

function send({ send, expected }: Case, bench: Bench, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    const actual = send(bench, number);
    if (actual !== expected(number)) throw new Error(`request ${number}: ${actual}, expected ${expected(number)}`);
    const lines = bench.services.lines.splice(0);
    if (lines.some(({ level }) => level >= LogLevel.Warn)) throw new Error(`request ${number}: ${lines[0]!.message}`);
  }
}

/** Headers with new values for each request. Every second request is allowed. */
function headers(number: number): Pair[] {
  const pairs: Pair[] = [
    ["x-id", `id-${number}`],
    ["x-long", String(number).repeat(1 + (number % 20))],
  ];
  return number % 2 === 1 ? [...pairs, ["allow", "true"]] : pairs;
}

function kib(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}
