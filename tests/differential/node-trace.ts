import type { Services, TracedVm } from "../../sdk/host/index.js";
import { scenarioOfVm } from "../scenarios/scenario.js";
import type { Trace, TracedCall } from "./trace.js";

/** The calls that the Node host has traced, by scenario. */
export class NodeTraces {
  private readonly traces = new Map<string, Trace>();
  private text: string | undefined;

  readonly services = {
    trace: ({ vm, name, args, result }) => this.note(vm, "call", name, args, result),
    traceCallbacks: {
      begin: () => {},
      end: ({ vm, name, args }, result) => this.note(vm, "callback", name, args, result),
    },
  } satisfies Pick<Services, "trace" | "traceCallbacks">;

  /** Notes a log line of a plugin. The line belongs to the next call that returns. */
  logged(text: string): void {
    this.text = text;
  }

  of(scenario: string): Trace {
    const trace = this.traces.get(scenario) ?? { trial: [], serving: [] };
    this.traces.set(scenario, trace);
    return trace;
  }

  /** Deletes the trace of a scenario. */
  forget(scenario: string): void {
    this.traces.delete(scenario);
  }

  private note(
    { id, isTrial }: TracedVm,
    kind: TracedCall["kind"],
    name: string,
    given: readonly (number | bigint)[],
    result: number | undefined,
  ): void {
    const { text } = this;
    this.text = undefined;
    const call = { kind, name, args: given.map(shown), result: result === undefined ? "trapped" : shown(result) };
    this.of(scenarioOfVm(id))[isTrial ? "trial" : "serving"].push(text === undefined ? call : { ...call, text });
  }
}

/** A number as Envoy prints it: unsigned. */
function shown(value: number | bigint): string {
  return String(typeof value === "bigint" ? BigInt.asUintN(64, value) : value >>> 0);
}
