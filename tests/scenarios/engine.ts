import type { HttpResponse } from "../support/http.js";
import type { ReceivedRequest } from "../support/upstream.js";
import type { RequestStep, Scenario, UpdateStep } from "./scenario.js";

/** What plays scenarios: a real Envoy or the Node host. */
export interface Engine {
  readonly name: string;
  /** Prepares all scenarios at once. One that cannot be prepared fails by itself, in `problem`. */
  start(scenarios: readonly Scenario[]): Promise<void>;
  /** Why a scenario cannot be played, such as a compiler's message. */
  problem(scenario: Scenario): string | undefined;
  /** Whether a plugin of the scenario has refused its first configuration. */
  refused(scenario: Scenario): Promise<boolean>;
  send(scenario: Scenario, request: RequestStep): Promise<Outcome>;
  /** Gives a plugin a new configuration; tells whether it took it. */
  update(scenario: Scenario, step: UpdateStep): Promise<boolean>;
  /** All that the scenario's plugins have written since the start. */
  logs(scenario: Scenario): LogLine[];
  stop(): Promise<void>;
}

/** What came of a request. */
export interface Outcome {
  response?: HttpResponse;
  /** Why there is no response. */
  failure?: string;
  /** What upstreams received meanwhile, in order of arrival. */
  received: ReceivedCall[];
}

export interface ReceivedCall extends ReceivedRequest {
  cluster: string;
}

export interface LogLine {
  level: "trace" | "debug" | "info" | "warn" | "error" | "critical";
  message: string;
  /** Written by the plugin, or by the host: that the VM failed, that the plugin refused its configuration, or else. */
  kind: "plugin" | "fault" | "refusal" | "host";
}

/** The form that log patterns are matched with. */
export function lineText({ level, message }: LogLine): string {
  return `[${level}] ${message}`;
}
