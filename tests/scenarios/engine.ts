import type { HttpResponse } from "../support/http.js";
import type { ReceivedRequest } from "../support/upstream.js";
import type { RequestStep, Scenario, UpdateStep } from "./scenario.js";

/** Plays scenarios, on a real Envoy or on the Node host. */
export interface Engine {
  readonly name: string;
  /** Prepares all scenarios at once. If one of them cannot be prepared, `problem` returns the reason. */
  start(scenarios: readonly Scenario[]): Promise<void>;
  /** The reason why a scenario cannot be played, such as a compiler error; undefined if it can be played. */
  problem(scenario: Scenario): string | undefined;
  /** Whether a plugin of the scenario has rejected its first configuration. */
  isRejected(scenario: Scenario): Promise<boolean>;
  send(scenario: Scenario, request: RequestStep): Promise<Outcome>;
  /** Gives a plugin a new configuration. Returns whether the plugin has accepted it. */
  update(scenario: Scenario, step: UpdateStep): Promise<boolean>;
  /** The log lines about the scenario's plugins since the start. */
  logs(scenario: Scenario): LogLine[];
  stop(): Promise<void>;
}

/** The outcome of a request. */
export interface Outcome {
  response?: HttpResponse;
  /** The reason why there is no response. */
  failure?: string;
  /** The requests and calls that upstreams received while the request was in flight, in order of arrival. */
  received: ReceivedCall[];
}

export interface ReceivedCall extends ReceivedRequest {
  cluster: string;
}

export interface LogLine {
  level: "trace" | "debug" | "info" | "warn" | "error" | "critical";
  message: string;
  /**
   * "plugin": the plugin has written the line. "fault": the host reports that the VM failed. "refusal": the host
   * reports that the plugin rejected its configuration. "host": any other line of the host.
   */
  kind: "plugin" | "fault" | "refusal" | "host";
}

/** A log line as text; log patterns are matched with this text. */
export function lineText({ level, message }: LogLine): string {
  return `[${level}] ${message}`;
}
