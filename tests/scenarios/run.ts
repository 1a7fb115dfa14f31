import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { headerLine, joined } from "../support/http-request.js";
import { differences, logDifferences, matchesPattern } from "./compare.js";
import { lineText, type Engine, type LogLine, type Outcome } from "./engine.js";
import type { Results } from "./results.js";
import type { RequestStep, Scenario, Step } from "./scenario.js";

/** How long after the response a log line may come: a plugin's last hook runs when the response has been sent. */
const LOG_LIMIT_MS = 1000;

/**
 * How many engines of a kind play many scenarios at the same time: most of the time each waits for a response. See
 * `batches` for what limits the number of Envoys.
 */
const LANES = 2;
/** Below this number of scenarios, another engine costs more time than it saves. */
const MANY = 100;

/**
 * Declares one test per scenario. One engine plays a few scenarios; several engines share many.
 *
 * @example
 * runScenarios(() => new EnvoyEngine(envoy.path), scenarios);
 */
export function runScenarios(makeEngine: () => Engine, scenarios: readonly Scenario[], results?: Results): void {
  const lanes = scenarios.length < MANY ? 1 : LANES;
  for (let lane = 0; lane < lanes; lane++) {
    const some = scenarios.filter((_, index) => index % lanes === lane);
    runLane(makeEngine(), lane, some, results);
  }
}

function runLane(engine: Engine, lane: number, scenarios: readonly Scenario[], results: Results | undefined): void {
  describe.concurrent(`${engine.name}, lane ${lane + 1}`, () => {
    beforeAll(() => engine.start(scenarios), 600_000);
    afterAll(() => engine.stop());
    for (const scenario of scenarios) {
      test.sequential(scenario.name, async () => {
        results?.note(engine.name, scenario.name, "failed");
        await playScenario(engine, scenario);
        results?.note(engine.name, scenario.name, "passed");
      });
    }
  });
}

/**
 * Plays one scenario.
 *
 * @param outcomes gets the outcome of each request
 * @throws an error that shows the request, the differences and the outcome
 */
export async function playScenario(engine: Engine, scenario: Scenario, outcomes: Outcome[] = []): Promise<void> {
  const problem = engine.problem(scenario);
  if (problem !== undefined) throw new Error(problem);
  const rejected = await engine.isRejected(scenario);
  if (rejected !== (scenario.rejected ?? false)) {
    const log = engine.logs(scenario).map(lineText).join("\n");
    throw new Error(`the plugin ${rejected ? "rejected" : "accepted"} its configuration\n${log}`);
  }
  for (const [index, step] of scenario.steps.entries()) {
    await playStep(engine, scenario, step, index, outcomes);
  }
  const unexpected = engine.logs(scenario).filter((line) => isUnexpected(line, scenario));
  expect(unexpected.map(lineText), "unexpected lines in the log").toEqual([]);
}

async function playStep(
  engine: Engine,
  scenario: Scenario,
  step: Step,
  index: number,
  outcomes: Outcome[],
): Promise<void> {
  const before = engine.logs(scenario).length;
  const newLines = () => engine.logs(scenario).slice(before);
  const label = `step ${index + 1} of ${scenario.steps.length}`;
  if ("update" in step) {
    const result = (await engine.update(scenario, step)) ? "accepted" : "rejected";
    if (result === step.expect) return;
    throw new Error(
      [`${label}: the update was ${result}, expected ${step.expect}`, ...newLines().map(lineText)].join("\n"),
    );
  }
  const outcome = await engine.send(scenario, step);
  outcomes.push(outcome);
  let wrong = logDifferences(step.expect, newLines());
  const end = performance.now() + (step.expect.logs ? LOG_LIMIT_MS : 0);
  while (wrong.length > 0 && performance.now() < end) {
    await sleep(10);
    wrong = logDifferences(step.expect, newLines());
  }
  wrong.unshift(...differences(step.expect, outcome));
  if (wrong.length > 0) throw new Error(report(label, step, wrong, outcome, newLines()));
}

/** Whether a line reports a trap, or is an error, that neither a step nor the scenario expects. */
function isUnexpected(line: LogLine, { steps, errors, traps = false, rejected }: Scenario): boolean {
  if (line.level !== "error" && line.level !== "critical") return false;
  const rejects = rejected || steps.some((step) => "update" in step && step.expect === "rejected");
  if (line.kind === "fault") return !traps;
  if (rejects && (line.kind === "refusal" || errors === undefined)) return false;
  const expected = steps.flatMap((step) => ("update" in step ? [] : (step.expect.logs ?? [])));
  return ![...(errors ?? []), ...expected].some((pattern) => matchesPattern(pattern, lineText(line)));
}

function report(
  label: string,
  step: RequestStep,
  wrong: string[],
  outcome: Outcome,
  lines: readonly LogLine[],
): string {
  const { response, failure, received } = outcome;
  const actual = response
    ? [
        response.statusLine,
        ...response.headers.map(([name, value]) => `${name}: ${value}`),
        ...(response.text === "" ? [] : ["", response.text.slice(0, 1000)]),
      ]
    : [failure ?? "nothing"];
  const seen = received.map(({ cluster, method, target, headers, body }) =>
    [`${cluster}: ${method} ${target}`, ...headers.map(([name, value]) => `  ${name}: ${value}`), `  ${body}`].join(
      "\n",
    ),
  );
  return [
    ...[`${label} failed:`, ...wrong.map((line) => `  ${line}`)],
    ...section("request", [requestText(step)]),
    ...section("response", actual),
    ...section("upstreams received", seen),
    ...section("log", lines.map(lineText)),
  ].join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  const text = lines.length > 0 ? lines.join("\n") : "nothing";
  return ["", `${title}:`, ...text.split("\n").map((line) => `  ${line}`.trimEnd())];
}

function requestText({ raw, method, target = "/", headers = [], body, chunks, trailers }: RequestStep): string {
  if (raw) return JSON.stringify(raw.toString("latin1"));
  const payload = chunks ? `chunks ${JSON.stringify(chunks)}` : (body ?? "");
  const verb = method ?? (payload === "" ? "GET" : "POST");
  const tail = trailers ? `\r\ntrailers ${JSON.stringify(trailers)}` : "";
  const head = joined(`${verb} ${target}\r\n`, ...headers.map(headerLine)).toString("latin1");
  return `${head}${String(payload)}${tail}`.replaceAll("\r\n", "\n");
}
