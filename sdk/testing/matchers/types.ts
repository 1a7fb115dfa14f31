import type { Content } from "../upstreams/answer.js";
import type { LevelName } from "../timeline/host-calls.js";

/** The expected fields of a local reply. A missing field matches anything. */
export interface ExpectedReply {
  status?: number;
  details?: string | RegExp;
  body?: string | RegExp;
}

/** The expected fields of an HTTP call. A missing field matches anything. */
export interface ExpectedCall {
  method?: string;
  path?: string | RegExp;
  authority?: string;
  body?: string | RegExp;
  /** Headers that the call must have; it may have others. */
  headers?: Readonly<Record<string, string | RegExp>>;
}

/** The expected fields of a gRPC call. A missing field matches anything. */
export interface ExpectedGrpcCall {
  /** "package.Service" */
  service?: string | RegExp;
  method?: string | RegExp;
  /** Metadata that the call must have; it may have more. */
  metadata?: Readonly<Record<string, string | RegExp>>;
  /** One of the plugin's messages: bytes, or text as UTF-8. */
  message?: Content | RegExp;
}

/** The matchers of the test kit for plugins, requests and messages. All of them work with `.not`. */
export interface PluginMatchers {
  /**
   * Passes when a message, a call or a list of headers has the header, with the value if one is given.
   *
   * @example
   * expect(response).toHaveHeader("content-type", /json/);
   */
  toHaveHeader(name: string, value?: string | RegExp): void;
  /**
   * Passes when a response, or the response of a request, has the status.
   *
   * @example
   * expect(response).toHaveStatus(200);
   */
  toHaveStatus(status: number): void;
  /**
   * Passes when a message has the body: a string, a pattern, or an object that the body contains as JSON.
   *
   * @example
   * expect(response).toHaveBody({ user: "mia" });
   */
  toHaveBody(body: string | RegExp | object): void;
  /**
   * Passes when a plugin, or a plugin for a request, has logged a line that contains the text or matches the pattern,
   * at the level if one is given.
   *
   * @example
   * expect(plugin).toHaveLogged("auth service responded with 503", "warn");
   */
  toHaveLogged(text: string | RegExp, level?: LevelName): void;
  /**
   * Passes when the plugin or the gateway made the response without the upstream, with the status, the details and the
   * body if they are given.
   *
   * @example
   * expect(response).toBeLocalReply(403);
   * expect(response).toBeLocalReply({ status: 401, details: "no_token", body: /token/ });
   */
  toBeLocalReply(expected?: number | ExpectedReply): void;
  /**
   * Passes when a request has reached its upstream.
   *
   * @example
   * expect(request).not.toHaveReachedUpstream();
   */
  toHaveReachedUpstream(): void;
  /**
   * Passes when the plugin holds a request or its response.
   *
   * @example
   * expect(request).toBeHeld();
   */
  toBeHeld(): void;
  /**
   * Passes when a plugin has made an HTTP call to the cluster. For a request, only its own calls count.
   *
   * @example
   * expect(request).toHaveCalledOut("auth", { path: "/check", headers: { authorization: "t" } });
   */
  toHaveCalledOut(cluster: string, expected?: ExpectedCall): void;
  /**
   * Passes when a plugin has sent a Redis command to the cluster. For a request, only its own commands count.
   *
   * @param command all words of the command, or patterns that match them; any command by default
   * @example
   * expect(request).toHaveCalledRedis("cache", ["SET", "user:mia", /^\d+$/]);
   */
  toHaveCalledRedis(cluster: string, command?: readonly (string | RegExp)[]): void;
  /**
   * Passes when a plugin has begun a gRPC call to the cluster. For a request, only its own calls count.
   *
   * @example
   * expect(request).toHaveCalledGrpc("auth", { service: "auth.v1.Auth", method: "Check", message: bytes });
   */
  toHaveCalledGrpc(cluster: string, expected?: ExpectedGrpcCall): void;
  /**
   * Passes when the plugin's counter or gauge has the value.
   *
   * @example
   * expect(plugin).toHaveMetric("denied", 2);
   */
  toHaveMetric(name: string, value: number): void;
  /**
   * Passes when the plugin has no open requests, stream contexts and calls.
   *
   * @example
   * expect(plugin).toHaveNothingOpen();
   */
  toHaveNothingOpen(): void;
}
