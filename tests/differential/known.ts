/** Where the Node host does not do what Envoy does, and why. `docs/host.md` tells the same. */
export interface KnownDifference {
  reason: string;
  /** What is among the differences while there are any. */
  shows: RegExp;
}

const after: KnownDifference = {
  reason: "a stream that is over is answered or cut again: Envoy calls its callbacks a second time, or ends",
  shows: /./,
};
const ends: KnownDifference = {
  reason: "Envoy ends: it goes on with a response that is not there, or answers twice; the Node host does nothing",
  shows: /./,
};
const lingers: KnownDifference = {
  reason: "Envoy keeps a connection that it cuts for a second, in which the root's timers and calls go on",
  shows: /./,
};

const ACTIONS = ["an answer", "two answers", "close_stream 0", "close_stream 1"];
const each = (names: readonly string[], known: KnownDifference) => names.map((name) => [`actions: ${name}`, known]);

export const KNOWN: Readonly<Record<string, KnownDifference>> = Object.fromEntries([
  ...each(
    ["log", "done", "delete"].flatMap((phase) => ACTIONS.map((action) => `${action} in ${phase}`)),
    after,
  ),
  ...each(
    ["headers", "body", "trailers"].map((part) => `two answers in response_${part}`),
    ends,
  ),
  ...each(
    ["create", "request_headers", "request_body", "request_trailers", "response_trailers"].map(
      (phase) => `continue_stream 1 in ${phase}`,
    ),
    ends,
  ),
  ...each(
    ["create", "response_trailers"].flatMap((phase) => ["0", "1"].map((type) => `close_stream ${type} in ${phase}`)),
    ends,
  ),
  ...each(["close_stream 0 in request_headers", "close_stream 1 in request_headers"], lingers),
]) as Record<string, KnownDifference>;
