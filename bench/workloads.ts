import { isDeepStrictEqual } from "node:util";
import type { RouteSpec } from "../sdk/envoy/index.js";
import type { Response } from "./load.js";
import type { Peer } from "./peers.js";

/** What plugins do for a request, measured for each peer. */
export interface Workload {
  /** The name for `--only`. */
  name: string;
  title: string;
  /** The name of the plugins in bench/peers/. */
  plugin: string;
  peers: readonly Peer[];
  configuration?: object;
  /** The routes instead of the group's direct response. */
  routes?: RouteSpec[];
  /** The name of the workload in the group that costs are compared with. */
  comparedWith?: string;
  /** Changes the source of a plugin in Lua, which gets no configuration. */
  lua?: (source: string) => string;
  /** Throws unless the plugin does what it is measured for. */
  check(talk: Talk): Promise<void>;
}

/** Workloads with the same request and the same response of Envoy. They share an Envoy, and baselines without a plugin. */
export interface Group {
  headers: Record<string, string>;
  /** The body of Envoy's direct response. */
  body: string;
  /** The body of each request. Such requests get their response from an upstream, see `countingUpstream`. */
  upload?: Buffer;
  connections: number;
  /** How many requests a connection sends before their responses arrive. Envoy closes connections with more than 2. */
  pipelined: number;
  workloads: Workload[];
}

/** Requests to a plugin, before it is measured. */
export interface Talk {
  /** The response to the measured request, with other headers if given. */
  get(changes?: Record<string, string>): Promise<Response>;
  /** The headers of the measured request, and changes to them, as an upstream behind the plugin gets them. */
  behind(changes?: Record<string, string>): Promise<Map<string, string>>;
  /** How many calls plugins have made so far. */
  calls(): number;
}

const ALL: readonly Peer[] = ["ours", "rust", "lua", "go", "gcore", "solo"];
/** These SDKs can write a body. */
const BODIES: readonly Peer[] = ["ours", "rust", "lua", "go", "gcore"];
const HOST = { host: "bench.example.com" };
const SMALL = { body: "hello from envoy", connections: 16, pipelined: 2 };

export const MANY = 10_000;

/** A configuration of key-auth. @example consumers(2).consumers[1].name // "consumer-1" */
export function consumers(count: number): { consumers: { name: string; key: string }[] } {
  // As JSON, each has about 100 bytes, so 10,000 have 1 MB.
  const key = (number: number) => `${"k".repeat(55)}-${String(number).padStart(9, "0")}`;
  return { consumers: Array.from({ length: count }, (_, n) => ({ name: `consumer-${n}`, key: key(n) })) };
}

const last = consumers(MANY).consumers[MANY - 1]!;

/** A JSON text of 100 KB. */
const json = JSON.stringify({
  model: "m",
  list: Array.from({ length: 2_600 }, (_, id) => ({ id, k: "ab", f: 1.5, t: true })),
  last: "x",
});

export const GROUPS: Group[] = [
  {
    ...SMALL,
    headers: HOST,
    workloads: [
      {
        ...{ name: "20/20/20", title: "20 request headers set, read and removed", plugin: "headers60", peers: ALL },
        async check(talk) {
          expect("status", (await talk.get()).status, 200);
          const behind = await talk.behind({ "x-bench-0": "old", "x-bench-19": "old", "x-bench-20": "kept" });
          expect("headers left", [...behind.keys()].filter((name) => name.startsWith("x-bench-")).join(), "x-bench-20");
        },
      },
    ],
  },
  {
    ...SMALL,
    headers: HOST,
    workloads: [
      {
        ...{ name: "no-op", title: "an empty hook on request headers", plugin: "noop", peers: [...ALL, "bare"] },
        check: async (talk) => expect("body", String((await talk.get()).body), SMALL.body),
      },
      {
        ...{
          name: "authority",
          title: "what rules on domains need from the host",
          plugin: "authority",
          peers: ["bare"],
        },
        check: async (talk) => expect("body", String((await talk.get()).body), SMALL.body),
      },
      {
        ...{ name: "rules/none", title: "10,000 rules, none matches", plugin: "mock-response", peers: ["ours", "go"] },
        configuration: rulesOf("_match_domain_", (n) => `host-${n}.example.com`),
        comparedWith: "no-op",
        async check(talk) {
          expect("body", String((await talk.get()).body), SMALL.body);
          expect("body of a rule", String((await talk.get({ host: "host-7.example.com" })).body), "rule 7");
        },
      },
    ],
  },
  {
    ...SMALL,
    headers: HOST,
    workloads: [
      {
        ...{
          name: "response header",
          title: "one response header set",
          plugin: "response-header",
          peers: [...ALL, "bare"],
        },
        check: async (talk) => expect("x-bench", (await talk.get()).headers.get("x-bench"), "1"),
      },
    ],
  },
  {
    ...SMALL,
    // With :authority, :path, :method, :scheme and the two that Envoy adds, plugins see more than these.
    headers: { ...HOST, ...Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`x-a${n}`, `value ${n}`])) },
    workloads: [
      {
        ...{ name: "two reads", title: "2 of 16 request headers read", plugin: "two-reads", peers: ALL },
        async check(talk) {
          expect("status", (await talk.get()).status, 200);
          expect("status with x-a5: 6", (await talk.get({ "x-a5": "6" })).status, 403);
          expect("status with x-a11: 6", (await talk.get({ "x-a11": "6" })).status, 403);
        },
      },
    ],
  },
  {
    ...SMALL,
    headers: HOST,
    workloads: [
      {
        ...{ name: "mock-response", title: "a local reply", plugin: "mock-response", peers: ALL },
        configuration: { content: "hello" },
        check: async (talk) => expect("body", String((await talk.get()).body), "hello"),
      },
    ],
  },
  {
    ...SMALL,
    headers: { ...HOST, "x-api-key": last.key },
    workloads: [
      {
        ...{ name: "key-auth", title: "a key looked up among 10,000 consumers", plugin: "key-auth", peers: ALL },
        configuration: consumers(MANY),
        lua: (source) =>
          source.replace(
            "CONSUMERS",
            consumers(MANY)
              .consumers.map(({ name, key }) => `["${key}"]="${name}"`)
              .join(","),
          ),
        async check(talk) {
          expect("x-consumer", (await talk.behind()).get("x-consumer"), last.name);
          expect("status", (await talk.get({ "x-api-key": "unknown" })).status, 401);
        },
      },
    ],
  },
  {
    headers: HOST,
    ...{ body: SMALL.body, connections: 8, pipelined: 1 },
    workloads: [
      {
        ...{ name: "callout", title: "one HTTP call before the request continues", plugin: "callout", peers: ALL },
        async check(talk) {
          const before = talk.calls();
          expect("status", (await talk.get()).status, 200);
          expect("number of calls", talk.calls() - before, 1);
        },
      },
    ],
  },
  ...rulesGroups(),
  ...["1 KB", "100 KB", "1 MB"].map((size, index): Group => {
    const body = `a${"x".repeat([1_000, 100_000, 1_000_000][index]! - 1)}`;
    return {
      headers: HOST,
      ...{ body, connections: 2, pipelined: 1 },
      workloads: [
        {
          ...{ name: `body/${size}`, title: `a body of ${size} read and replaced`, plugin: "body", peers: BODIES },
          check: async (talk) => expect("body", String((await talk.get()).body) === `b${body.slice(1)}`, true),
        },
      ],
    };
  }),
  chunksGroup(),
  {
    headers: HOST,
    ...{ body: json, connections: 2, pipelined: 1 },
    workloads: [
      {
        ...{ name: "JSON", title: "a field of a JSON body of 100 KB changed", plugin: "json" },
        peers: ["ours", "rust", "go", "gcore"],
        async check(talk) {
          const changed = JSON.parse(String((await talk.get()).body)) as unknown;
          const expected = { ...(JSON.parse(json) as object), model: "changed" };
          expect("JSON", isDeepStrictEqual(changed, expected), true);
        },
      },
    ],
  },
];

/** A request body of 10 MB, which passes a hook on chunks. */
function chunksGroup(): Group {
  const upload = Buffer.alloc(10_000_000, "x");
  return {
    headers: HOST,
    ...{ body: "", upload, connections: 1, pipelined: 1 },
    workloads: [
      {
        ...{ name: "chunks", title: "a body of 10 MB, each chunk read and replaced", plugin: "chunks", peers: BODIES },
        async check(talk) {
          expect(
            "what the upstream received",
            String((await talk.get()).body),
            `${upload.length} bytes, the first is b`,
          );
        },
      },
    ],
  };
}

/** One rule and 10,000 rules of each kind. The request matches the last rule. */
function rulesGroups(): Group[] {
  const number = MANY - 1;
  const cluster = `outbound|80||service-${number}.dns`;
  const onRoute: RouteSpec = { name: `default/route-${number}`, prefix: "/", cluster };
  const kinds: [kind: string, field: string, value: (n: number) => string, host: string, peers: Peer[]][] = [
    ["domain", "_match_domain_", (n) => `host-${n}.example.com`, `host-${number}.example.com`, ["ours", "go"]],
    ["suffix", "_match_domain_", (n) => `*.zone-${n}.example.com`, `www.zone-${number}.example.com`, ["ours", "go"]],
    // Go's wrapper reads properties that only Higress's Envoy has.
    ["route", "_match_route_", (n) => `default/route-${n}`, HOST.host, ["ours"]],
    ["service", "_match_service_", (n) => `service-${n}.dns:80`, HOST.host, ["ours"]],
  ];
  return kinds.map(([kind, field, value, host, peers]) => ({
    ...SMALL,
    headers: { host },
    workloads: [1, MANY].map((count) => ({
      name: `rules/${kind}/${count}`,
      title: `${count === 1 ? "1 rule" : "10,000 rules"} on ${kind === "suffix" ? "a domain's suffix" : `the ${kind}`}`,
      plugin: "mock-response",
      peers,
      configuration: rulesOf(field, value, count),
      routes: [onRoute],
      ...(count === 1 ? {} : { comparedWith: `rules/${kind}/1` }),
      check: async (talk: Talk) => expect("body", String((await talk.get()).body), `rule ${number}`),
    })),
  }));
}

/** The last rules of 10,000. */
function rulesOf(field: string, value: (n: number) => string, count = MANY): object {
  const numbers = Array.from({ length: count }, (_, index) => MANY - count + index);
  return { _rules_: numbers.map((n) => ({ [field]: [value(n)], content: `rule ${n}` })) };
}

function expect<T>(what: string, got: T, wanted: T): void {
  if (got !== wanted) throw new Error(`${what}: expected ${String(wanted)}, got ${String(got)}`);
}
