import type { Scenario } from "../scenario.js";

const VERBS: [verb: string, hasBody: boolean][] = [
  ["get", false],
  ["head", false],
  ["options", false],
  ["post", true],
  ["put", true],
  ["patch", true],
  ["delete", true],
  ["trace", true],
];

const scenarios: Scenario[] = [
  {
    name: "each method of the HTTP client sends its method, with a body where it takes one",
    plugin: "http-client",
    clusters: { service: { body: "yes" } },
    steps: VERBS.map(([verb, hasBody]) => ({
      target: "/a?b=1",
      headers: [
        ["x-verb", verb],
        ["x-body", "the body"],
      ],
      expect: {
        status: 200,
        body: verb === "head" ? "" : "yes",
        upstream: null,
        calls: [
          {
            cluster: "service",
            method: verb.toUpperCase(),
            target: "/a?b=1",
            headers: { host: "service.example" },
            body: hasBody ? "the body" : "",
          },
        ],
      },
    })),
  },
  {
    name: "a call handler reads the trailers of an HTTP call response",
    plugin: "http-client",
    clusters: {
      service: {
        chunks: ["a", "b"],
        trailers: [
          ["x-t", "1"],
          ["x-u", "2"],
        ],
      },
    },
    steps: [{ expect: { status: 200, headers: { "x-trailers": "x-t,1;x-u,2" }, body: "ab", upstream: null } }],
  },
  {
    name: "a call handler reads no trailers if an HTTP call response has none",
    plugin: "http-client",
    clusters: { service: { body: "yes" } },
    steps: [{ expect: { status: 200, headers: { "x-trailers": "" }, body: "yes", upstream: null } }],
  },
  {
    name: "a call with trailers is sent without them",
    plugin: "http-client",
    clusters: { service: { body: "yes" } },
    steps: [
      {
        headers: [
          ["x-verb", "trailers"],
          ["x-body", "the body"],
        ],
        expect: {
          status: 200,
          body: "yes",
          calls: [{ cluster: "service", method: "POST", headers: { "x-sum": null }, body: "the body", trailers: {} }],
        },
      },
    ],
  },
  {
    name: "a call with a trailer that is not allowed is not sent",
    plugin: "http-client",
    clusters: { service: { body: "yes" } },
    errors: [
      'call not sent to cluster "service": trailers: header x-sum: the value "1\\x0a" contains a control character',
    ],
    steps: [
      {
        headers: [
          ["x-verb", "trailers"],
          ["x-sum", "bad"],
        ],
        expect: { status: 500, calls: [] },
      },
    ],
  },
];

export default scenarios;
