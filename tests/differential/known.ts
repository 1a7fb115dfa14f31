/** Where the Node host does not do what Envoy does, and why. `docs/host.md` tells the same. */
export interface KnownDifference {
  reason: string;
  /** What is among the differences while there are any. */
  shows: RegExp;
}

const ACTIONS = ["an answer", "two answers", "close_stream 0", "close_stream 1"];

const DIFFERENCES: readonly (KnownDifference & { names: readonly string[]; file?: string })[] = [
  {
    reason: "Envoy calls proxy_on_log of a stream that is over once more, some of them without end, and answers nobody",
    names: ["log", "done", "delete"].flatMap((phase) => ACTIONS.map((action) => `${action} in ${phase}`)),
    shows: /^\+ proxy_on_log\(2\) = 0$/m,
  },
  {
    reason:
      "Envoy's process ends: it answers twice, or goes on with a response that is not there; nothing comes of it here",
    names: [
      ...["headers", "body", "trailers"].map((part) => `two answers in response_${part}`),
      ...["create", "request_headers", "request_body", "request_trailers", "response_trailers"].map(
        (phase) => `continue_stream 1 in ${phase}`,
      ),
      ...["0", "1"].map((type) => `close_stream ${type} in response_trailers`),
    ],
    shows: /^\+ the process has ended$/m,
  },
  {
    reason: "Envoy's process ends: it sends the end of a response twice; once here",
    file: "resumes",
    names: ["", "twice "].map((times) => `a response whose headers say 1 and body says 0 goes on ${times}in body:end`),
    shows: /^\+ the process has ended$/m,
  },
  {
    reason: "Envoy still shows the headers to a plugin whose stream it has ended",
    names: ["close_stream 0 in create", "close_stream 1 in create"],
    shows: /^\+ proxy_on_delete\(2\) = 0\n\+ proxy_on_request_headers\(2, /m,
  },
  {
    reason: "Envoy keeps a connection that it cuts for a second, in which the root's timers and calls go on",
    names: ["close_stream 0 in request_headers", "close_stream 1 in request_headers"],
    shows: /^\+ proxy_on_tick\(1\) = 0$/m,
  },
  {
    reason: "callbacks within each other without end: Envoy goes on until the VM has no stack left",
    names: [
      ...["the body's callback", "the body's callback, which holds it", "the trailers' callback"],
      "the trailers' callback, of a body that is held",
    ].map((where) => `it goes on within ${where}, with trailers`),
    shows: /^- proxy_on_request_body\(2, [03], 0\) = trapped$/m,
  },
];

/** By the scenario's name, with its file, "actions" unless it says another. */
export const KNOWN: ReadonlyMap<string, KnownDifference> = new Map(
  DIFFERENCES.flatMap(({ names, file = "actions", ...known }) => names.map((name) => [`${file}: ${name}`, known])),
);
