import { afterAll, describe, expect, test } from "vitest";
import { startPlugin } from "../../sdk/testing/index.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { EnvoyEngine } from "../scenarios/envoy-engine.js";
import { NodeEngine } from "../scenarios/node-engine.js";
import { Results } from "../scenarios/results.js";
import { runScenarios } from "../scenarios/run.js";
import { buildForeign } from "./build.js";
import { scenariosOf } from "./scenarios.js";
import { LANGUAGES } from "./words.js";

// Plugins on other SDKs, built with their own tools, have the same results on both engines.
const results = new Results();
for (const language of ["as", "go", "rust"] as const) {
  const built = await buildForeign(language);
  if ("missing" in built) {
    console.log(`Skipping the plugin in ${language}: ${built.missing}`);
    test.skip(`${language}: ${built.missing}`, () => {});
    continue;
  }
  const scenarios = scenariosOf(language, built.wasm);
  test(`${language}: the test kit runs the plugin`, async () => {
    const plugin = await startPlugin({ wasm: built.wasm, config: LANGUAGES[language].config });
    expect(await plugin.fetch("/")).toBeLocalReply({ status: 401, body: "who are you?" });
    expect(await plugin.fetch("/", { headers: { "x-token": "secret" } })).toHaveReachedUpstream();
  });
  describe(language, () => runScenarios(() => new NodeEngine(), scenarios, results));
  describeWithEnvoy(language, ({ path }) => runScenarios(() => new EnvoyEngine(path), scenarios, results));
}
afterAll(() => console.log(results.table().join("\n")));
