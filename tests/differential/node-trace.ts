import type { Services } from "../../sdk/host/index.js";
import { scenarioOfVm } from "../scenarios/scenario.js";
import type { Trace, TracedCall } from "./trace.js";

/** What the Node host tells of its VMs, by scenario. */
export class NodeTraces {
  private readonly traces = new Map<string, Trace>();

  readonly hooks = {
    trace: ({ vm, name, args, result }) =>
      this.of(scenarioOfVm(vm.id))[vm.isTrial ? "trial" : "serving"].push(traced("call", name, args, result)),
    traceCallback: ({ vm, name, args, result }) =>
      this.of(scenarioOfVm(vm.id))[vm.isTrial ? "trial" : "serving"].push(traced("callback", name, args, result)),
  } satisfies Pick<Services, "trace" | "traceCallback">;

  of(scenario: string): Trace {
    const trace = this.traces.get(scenario) ?? { trial: [], serving: [] };
    this.traces.set(scenario, trace);
    return trace;
  }
}

function traced(
  kind: TracedCall["kind"],
  name: string,
  args: readonly (number | bigint)[],
  result: number | undefined,
): TracedCall {
  return { kind, name, args: args.map(String), result: result === undefined ? "trapped" : String(result) };
}
