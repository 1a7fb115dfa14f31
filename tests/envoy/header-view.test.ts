import { afterAll, beforeAll, expect, test } from "vitest";
import { startEnvoy, type RunningEnvoy } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { request, type HeaderToSend } from "../support/http.js";
import { Random } from "../support/random.js";

// Headers that Envoy stores inline (accept, user-agent, …), others, pseudo-headers, and both names of the host header.
const NAMES = ["x-a", "X-A", "x-b", "accept", "cookie", "user-agent", "content-type", "x-forwarded-for", "via"];
const PSEUDO = ["host", ":authority", ":path", ":method", "Host"];
const VALUES = ["", "1", "two", "a,b", "a, b", " padded ", "grüße 😀", "x".repeat(300)];
const SEQUENCES = 500;

type Operation = [verb: string, name?: string, value?: string];

/** A random operation that the SDK passes to the host, so that the raw host call has the same effect. */
function operation(random: Random): Operation {
  const verb = random.pick(["get", "get", "get", "set", "set", "append", "delete", "has", "getAll", "entries"]);
  if (verb === "entries") return [verb];
  if (random.below(5) === 0 && verb !== "append" && verb !== "delete") {
    const name = random.pick(PSEUDO);
    if (verb !== "set") return [verb, name];
    return [verb, name, name === ":path" ? random.pick(["/a", "/b?c"]) : random.pick(["GET", "example.com"])];
  }
  const name = random.pick(NAMES);
  return verb === "set" || verb === "append" ? [verb, name, random.pick(VALUES)] : [verb, name];
}

describeWithEnvoy("header methods compared with raw host calls", ({ path }) => {
  let envoy: RunningEnvoy;

  beforeAll(async () => {
    const wasm = await buildPlugin("tests/plugins/compare");
    const listener = (name: string, raw: boolean) => ({
      name,
      plugins: [{ name, wasm, vmId: name, configuration: { raw } }],
      routes: [{ prefix: "/", directResponse: { status: 404 } }],
    });
    envoy = await startEnvoy({ listeners: [listener("view", false), listener("raw", true)] }, { envoy: path });
  }, 60_000);
  afterAll(() => envoy?.stop());

  test(`${SEQUENCES} random sequences of operations have the same results`, async () => {
    const first = Number(process.env["RANDOM_SEED"] ?? Date.now() % 1_000_000_000);
    console.log(`header view: seeds ${first} to ${first + SEQUENCES - 1} (RANDOM_SEED=${first} repeats them)`);
    const results = new Set<string>();
    for (let seed = first; seed < first + SEQUENCES; seed++) {
      const random = new Random(seed);
      const headers: HeaderToSend[] = [["host", "start.example"]];
      const count = random.below(6);
      for (let i = 0; i < count; i++) headers.push([random.pick(NAMES), Buffer.from(random.pick(VALUES))]);
      const operations = Array.from({ length: 1 + random.below(30) }, () => operation(random));
      headers.push(["x-ops", Buffer.from(JSON.stringify(operations))], ["x-request-id", "same"]);
      const [view, raw] = await Promise.all([
        request(envoy.port("view"), { headers }),
        request(envoy.port("raw"), { headers }),
      ]);
      const context = `seed ${seed}: ${JSON.stringify(operations)}`;
      expect(raw.status, context).toBe(200);
      expect(JSON.parse(view.text), context).toEqual(JSON.parse(raw.text));
      expect(JSON.parse(raw.text), context).toHaveLength(operations.length + 1);
      results.add(raw.text);
    }
    // The comparison is worthless if all sequences have the same result.
    expect(results.size).toBeGreaterThan(SEQUENCES * 0.9);
  }, 120_000);
});
