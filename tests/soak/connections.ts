import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseCommandLine } from "../../sdk/cli/command-line.js";
import { DevGateway } from "../../sdk/dev/dev-gateway.js";
import { buildPlugin } from "../support/build.js";
import { hasGrown, median, type Allowance } from "./growth.js";

const CONNECTIONS = 1000;
const USAGE = "npm run soak:connections [-- SECONDS]";
const MIB = 2 ** 20;
/**
 * By how much memory may grow. The heap and the memory outside hold a thousand requests in flight, and the resident set
 * what the allocator keeps for later, so all of them vary by some MiB.
 */
const ALLOWANCES: Readonly<Record<string, Allowance>> = {
  "resident set": { factor: 1.05, amount: 16 * MIB },
  "Node's heap": { factor: 1.05, amount: 4 * MIB },
  "memory outside the heap": { factor: 1.05, amount: 3 * MIB },
};

const seconds = secondsToRun();
if (!globalThis.gc) {
  console.error("Node must be started with --expose-gc: npm run soak:connections");
  process.exit(1);
}
const problems: string[] = [];
const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-soak-"));
writeFileSync(
  join(folder, "wasmplugin.yaml"),
  `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: body-stream, namespace: istio-system }
spec: { url: "${pathToFileURL(await buildPlugin("tests/plugins/body-stream"))}" }
`,
);
const nothing = () => {};
const gateway = await DevGateway.start(
  {
    ...{ folder, files: [folder], port: 0, adminPort: 0, engine: "node", https: false, tcp: [], services: [] },
    ...{ clusters: [], plugins: new Map(), labels: {}, logLevel: "warn", callLimitMs: 10_000 },
  },
  {
    ...{ building: nothing, fetching: nothing, built: nothing, installing: nothing, unchanged: nothing, live: nothing },
    failed: (error) => void problems.push(String(error)),
    warning: (text) => void problems.push(text),
    request: nothing,
    log: ({ level, message }) => void problems.push(`${level}: ${message}`),
  },
);
const script = fileURLToPath(new URL("connection-clients.ts", import.meta.url));
const clients = fork(script, [String(gateway.port), String(CONNECTIONS)]);
try {
  // One load without a pause: in a pause, requests that starve are served.
  const sent = send(seconds);
  const isOver = sent.then(
    () => true,
    () => true,
  );
  // All connections are open and have sent many requests before the first measurement.
  await sleep((seconds / 4) * 1000);
  const measurements: Record<string, number>[] = [];
  while (!(await Promise.race([isOver, sleep(1000, false)]))) measurements.push(measure());
  const { requests, errors } = await sent;
  console.log(`${requests} requests on ${CONNECTIONS} connections in ${seconds} s, ${errors.length} errors`);
  problems.push(...errors);
  for (const [what, allowance] of Object.entries(ALLOWANCES)) {
    const values = measurements.map((one) => one[what]!);
    const half = Math.floor(values.length / 2);
    const shown = [values.slice(0, half), values.slice(-half)].map((part) => `${(median(part) / MIB).toFixed(1)} MiB`);
    console.log(`${what}: ${shown.join(" in the first half, ")} in the second half, ${values.length} measurements`);
    if (hasGrown(values, allowance)) problems.push(`${what} has grown`);
  }
} finally {
  clients.disconnect();
  await gateway.stop(0);
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = problems.length > 0 ? 1 : 0;
console.log(problems.length > 0 ? `FAIL: ${problems.slice(0, 20).join("\n")}` : "ok: no errors, and memory is flat");

/** Lets the clients send requests for some seconds. Gives the sums so far. */
async function send(duration: number): Promise<{ requests: number; errors: string[] }> {
  clients.send(duration);
  const ended = once(clients, "exit").then(() => {
    throw new Error("the clients have ended");
  });
  ended.catch(nothing);
  const [sums] = (await Promise.race([once(clients, "message"), ended])) as [{ requests: number; errors: string[] }];
  return sums;
}

/** What this process holds, the gateway and the echo, between the requests in flight. */
function measure(): Record<string, number> {
  globalThis.gc!();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { "resident set": rss, "Node's heap": heapUsed, "memory outside the heap": external };
}

/** The number of seconds on the command line. Ends the process for `--help` and for a wrong command line. */
function secondsToRun(): number {
  try {
    const { values, positionals } = parseCommandLine(process.argv.slice(2), { help: { type: "boolean", short: "h" } });
    if (values.help) {
      console.log(`${USAGE}\n\nSends requests with bodies on ${CONNECTIONS} keep-alive connections through \`dev\`, and fails if a
request fails or the memory of the gateway grows.\n\n  SECONDS   how long, at least 10; 60 by default\n  --help    print this text`);
      process.exit(0);
    }
    const [text = "60", ...more] = positionals;
    if (more.length === 0 && Number(text) >= 10) return Number(text);
    throw new Error(`expected one number of seconds of at least 10, got ${positionals.join(" ")}`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${USAGE}`);
    process.exit(1);
  }
}
