import type { AddressInfo } from "node:net";
import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GatewaySpec } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { besideOthers, runAlone } from "../support/pace.js";
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

/** How much slower than usual each attempt plays: a busy machine may need more time. */
const PACES = [1, 3, 9, 9];
/** How many pairs of engines play at the same time: most of the time each waits. */
const LANES = 4;
/** A port on which nothing listens. The system never assigns it as a free port. */
const NOBODY = 1;

// These scenarios have no expected outcome: the Node host must treat connections as a real Envoy does, call by call.
describeWithEnvoy("network filters on the Node host and Envoy", ({ path }) => {
  for (let lane = 0; lane < LANES; lane++) {
    const scenarios = SCENARIOS.filter((_, index) => index % LANES === lane);
    describe.concurrent(`lane ${lane + 1}`, () => compareOn([new NodeNetwork(), new EnvoyNetwork(path)], scenarios));
  }
});

function compareOn(engines: readonly [NetworkEngine, NetworkEngine], scenarios: readonly NetworkScenario[]): void {
  const called = createServer((_, response) => response.end("called"));
  const id = (scenario: NetworkScenario) => `n${scenarios.indexOf(scenario)}`;

  beforeAll(async () => {
    const wasm = await buildPlugin("tests/support/raw-calls");
    await new Promise<void>((resolve) => called.listen(0, "127.0.0.1", resolve));
    for (const engine of engines) {
      const spec: GatewaySpec = {
        listeners: scenarios.map((one) => listenerOf(one, id(one), wasm)),
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

  for (const scenario of scenarios) {
    test.sequential(scenario.name, async () => {
      let differences: string[] = [];
      // A VM that has failed cannot play the scenario again: there is one attempt.
      for (const [attempt, pace] of (traps(scenario) ? PACES.slice(1, 2) : PACES).entries()) {
        const play = () => compared(scenario, pace);
        // At last no other scenario plays at the same time.
        differences = await (attempt < PACES.length - 1 ? besideOthers(play) : runAlone(1, play));
        if (differences.length === 0) break;
      }
      expect(differences).toEqual([]);
    });
  }

  async function compared(scenario: NetworkScenario, pace: number): Promise<string[]> {
    const played = engines.map((engine) => engine.play(scenario, id(scenario), pace));
    const [node, envoy] = (await Promise.all(played)) as [NetworkObservation, NetworkObservation];
    const sides =
      node.received.join("\n") === envoy.received.join("\n")
        ? []
        : [...node.received.map((line) => `- ${line}`), ...envoy.received.map((line) => `+ ${line}`)];
    return [...sides, ...compareObservations(withoutAddresses(node), withoutAddresses(envoy))];
  }
}

function traps({ plugins }: NetworkScenario): boolean {
  return plugins.some((one) => JSON.stringify(one).includes(" trap"));
}

/** Masks addresses: they depend on what happened before, and a scenario may be played several times. */
function withoutAddresses({ trace }: NetworkObservation): Observation {
  const serving = trace.serving.map((call) => ({
    ...call,
    args: call.args.map((arg, index) => (isAddress(call.name, index) ? "@" : arg)),
    result: isAllocation(call) ? "@" : call.result,
  }));
  return { outcomes: [], logs: [], trace: { trial: [], serving } };
}
