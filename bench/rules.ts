// Measures what 10,000 rules cost compared with one rule, for each kind of rule: CPU time of the Envoy process per request.
// Both take turns in one run, and the request matches the last rule. Also measures what it costs to configure the rules:
// time, and memory of a VM in Node's V8.
//
//   npm run bench:rules [rounds]
import { findEnvoy, startEnvoy, type ListenerSpec } from "../sdk/envoy/index.js";
import { buildPlugin } from "../tests/support/build.js";
import { configureOnce } from "./configure.js";
import { cpuOf } from "./cpu.js";
import { sendMany } from "./load.js";

const RULES = 10_000;
const REQUESTS = 2_000;
const LIMIT = 1.2;

const rounds = Number(process.argv[2] ?? 40);
const found = await findEnvoy();
if (!found.found) throw new Error(found.reason);
const wasm = await buildPlugin("examples/mock-response");

/** Makes a rule of each kind; rules with different numbers match different requests. */
const KINDS: Record<string, (number: number) => object> = {
  "exact route": (number) => ({ _match_route_: [`default/route-${number}`] }),
  "exact domain": (number) => ({ _match_domain_: [`host-${number}.example.com`] }),
  "wildcard domain": (number) => ({ _match_domain_: [`*.zone-${number}.example.com`] }),
  service: (number) => ({ _match_service_: [`service-${number}.dns:80`] }),
};
const LAST = RULES - 1;
const cluster = `outbound|80||service-${LAST}.dns`;
const HOSTS: Record<string, string> = {
  "exact domain": `host-${LAST}.example.com`,
  "wildcard domain": `www.zone-${LAST}.example.com`,
};

const configuration = (kind: string, numbers: number[]) => ({
  _rules_: numbers.map((number) => ({ ...KINDS[kind]!(number), content: `rule ${number}` })),
});
const all = Array.from({ length: RULES }, (_, number) => number);

const listeners: ListenerSpec[] = Object.keys(KINDS).flatMap((kind) =>
  [[LAST], all].map((numbers) => ({
    name: `${kind}: ${numbers.length}`,
    routes: [{ name: `default/route-${LAST}`, prefix: "/", cluster }],
    plugins: [{ name: "mock", wasm, vmId: `${kind} ${numbers.length}`, configuration: configuration(kind, numbers) }],
  })),
);
const envoy = await startEnvoy(
  { listeners, clusters: [{ name: cluster, port: 1 }] },
  { envoy: found.path, logLevel: "error", startTimeoutMs: 60_000 },
);

/** Microseconds of Envoy's CPU per request. */
async function measure(listener: string, kind: string): Promise<number> {
  const before = cpuOf(envoy.pid);
  await sendMany(envoy.port(listener), HOSTS[kind] ?? "h", REQUESTS, `rule ${LAST}`);
  return (cpuOf(envoy.pid) - before) / REQUESTS;
}

let failed = false;
try {
  const ratios = new Map<string, { one: number[]; many: number[]; ratio: number[] }>();
  for (let round = -2; round < rounds; round++) {
    for (const kind of Object.keys(KINDS)) {
      // The order alternates, so that neither always runs first.
      const names = [`${kind}: 1`, `${kind}: ${RULES}`];
      if (round % 2) names.reverse();
      const costs = new Map<string, number>();
      for (const name of names) costs.set(name, await measure(name, kind));
      if (round < 0) continue; // warm-up
      const row = ratios.get(kind) ?? { one: [], many: [], ratio: [] };
      ratios.set(kind, row);
      const [one, many] = [costs.get(`${kind}: 1`)!, costs.get(`${kind}: ${RULES}`)!];
      row.one.push(one);
      row.many.push(many);
      row.ratio.push(many / one);
    }
  }
  console.log(`${found.path}, ${rounds} rounds of ${REQUESTS} requests each; medians, quartiles of the ratio\n`);
  console.log("rules            1: µs   10,000: µs   ratio              configure   memory of the VM");
  for (const [kind, { one, many, ratio }] of ratios) {
    const { milliseconds, bytes } = await configureOnce(wasm, configuration(kind, all));
    const middle = quantile(ratio, 0.5);
    failed ||= middle > LIMIT;
    const spread = `${middle.toFixed(3)} (${quantile(ratio, 0.25).toFixed(2)}-${quantile(ratio, 0.75).toFixed(2)})`;
    const cost = `${milliseconds.toFixed(0)} ms`.padStart(9);
    console.log(
      `${kind.padEnd(15)} ${quantile(one, 0.5).toFixed(1).padStart(6)} ${quantile(many, 0.5).toFixed(1).padStart(12)}   ` +
        `${spread.padEnd(18)} ${cost}   ${(bytes / 2 ** 20).toFixed(1)} MiB`,
    );
  }
  const single = await configureOnce(wasm, configuration("exact route", [LAST]));
  console.log(`one rule: ${single.milliseconds.toFixed(1)} ms, ${(single.bytes / 2 ** 20).toFixed(1)} MiB`);
} finally {
  await envoy.stop();
}
if (failed) {
  console.error(`FAIL: a ratio is above ${LIMIT}`);
  process.exitCode = 1;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)]!;
}
