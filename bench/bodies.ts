// Measures what a hook on the whole body costs, as CPU time of the Envoy process per request. Three kinds take turns in one
// run: no plugin, a hook for which Envoy holds the headers and buffers the body, and a hook for which the SDK keeps the body
// in the VM.
//
//   npm run bench:bodies [rounds]
import { findEnvoy, startEnvoy, type ListenerSpec } from "../sdk/envoy/index.js";
import { buildPlugin } from "../tests/support/build.js";
import { textUpstream } from "../tests/support/upstream.js";
import { cpuOf } from "./cpu.js";
import { exchange, Load } from "./load.js";
import { quantile } from "./stats.js";

const REQUESTS = 400;
const KIB = 1024;
const SIZES = [1 * KIB, 64 * KIB, 512 * KIB];

const rounds = Number(process.argv[2] ?? 15);
const found = await findEnvoy();
if (!found.found) throw new Error(found.reason);
const upstream = await textUpstream("ok");
const plugin = { name: "body", wasm: await buildPlugin("tests/plugins/body-read"), configuration: {} };
const KINDS: Record<string, ListenerSpec["plugins"]> = {
  "no plugin": [],
  "headers held": [
    {
      ...{ ...plugin, vmId: "hold", allowOnHeadersStopIteration: true },
      environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
    },
  ],
  "body kept in VM": [{ ...plugin, vmId: "keep" }],
};
const listeners = Object.entries(KINDS).map(([name, plugins = []]) => ({
  // Responses have the same length.
  ...{ name, plugins, suppressEnvoyHeaders: true },
  routes: [{ prefix: "/", cluster: "upstream" }],
}));
const envoy = await startEnvoy(
  { listeners, clusters: [{ name: "upstream", port: upstream.port }] },
  { envoy: found.path, logLevel: "error" },
);

/** Microseconds of Envoy's CPU per request. */
async function measure(kind: string, size: number): Promise<number> {
  const request = Buffer.from(`POST / HTTP/1.1\r\nhost: h\r\ncontent-length: ${size}\r\n\r\n${"x".repeat(size)}`);
  const port = envoy.port(kind);
  const { length: responseLength } = await exchange(port, request);
  const load = await Load.open({ port, request, responseLength, connections: 8, pipelined: 1 });
  const before = cpuOf(envoy.pid);
  await load.send(REQUESTS);
  const cost = (cpuOf(envoy.pid) - before) / REQUESTS;
  load.close();
  return cost;
}

try {
  console.log(
    `${found.path}, ${rounds} rounds of ${REQUESTS} requests each; medians of µs per request and of ratios\n`,
  );
  console.log(
    "body".padEnd(10) +
      Object.keys(KINDS)
        .map((kind) => kind.padStart(16))
        .join("") +
      "    kept / held",
  );
  for (const size of SIZES) {
    const costs = Object.keys(KINDS).map((kind) => ({ kind, all: [] as number[] }));
    for (let round = -1; round < rounds; round++) {
      // The order alternates, so that no kind always runs first.
      for (const row of round % 2 ? costs : [...costs].reverse()) {
        const cost = await measure(row.kind, size);
        if (round >= 0) row.all.push(cost);
      }
      upstream.requests = [];
    }
    const [, held, kept] = costs;
    const ratio = quantile(
      kept!.all.map((cost, round) => cost / held!.all[round]!),
      0.5,
    );
    const cells = costs.map(({ all }) => quantile(all, 0.5).toFixed(1).padStart(16)).join("");
    console.log(`${size / KIB} KiB`.padEnd(10) + cells + ratio.toFixed(2).padStart(15));
  }
} finally {
  await envoy.stop();
  await upstream.stop();
}
