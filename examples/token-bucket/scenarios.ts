import type { RequestStep, Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "token-bucket";
/** No token is added while a scenario runs. */
const slow = { refillPerSecond: 0 };

const limited = {
  ...{ status: 403, body: "rate limited, wait and retry.", upstream: null },
  headers: { "powered-by": "proxy-wasm-go-sdk!!" },
};

/** Requests with these headers: the first `count` requests pass, and the next does not. */
function passes(count: number, headers: RequestStep["headers"] = [], target = "/"): RequestStep[] {
  const request = { target, headers };
  return [
    ...Array.from({ length: count }, () => ({ ...request, expect: { status: 200, headers: { "powered-by": null } } })),
    { ...request, expect: { status: 403 } },
  ];
}

const user = (name: string) => [["x-user", name] as const];

const scenarios: Scenario[] = [
  {
    ...{ name: "lets two requests pass in a burst by default", plugin, oneConnection: true },
    steps: [{ expect: { status: 200 } }, { expect: { status: 200 } }, { expect: limited }, { expect: limited }],
  },
  { name: "lets `capacity` requests pass", plugin, config: { ...slow, capacity: 5 }, steps: passes(5) },
  {
    ...{ name: "sets status, body and headers of the local reply, and headers of all responses", plugin },
    config: {
      ...{ ...slow, capacity: 1, status: 429, body: "später", headers: { "retry-after": "1" } },
      responseHeaders: { "who-am-i": "a plugin", "x-two": "2" },
    },
    steps: [
      { expect: { status: 200, headers: { "who-am-i": "a plugin", "x-two": "2", "retry-after": null } } },
      {
        expect: {
          ...{ status: 429, body: "später" },
          headers: { "retry-after": "1", "powered-by": null, "who-am-i": "a plugin", "x-two": "2" },
        },
      },
    ],
  },
  ...["worker", "process"].flatMap((scope): Scenario[] => [
    {
      ...{ name: `has a bucket for each value of a header (${scope})`, plugin },
      config: { ...slow, scope, keyBy: "header", keyHeader: "X-User" },
      steps: [...passes(2, user("ann")), ...passes(2, user("bob")), ...passes(2), ...passes(0, user("ann"))],
    },
    {
      ...{ name: `removes the least recently used key (${scope})`, plugin },
      config: { ...slow, scope, capacity: 1, keyBy: "header", keyHeader: "x-user", maxKeys: 2 },
      steps: [
        ...[...passes(1, user("a")), ...passes(1, user("b")), ...passes(0, user("a"))],
        // Now b is the least recently used key.
        ...[...passes(1, user("c")), ...passes(0, user("a")), ...passes(1, user("b")), ...passes(1, user("c"))],
      ],
    },
    {
      ...{ name: `has separate buckets for each rule (${scope})`, plugin },
      routes: [
        { name: "default/login", prefix: "/login", cluster: "upstream" },
        { name: "default/app", prefix: "/", cluster: "upstream" },
      ],
      config: {
        ...{ ...slow, scope, capacity: 3 },
        _rules_: [
          { ...slow, scope, _match_route_: ["default/login"], capacity: 1 },
          { ...slow, scope, _match_domain_: ["*.example.com"], capacity: 2 },
        ],
      },
      steps: [
        ...[...passes(1, [], "/login"), ...passes(2, [["host", "a.example.com"]]), ...passes(3)],
        ...passes(0, [["host", "b.example.com"]]),
      ],
    },
  ]),
  {
    ...{
      name: "has a bucket for each consumer, from Higress's header",
      plugin,
      config: { ...slow, keyBy: "consumer" },
    },
    steps: [...passes(2, [["x-mse-consumer", "c1"]]), ...passes(2, [["X-Mse-Consumer", "c2"]])],
  },
  {
    // All connections come from 127.0.0.1, with different ports.
    ...{ name: "has a bucket for each address, without the port", plugin, config: { ...slow, keyBy: "address" } },
    steps: passes(2),
  },
  {
    ...{ name: "uses the first 256 characters of a long key", plugin },
    config: { ...slow, keyBy: "header", keyHeader: "x-user" },
    steps: [
      ...passes(2, user("x".repeat(256))),
      ...passes(0, user("x".repeat(5000))),
      ...passes(2, user("x".repeat(255))),
    ],
  },
  {
    ...{ name: "an update creates new buckets in a worker, and keeps those of the process", plugin, config: slow },
    steps: [
      ...passes(2),
      { update: { ...slow, status: 403 }, expect: "accepted" },
      ...passes(2),
      { update: { ...slow, scope: "process" }, expect: "accepted" },
      ...passes(2),
      { update: { ...slow, scope: "process", body: "new" }, expect: "accepted" },
      ...passes(0),
      // A larger capacity adds no tokens to an existing bucket.
      { update: { ...slow, scope: "process", capacity: 9 }, expect: "accepted" },
      ...passes(0),
    ],
  },
  {
    ...{ name: "configdata is one line of JSON", plugin },
    config:
      '{\n  "capacity": 1000,\t"body": "a\\nb é \u007f",\r\n "responseHeaders": { "x" : "y" }, "echoConfig": true }',
    steps: [
      {
        expect: {
          headers: {
            configdata:
              '{"capacity":1000,"body":"a\\nb \\u00e9 \\u007f","responseHeaders":{ "x" : "y" },"echoConfig":true}',
          },
        },
      },
    ],
  },
  {
    ...{ name: "configdata leaves out rules and their conditions", plugin },
    config: { echoConfig: true, capacity: 9, _rules_: [{ _match_domain_: ["d"], echoConfig: true, capacity: 8 }] },
    steps: [
      { expect: { headers: { configdata: '{"echoConfig":true,"capacity":9}' } } },
      { headers: [["host", "d"]], expect: { headers: { configdata: '{"echoConfig":true,"capacity":8}' } } },
    ],
  },
  {
    ...{ name: "configdata has at most 4 KB", plugin, config: { echoConfig: true, body: "x".repeat(4096 - 29) } },
    steps: [
      { expect: { headers: { configdata: /^\{"echoConfig":true,"body":"x{4067}"\}$/ } } },
      { update: { echoConfig: true, body: "x".repeat(4096 - 28) }, expect: "accepted" },
      { expect: { headers: { configdata: null } } },
    ],
  },
  ...(
    [
      [{ capacity: 0 }, "capacity: expected integer from 1 to 1000000, got 0"],
      [{ capacity: 1.5 }, "capacity: expected integer from 1 to 1000000, got 1.5"],
      [{ refillPerSecond: -1 }, "refillPerSecond: expected number from 0 to 1000000, got -1"],
      [{ keyBy: "cookie" }, 'keyBy: expected "none" or "header" or "address" or "consumer", got "cookie"'],
      [{ keyBy: "header" }, "keyHeader: expected the name of a header"],
      [{ scope: "cluster" }, 'scope: expected "worker" or "process", got "cluster"'],
      [{ maxKeys: 0 }, "maxKeys: expected integer from 1 to 1000000, got 0"],
      [{ status: 99 }, "status: expected integer from 200 to 599, got 99"],
      [{ headers: [] }, "headers: expected object, got array"],
      [{ headers: { "x y": "" } }, 'headers: expected names of headers, got "x y"'],
      [{ headers: { x: 1 } }, 'headers["x"]: expected string, got 1'],
      [{ responseHeaders: { x: "a\nb" } }, "responseHeaders.x: expected no control characters"],
      [
        { _rules_: [{ _match_domain_: ["d"], capacity: "2" }] },
        '_rules_[0]: capacity: expected integer from 1 to 1000000, got "2"',
      ],
    ] as const
  ).map(([config, why]): Scenario => {
    return { name: `rejects ${JSON.stringify(config)}`, plugin, config, rejected: true, errors: [why], steps: [] };
  }),
];

// Each worker has its own buckets, so the scenarios run with one worker.
export default scenarios.map((scenario) => ({ ...scenario, oneWorker: true }));
