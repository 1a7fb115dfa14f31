import { did, probe } from "../probe.js";
import type { Scenario } from "../scenario.js";

const scenarios: Scenario[] = [
  {
    name: "two root contexts in one VM have a configuration each",
    plugins: [
      {
        plugin: "probe",
        pluginName: "first",
        vm: "shared",
        config: {
          request: [["request.append", "x-seen", "first"]],
          response: [["response.append", "x-seen", "first"]],
        },
      },
      {
        plugin: "probe",
        pluginName: "second",
        vm: "shared",
        config: {
          request: [["request.append", "x-seen", "second"]],
          response: [["response.append", "x-seen", "second"]],
        },
      },
    ],
    steps: [
      {
        expect: {
          status: 200,
          upstream: { headers: { "x-seen": ["first", "second"] } },
          headers: { "x-seen": ["second", "first"] },
        },
      },
      { expect: { status: 200, upstream: { headers: { "x-seen": ["first", "second"] } } } },
      { update: { request: [["request.append", "x-seen", "new"]] }, of: "first", expect: "accepted" },
      {
        expect: {
          status: 200,
          upstream: { headers: { "x-seen": ["new", "second"] } },
          headers: { "x-seen": "second" },
        },
      },
    ],
  },
  probe(
    "later hooks of the same request read the values that a hook has stored, by type",
    {
      request: [
        ["keep", "user", "mia"],
        ["keepNumber", "n", 7],
        ["keepHeader", "x-user"],
      ],
      response: [
        ["kept", "user"],
        ["kept", "n"],
        ["kept", "none"],
        ["kept", "x-user"],
      ],
      done: [["kept", "user"]],
    },
    {
      steps: [
        {
          headers: [["x-user", "ann"]],
          expect: {
            status: 200,
            logs: [
              did(["kept", "user"], "mia", -1),
              did(["kept", "n"], null, 7),
              did(["kept", "none"], null, -1),
              did(["kept", "x-user"], "ann", -1),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "a plugin reads properties as string, number and boolean; an unknown property is null",
    {
      request: [
        ["property", ["request", "method"], "string"],
        ["property", ["request", "size"], "i64"],
        ["property", ["connection", "mtls"], "bool"],
        ["property", ["request", "headers", "x-a"], "string"],
        ["property", ["request", "method"], "pairs"],
        ["property", ["no", "such"], "string"],
        ["property", [], "string"],
        ["routeName"],
        ["clusterName"],
        ["setProperty", ["tenant"], "acme"],
        ["property", ["tenant"], "string"],
      ],
      response: [
        ["property", ["tenant"], "string"],
        ["property", ["response", "code"], "i64"],
        ["property", ["request", "path"], "string"],
      ],
    },
    {
      routes: [{ name: "default/foo", prefix: "/", cluster: "upstream" }],
      steps: [
        {
          body: "12345",
          headers: [["x-a", "1"]],
          expect: {
            status: 200,
            logs: [
              did(["property", ["request", "method"], "string"], "POST"),
              did(["property", ["request", "size"], "i64"], 5),
              did(["property", ["connection", "mtls"], "bool"], false),
              did(["property", ["request", "headers", "x-a"], "string"], "1"),
              did(["property", ["request", "method"], "pairs"], []),
              did(["property", ["no", "such"], "string"], null),
              did(["property", [], "string"], null),
              did(["routeName"], "default/foo"),
              did(["setProperty", ["tenant"], "acme"], null),
              did(["property", ["tenant"], "string"], "acme"),
              did(["property", ["response", "code"], "i64"], 200),
              did(["property", ["request", "path"], "string"], null),
            ],
          },
        },
      ],
    },
  ),
  probe(
    "the done hook runs once per stream, also if the upstream resets the connection",
    { request: [["log", "info", "begin"]], done: [["log", "info", "end"]] },
    {
      steps: [
        { expect: { status: 200, logs: ["[probe] [nil] [nil] end"] } },
        { headers: [["x-answer", '{"reset":true}']], expect: { status: 503, logs: ["[probe] [nil] [nil] end"] } },
      ],
    },
  ),
  probe(
    "log lines have a level, and the request's id once the plugin has read it",
    {
      request: [
        ["log", "warn", "before"],
        ["request.get", "X-Request-Id"],
        ["log", "warn", "after"],
        ["log", "trace", "below the level"],
      ],
      response: [["log", "error", "later"]],
    },
    {
      errors: ["later"],
      debugLevel: true,
      steps: [
        {
          headers: [["x-request-id", "abc%d"]],
          expect: {
            status: 200,
            logs: [
              "[warn] [probe] [nil] [nil] before",
              /\[warn\] \[probe\] \[nil\] \[[-0-9a-f%abcd]+\] after/,
              /\[error\] \[probe\] \[nil\] \[[-0-9a-f%abcd]+\] later/,
            ],
            noLogs: [/^\[trace\]/],
          },
        },
      ],
    },
  ),
  {
    ...probe(
      "each log line has the plugin's id from its configuration",
      {},
      { steps: [{ expect: { status: 200, logs: ["[probe] [id-7] [nil] did"] } }] },
    ),
    config: { _plugin_id_: "id-7", request: [["line"]] },
  },
  probe(
    "a plugin can use time, random numbers, trace and console, also while it starts",
    {
      start: [["clock"], ["random"], ["trace"], ["console", "from start"]],
      request: [["clock"], ["random"], ["trace"], ["console", "from a request"]],
    },
    {
      steps: [
        {
          expect: {
            status: 200,
            logs: [did(["clock"], true, true, true), did(["random"], true), "[warn] from a request"],
          },
        },
      ],
    },
  ),
  {
    ...probe(
      "a plugin reads the configuration of the VM",
      { request: [["vmConfiguration"]] },
      { steps: [{ expect: { status: 200 } }] },
    ),
    vmConfiguration: "vm text",
  },
  probe(
    "a failed assertion logs its message and position before the VM ends",
    { request: [["abort", "the reason"]] },
    {
      traps: true,
      errors: [/abort: the reason at \S+\.ts:\d+:\d+/],
      steps: [
        {
          expect: {
            status: 503,
            upstream: null,
            logs: [/\[critical\] abort: the reason at \S+\.ts:\d+:\d+/],
          },
        },
      ],
    },
  ),
  {
    ...{ name: "a callback that the plugin exports itself resumes a request", plugin: "own-callbacks" },
    steps: [
      {
        expect: { status: 200, upstream: { headers: { "x-last": "tick 99" } }, noLogs: ["no call will resume it"] },
      },
      { body: "body", expect: { status: 200, upstream: { headers: { "x-last": "tick 99" }, body: "body" } } },
    ],
  },
  {
    name: "a plugin without SetCtx rejects its configuration",
    plugin: "no-set-ctx",
    rejected: true,
    errors: [/no plugin: SetCtx was not called/],
    steps: [{ expect: { status: 500, upstream: null } }],
  },
  {
    ...{ name: "a plugin that calls SetCtx twice rejects its configuration", plugin: "two-set-ctx", rejected: true },
    errors: [/SetCtx was called twice, for "one" and "two"/],
    steps: [{ expect: { status: 500, upstream: null } }],
  },
];

export default scenarios;
