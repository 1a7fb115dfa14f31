/** A known difference between the Node host and Envoy. `docs/host.md` describes them. */
export interface KnownDifference {
  reason: string;
  /** Matches the differences. If it no longer does, the test fails. */
  shows: RegExp;
}

const ACTIONS = ["a local reply", "two local replies", "close_stream 0", "close_stream 1"];

const DIFFERENCES: readonly (KnownDifference & { names: readonly string[]; file?: string })[] = [
  {
    reason: "Envoy calls proxy_on_log of an ended stream again, sometimes without end, and the client gets no response",
    names: ["log", "done", "delete"].flatMap((phase) => ACTIONS.map((action) => `${action} in ${phase}`)),
    shows: /^\+ proxy_on_log\(2\) = 0$/m,
  },
  {
    reason:
      "Envoy's process ends: it sends two responses, or continues a response that does not exist; the Node host does neither",
    names: [
      ...["headers", "body", "trailers"].map((part) => `two local replies in response_${part}`),
      ...["create", "request_headers", "request_body", "request_trailers", "response_trailers"].map(
        (phase) => `continue_stream 1 in ${phase}`,
      ),
      ...["0", "1"].map((type) => `close_stream ${type} in response_trailers`),
    ],
    shows: /^\+ the process has ended$/m,
  },
  {
    reason: "Envoy's process ends: it sends the end of a response twice; the Node host sends it once",
    file: "resumes",
    names: ["", "twice "].map(
      (times) => `headers return 1 and body returns 0: a response is resumed ${times}in body:end`,
    ),
    shows: /^\+ the process has ended$/m,
  },
  {
    reason: "Envoy still calls proxy_on_request_headers for a stream that it has deleted",
    names: ["close_stream 0 in create", "close_stream 1 in create"],
    shows: /^\+ proxy_on_delete\(2\) = 0\n\+ proxy_on_request_headers\(2, /m,
  },
  {
    reason: "a resume causes nested callbacks without end: Envoy continues until the VM's stack overflows",
    names: [
      ...["the body's callback", "the body's callback, which pauses", "the trailers' callback"],
      "the trailers' callback, after a paused body",
    ].map((where) => `a request is resumed within ${where}, with trailers`),
    shows: /^- proxy_on_request_body\(2, [03], 0\) = trapped$/m,
  },
];

/** Known differences by the scenario's name, which begins with its file. */
export const KNOWN: ReadonlyMap<string, KnownDifference> = new Map(
  DIFFERENCES.flatMap(({ names, file = "actions", ...known }) => names.map((name) => [`${file}: ${name}`, known])),
);
