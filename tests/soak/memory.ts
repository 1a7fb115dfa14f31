// Does Envoy's memory stay where it is? Sends requests with ever new header values to a plugin that makes garbage of
// every kind, and compares Envoy's memory after the first 10,000 with that after 1,000,000.
//
//   npm run soak [number of requests]
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { findEnvoy, startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";

const WARM_UP = 10_000;
const CONNECTIONS = 32;
/** How much more is noise of the allocator. */
const TOLERANCE = 1.03;

const total = Number(process.argv[2] ?? 1_000_000);
if (!Number.isSafeInteger(total) || total < 2 * WARM_UP) {
  console.error(`the number of requests must be a whole number of at least ${2 * WARM_UP}, not ${process.argv[2]}`);
  process.exit(1);
}
const found = await findEnvoy();
if (!found.found) {
  console.error(found.reason);
  process.exit(1);
}

const plugin = { name: "churn", wasm: await buildPlugin("tests/plugins/churn") };
const routes = [{ prefix: "/", directResponse: { status: 200, body: "ok" } }];
const spec = { listeners: [{ name: "gateway", plugins: [plugin], routes }] };
const envoy = await startEnvoy(spec, { envoy: found.path, logLevel: "warning" });
try {
  await send(envoy.port("gateway"), 0, WARM_UP);
  const before = await memory(envoy);
  await send(envoy.port("gateway"), WARM_UP, total - WARM_UP);
  const after = await memory(envoy);

  let grown = false;
  for (const [what, value] of Object.entries(after)) {
    const ratio = value / before[what]!;
    grown ||= ratio > TOLERANCE;
    const kib = (bytes: number) => `${Math.round(bytes / 1024)} KiB`;
    console.log(
      `${what}: ${kib(before[what]!)} after ${WARM_UP} requests, ${kib(value)} after ${total} (× ${ratio.toFixed(3)})`,
    );
  }
  const active = (await envoy.stats("downstream_rq_active")).values();
  const stuck = [...active].reduce((sum, count) => sum + count, 0);
  console.log(`requests still active: ${stuck}`);
  if (/abort:|unreachable/.test(envoy.log)) throw new Error(`the plugin trapped:\n${envoy.log.slice(-2000)}`);
  process.exitCode = grown || stuck > 1 ? 1 : 0;
  console.log(process.exitCode ? "FAIL: memory has grown, or requests are stuck" : "ok: memory is where it was");
} finally {
  await envoy.stop();
}

/** What the process holds, and what its allocator has handed out. */
async function memory(envoy: RunningEnvoy): Promise<Record<string, number>> {
  const status = readFileSync(`/proc/${envoy.pid}/status`, "latin1");
  const resident = Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  const { allocated } = JSON.parse(await envoy.admin("/memory")) as { allocated: string };
  return { "resident set": resident, allocated: Number(allocated) };
}

/** Sends requests numbered from `first`, one at a time on each of some connections, and waits for all answers. */
async function send(port: number, first: number, count: number): Promise<void> {
  let next = first;
  const client = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port, noDelay: true });
      socket.setEncoding("latin1");
      let text = "";
      const ask = () => {
        if (next === first + count) return socket.destroy();
        const id = next++;
        const long = String(id).repeat(1 + (id % 20));
        socket.write(`GET /${id} HTTP/1.1\r\nhost: h\r\nx-id: id-${id}\r\nx-long: ${long}\r\n\r\n`, "latin1");
      };
      socket.on("connect", ask);
      socket.on("data", (chunk) => {
        text += chunk;
        // The body is short, so it has come with the headers or follows at once.
        const [, length] = /content-length: (\d+)/.exec(text) ?? [];
        const end = text.indexOf("\r\n\r\n");
        if (length === undefined || end < 0 || text.length < end + 4 + Number(length)) return;
        if (!text.startsWith("HTTP/1.1 200 OK"))
          return void socket.destroy(new Error(`an answer was not 200: ${text}`));
        text = "";
        ask();
      });
      socket.on("error", reject);
      socket.on("close", () => (next === first + count ? resolve() : reject(new Error("Envoy closed a connection"))));
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
}
