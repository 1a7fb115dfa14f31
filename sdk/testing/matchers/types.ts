import type { Content } from "../upstreams/answer.js";
import type { LevelName } from "../timeline/host-calls.js";

/** What a local reply should be; what is left out may be anything. */
export interface ExpectedReply {
  status?: number;
  details?: string | RegExp;
  body?: string | RegExp;
}

/** What a call to an upstream should be; what is left out may be anything. */
export interface ExpectedCall {
  method?: string;
  path?: string | RegExp;
  authority?: string;
  body?: string | RegExp;
  /** Each is there with that value, be it among others. */
  headers?: Readonly<Record<string, string | RegExp>>;
}

/** What a gRPC call should be; what is left out may be anything. */
export interface ExpectedGrpcCall {
  /** "package.Service" */
  service?: string | RegExp;
  method?: string | RegExp;
  /** Each is there with that value, be it among others. */
  metadata?: Readonly<Record<string, string | RegExp>>;
  /** One of the messages that the plugin has sent: bytes, or a text as UTF-8. */
  message?: Content | RegExp;
}

/** What `expect` can say of plugins, requests and messages. All of it works with `.not`. */
export interface PluginMatchers {
  /**
   * A message, a call, or a list of headers has a header of that name, with that value if one is given.
   *
   * @example
   * expect(response).toHaveHeader("content-type", /json/);
   */
  toHaveHeader(name: string, value?: string | RegExp): void;
  /**
   * A response, or a request's response, has that status.
   *
   * @example
   * expect(response).toHaveStatus(200);
   */
  toHaveStatus(status: number): void;
  /**
   * A message has that body: a text, a pattern that it matches, or what it means as JSON.
   *
   * @example
   * expect(response).toHaveBody({ user: "mia" });
   */
  toHaveBody(body: string | RegExp | object): void;
  /**
   * A plugin or a request has written a line into the log that contains a text, or matches a pattern, at a level if one
   * is given.
   *
   * @example
   * expect(plugin).toHaveLogged("auth service responded with 503", "warn");
   */
  toHaveLogged(text: string | RegExp, level?: LevelName): void;
  /**
   * A request was answered in the place of its upstream, by the plugin or the gateway: with that status, those details,
   * that body if they are given.
   *
   * @example
   * expect(response).toBeLocalReply(403);
   * expect(response).toBeLocalReply({ status: 401, details: "no_token", body: /token/ });
   */
  toBeLocalReply(expected?: number | ExpectedReply): void;
  /**
   * A request has reached its upstream.
   *
   * @example
   * expect(request).not.toHaveReachedUpstream();
   */
  toHaveReachedUpstream(): void;
  /**
   * The plugin holds a request or its response.
   *
   * @example
   * expect(request).toBeHeld();
   */
  toBeHeld(): void;
  /**
   * A plugin has called a cluster by HTTP, for a request if it is one.
   *
   * @example
   * expect(request).toHaveCalledOut("auth", { path: "/check", headers: { authorization: "t" } });
   */
  toHaveCalledOut(cluster: string, expected?: ExpectedCall): void;
  /**
   * A plugin has sent a Redis command to a cluster, for a request if it is one.
   *
   * @param command all words of it, or patterns that they match; any command unless given
   * @example
   * expect(request).toHaveCalledRedis("cache", ["SET", "user:mia", /^\d+$/]);
   */
  toHaveCalledRedis(cluster: string, command?: readonly (string | RegExp)[]): void;
  /**
   * A plugin has begun a gRPC call to a cluster, for a request if it is one.
   *
   * @example
   * expect(request).toHaveCalledGrpc("auth", { service: "auth.v1.Auth", method: "Check", message: bytes });
   */
  toHaveCalledGrpc(cluster: string, expected?: ExpectedGrpcCall): void;
  /**
   * A plugin's counter or gauge has that value.
   *
   * @example
   * expect(plugin).toHaveMetric("denied", 2);
   */
  toHaveMetric(name: string, value: number): void;
  /**
   * Nothing of a plugin is on its way: no request, no context, no call.
   *
   * @example
   * expect(plugin).toHaveNothingOpen();
   */
  toHaveNothingOpen(): void;
}
