import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request, type HeaderToSend, type HttpResponse } from "../support/http.js";
import { NIGHTLY } from "../support/nightly.js";
import { Random } from "../support/random.js";

// Headers that Envoy stores inline (accept, user-agent, …), others, pseudo-headers, and both names of the host header.
const NAMES = ["x-a", "X-A", "x-b", "x-c", "accept", "cookie", "user-agent", "x-forwarded-for", "via", "X-New"];
const PSEUDO = ["host", ":authority", ":path", ":method", "Host"];
const RESPONSE_NAMES = ["x-a", "X-A", "x-kept", "set-cookie", "content-type", "server", "via", "host", "cache-control"];
const VALUES = ["", "1", "two", "a,b", "a, b", "\ttab", "grüße 😀", "x".repeat(100), "\udcff\udc80", "\ud800"];
const SEQUENCES = NIGHTLY ? 5000 : Number(process.env["SEQUENCES"] ?? 2000);
/** Sequences that run at the same time. */
const LANES = 8;

type Operation = [verb: string, name?: string, value?: string, other?: "other"];

const WRITES = ["set", "set", "set", "set", "append", "delete", "delete"];
const READS = ["get", "get", "has", "getAll", "entries"];
/** Host calls that can see the headers, end the hook, or leave the headers alone. */
const OTHERS = ["property", "property", "log", "call", "reply", "later", "body"];

/** A random operation that the SDK passes to the host, so that the raw host call has the same effect. */
function operation(random: Random, names: readonly string[], verbs: readonly string[]): Operation {
  const verb = random.pick(verbs);
  if (names === NAMES && random.below(6) === 0 && !["append", "delete"].includes(verb)) {
    const name = random.pick(PSEUDO);
    if (verb !== "set") return [verb, name];
    return [verb, name, name === ":path" ? random.pick(["/a", "/b?c"]) : random.pick(["GET", "example.com"])];
  }
  return [verb, random.pick(names), random.pick(VALUES)];
}

interface Sequence {
  seed: number;
  headers: HeaderToSend[];
  body?: string;
  hasOther: boolean;
  text: string;
}

function sequence(seed: number): Sequence {
  const random = new Random(seed);
  const headers: HeaderToSend[] = [["host", "start.example"]];
  const count = random.below(6);
  for (let i = 0; i < count; i++) headers.push([random.pick(NAMES), Buffer.from(random.pick(VALUES.slice(0, 5)))]);
  // Most sequences write much and read little, so that writes wait.
  const mix = random.pick([WRITES, [...WRITES, ...READS], [...WRITES, ...READS, ...OTHERS], [...WRITES, ...OTHERS]]);
  const hasOther = random.below(5) === 0;
  const operations = Array.from({ length: 1 + random.below(30) }, () => {
    if (hasOther && random.below(30) === 0) return ["resume"] as Operation;
    const made = operation(random, NAMES, mix);
    const isOther = hasOther && random.below(2) === 0 && ![...OTHERS].includes(made[0]);
    return isOther ? ([made[0], made[1], made[2] ?? "", "other"] as Operation) : made;
  });
  const response = Array.from({ length: random.below(12) }, () =>
    operation(random, RESPONSE_NAMES, random.pick([WRITES, [...WRITES, ...READS, "log"]])),
  );
  const text = JSON.stringify({ request: operations, response });
  headers.push(["x-ops", Buffer.from(text)], ["x-request-id", "same"], ["x-seed", `${seed}`]);
  const hasBody = random.below(3) === 0;
  if (hasBody) headers.push(["content-type", "text/plain"]);
  return { seed, headers, ...(hasBody ? { body: "the body" } : {}), hasOther, text };
}

/** What must be the same with and without the SDK's Headers. */
interface Outcome {
  status: number;
  headers: [string, string][];
  /** The headers that reach the next filter, or the body of a local reply. */
  content: unknown;
}

const outcome = (response: HttpResponse): Outcome => ({
  status: response.status,
  headers: response.headers
    .filter(([name]) => name !== "date")
    .map(([name, value]) => [name, Buffer.from(value, "latin1").toString()]),
  content:
    response.status === 200
      ? (JSON.parse(response.text) as [string, string][]).filter(([name]) => name !== "x-ops")
      : response.text,
});

/** Plays a sequence on one listener. A second request, which the sequence may change, waits meanwhile. */
async function play(port: number, { seed, headers, body, hasOther }: Sequence): Promise<Outcome[]> {
  const sent = body === undefined ? { headers } : { headers, body };
  if (!hasOther) return [outcome(await request(port, sent))];
  const heldHeaders: HeaderToSend[] = [...headers, ["x-hold", `${seed}`]];
  const held = request(port, { headers: heldHeaders }, 20_000);
  for (;;) {
    const response = await request(port, { ...sent, headers: [...headers, ["x-other", `${seed}`]] }, 20_000);
    if (response.status !== 503) return [outcome(response), outcome(await held)];
  }
}

/** The lines that the plugin logs at the end of streams, with the headers as access logs see them. */
function doneLines(log: string, plugin: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of log.split("\n")) {
    const match = /\[(compare(?:-raw)?)\].* done (\d+) (.*)$/.exec(line);
    if (match?.[1] !== plugin) continue;
    const lines = found.get(match[2]!) ?? [];
    found.set(match[2]!, lines);
    lines.push(match[3]!);
  }
  for (const lines of found.values()) lines.sort();
  return found;
}

describeWithEnvoy("header methods compared with raw host calls", ({ path }) => {
  let envoy: RunningEnvoy;
  let upstream: Server;

  beforeAll(async () => {
    upstream = createServer((_, response) => response.end("ok"));
    await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
    const [view, raw] = await Promise.all([
      buildPlugin("tests/plugins/compare"),
      buildPlugin("tests/plugins/compare-raw"),
    ]);
    const listener = (name: string, wasm: string) => ({
      name,
      plugins: [
        {
          ...{ name, wasm, vmId: name, allowOnHeadersStopIteration: true },
          environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" },
        },
        { name: "dump", wasm: raw, vmId: "dump", configuration: { dump: true } },
      ],
      routes: [{ prefix: "/", directResponse: { status: 404 } }],
    });
    envoy = await startEnvoy(
      {
        listeners: [listener("view", view), listener("raw", raw)],
        clusters: [{ name: "upstream", port: (upstream.address() as AddressInfo).port }],
      },
      { envoy: path },
    );
  }, 120_000);
  afterAll(async () => {
    await envoy?.stop();
    upstream.close();
  });

  test(`${SEQUENCES} random sequences of operations have the same results`, async () => {
    const first = Number(process.env["RANDOM_SEED"] ?? Date.now() % 1_000_000_000);
    console.log(`header view: seeds ${first} to ${first + SEQUENCES - 1} (RANDOM_SEED=${first} repeats them)`);
    const results = new Set<string>();
    const statuses = new Map<number, number>();
    let next = first;
    const lane = async () => {
      while (next < first + SEQUENCES) {
        const it = sequence(next++);
        const context = `seed ${it.seed}: ${it.text}`;
        const [view, raw] = await Promise.all(
          ["view", "raw"].map((name) =>
            play(envoy.port(name), it).catch((error: Error) => {
              throw new Error(`${name}: ${error.message}, ${context}`);
            }),
          ),
        );
        if (!raw) throw new Error("no result");
        expect(view, context).toEqual(raw);
        results.add(JSON.stringify(raw));
        for (const { status } of raw) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    // The comparison is worthless if all sequences have the same result.
    expect(results.size).toBeGreaterThan(SEQUENCES * 0.9);
    expect(statuses.get(200)).toBeGreaterThan(SEQUENCES / 2);
    expect(statuses.get(201)).toBeGreaterThan(SEQUENCES / 100);
    const [view, raw] = [doneLines(envoy.log, "compare"), doneLines(envoy.log, "compare-raw")];
    expect(view.size).toBeGreaterThan(SEQUENCES * 0.9);
    for (const [seed, lines] of raw) expect(view.get(seed), `headers in the log of seed ${seed}`).toEqual(lines);
  }, 600_000);
});
