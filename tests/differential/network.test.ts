import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EnvoySpec } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { isAddress } from "./addresses.js";
import { compareObservations } from "./compare.js";
import {
  EnvoyNetwork,
  listenerOf,
  NodeNetwork,
  type NetworkEngine,
  type NetworkObservation,
} from "./network/engine.js";
import type { NetworkScenario } from "./network/scenario.js";
import { isAllocation } from "./trace.js";
import type { Observation } from "./observation.js";
import { SCENARIOS } from "./network/scenarios.js";

/** A busy machine may put two pieces into one: such a difference is not there again. */
const ATTEMPTS = 3;
/** A port where nobody listens: one that no system gives to who asks for any. */
const NOBODY = 1;

// Nobody has written these answers down: the Node host must do to connections what a real Envoy does, call by call.
describeWithEnvoy("network filters on the Node host and Envoy", ({ path }) => {
  const engines: NetworkEngine[] = [new NodeNetwork(), new EnvoyNetwork(path)];
  const called = createServer((_, response) => response.end("called"));
  const id = (scenario: NetworkScenario) => `n${SCENARIOS.indexOf(scenario)}`;

  beforeAll(async () => {
    const wasm = await buildPlugin("tests/support/raw-calls");
    await new Promise<void>((resolve) => called.listen(0, "127.0.0.1", resolve));
    for (const engine of engines) {
      const spec: EnvoySpec = {
        listeners: SCENARIOS.map((one) => listenerOf(one, id(one), wasm)),
        clusters: [
          { name: "upstream", port: await engine.upstream.start() },
          { name: "refused", port: NOBODY },
          { name: "auth", port: (called.address() as AddressInfo).port },
        ],
      };
      await engine.start(spec);
    }
  }, 180_000);

  afterAll(async () => {
    for (const engine of engines) {
      await engine.stop();
      await engine.upstream.stop();
    }
    called.closeAllConnections();
    called.close();
  });

  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))("%s", async (_, scenario) => {
    let differences: string[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      differences = await compared(scenario);
      // A VM that has failed is not as it was.
      if (differences.length === 0 || scenario.plugins.some((one) => JSON.stringify(one).includes(" trap"))) break;
    }
    expect(differences).toEqual([]);
  });

  async function compared(scenario: NetworkScenario): Promise<string[]> {
    const [node, envoy] = (await Promise.all(engines.map((engine) => engine.play(scenario, id(scenario))))) as [
      NetworkObservation,
      NetworkObservation,
    ];
    const sides =
      node.seen.join("\n") === envoy.seen.join("\n")
        ? []
        : [...node.seen.map((line) => `- ${line}`), ...envoy.seen.map((line) => `+ ${line}`)];
    return [...sides, ...compareObservations(withoutAddresses(node), withoutAddresses(envoy))];
  }
});

/** Where a plugin's memory is depends on what happened before, and a scenario may be played again. */
function withoutAddresses({ trace }: NetworkObservation): Observation {
  const serving = trace.serving.map((call) => ({
    ...call,
    args: call.args.map((arg, index) => (isAddress(call.name, index) ? "@" : arg)),
    result: isAllocation(call) ? "@" : call.result,
  }));
  return { outcomes: [], logs: [], trace: { trial: [], serving } };
}
