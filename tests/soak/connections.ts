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

const CONNECTIONS = 1000;
const USAGE = "npm run soak:connections [-- SECONDS]";
/** The factor by which memory may grow. Smaller growth may be noise of the garbage collector. */
const TOLERANCE = 1.05;

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
    ...{ building: nothing, built: nothing, installing: nothing, unchanged: nothing, live: nothing },
    failed: (error) => void problems.push(String(error)),
    warning: (text) => void problems.push(text),
    request: nothing,
    log: ({ level, message }) => void problems.push(`${level}: ${message}`),
  },
);
const script = fileURLToPath(new URL("connection-clients.ts", import.meta.url));
const clients = fork(script, [String(gateway.port), String(CONNECTIONS)]);
try {
  // All connections are open and have sent requests before the first measurement.
  await send(seconds / 6);
  const start = await measure("start");
  await send((seconds * 5) / 12);
  const middle = await measure("middle");
  const { requests, errors } = await send((seconds * 5) / 12);
  const end = await measure("end");
  console.log(`${requests} requests on ${CONNECTIONS} connections in ${seconds} s, ${errors.length} errors`);
  problems.push(...errors);
  for (const [what, value] of Object.entries(end)) {
    const before = Math.max(start[what]!, middle[what]!);
    if (value > before * TOLERANCE) problems.push(`${what} has grown`);
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

/** What this process, with the gateway and the echo, holds while all connections are open and idle. */
async function measure(when: string): Promise<Record<string, number>> {
  // Node frees the memory of buffers after the collection that has found them.
  for (let round = 0; round < 5; round++) {
    globalThis.gc!();
    await sleep(100);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  const sizes = { "resident set": rss, "Node's heap": heapUsed, "memory outside the heap": external };
  const shown = Object.entries(sizes).map(([what, size]) => `${what} ${(size / 2 ** 20).toFixed(1)} MiB`);
  console.log(`${when}: ${shown.join(", ")}`);
  return sizes;
}

/** The number of seconds on the command line. Ends the process for `--help` and for a wrong command line. */
function secondsToRun(): number {
  try {
    const { values, positionals } = parseCommandLine(process.argv.slice(2), { help: { type: "boolean", short: "h" } });
    if (values.help) {
      console.log(`${USAGE}\n\nSends requests with bodies on ${CONNECTIONS} keep-alive connections through \`dev\`, and fails if a
request fails or the memory of the gateway grows.\n\n  SECONDS   how long; 60 by default\n  --help    print this text`);
      process.exit(0);
    }
    const [text = "60", ...more] = positionals;
    if (more.length === 0 && Number(text) > 0) return Number(text);
    throw new Error(`expected one number of seconds, got ${positionals.join(" ")}`);
  } catch (error) {
    console.error(`${(error as Error).message}\nUsage: ${USAGE}`);
    process.exit(1);
  }
}
