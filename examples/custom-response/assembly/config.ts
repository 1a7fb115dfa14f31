import { Json } from "as-proxy-wasm-sdk";
import { CustomResponse, matchesStatus } from "./custom-response";

/** A pattern of status codes, and the response for them. */
class StatusPattern {
  constructor(
    readonly pattern: string,
    readonly response: CustomResponse,
  ) {}
}

export class CustomResponseConfig {
  /** The response to all requests; null if the responses depend on status codes. */
  withoutStatus: CustomResponse | null = null;
  private exact: Map<string, CustomResponse> = new Map();
  /** In the order of the configuration. */
  private patterns: StatusPattern[] = [];
  private known: Set<string> = new Set();

  /** The response for a status code of the upstream: an exact status code wins over a pattern. Null if neither fits. */
  forStatus(status: string): CustomResponse | null {
    if (this.exact.has(status)) return this.exact.get(status);
    for (let i = 0; i < this.patterns.length; i++) {
      if (matchesStatus(this.patterns[i].pattern, status)) return this.patterns[i].response;
    }
    return null;
  }

  /** Adds a response for its status codes. */
  add(response: CustomResponse): Error | null {
    for (let i = 0; i < response.statuses.length; i++) {
      const status = response.statuses[i];
      if (this.known.has(status)) return new Error("enableOnStatus can only use once, got " + status + " again");
      this.known.add(status);
      if (status.includes("x")) this.patterns.push(new StatusPattern(status, response));
      else this.exact.set(status, response);
    }
    return null;
  }

  get hasStatuses(): bool {
    return this.known.size > 0;
  }
}

/** Reads `rules`, or one response on the top level. */
export function parseConfig(json: Json, config: CustomResponseConfig): Error | null {
  const rules = json.get("rules");
  const items = rules.isArray() ? rules.array() : [json];
  let first: CustomResponse | null = null;
  for (let i = 0; i < items.length; i++) {
    const response = CustomResponse.read(items[i]);
    const error = response.error !== null ? response.error : config.add(response);
    if (error !== null) return error;
    if (first === null && response.statuses.length == 0) first = response;
  }
  // As in the Go plugin: with status codes, a response without them is not used.
  if (!config.hasStatuses) config.withoutStatus = first;
  return first === null && !config.hasStatuses ? new Error("no valid config is found") : null;
}
