import { gzipSync } from "node:zlib";
import type { EnvoyFilterSpec } from "../../sdk/envoy/index.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { did } from "../scenarios/probe.js";
import { EnvoyEngine } from "../scenarios/envoy-engine.js";
import { runScenarios } from "../scenarios/run.js";
import type { RequestStep, Scenario, ScenarioPlugin } from "../scenarios/scenario.js";

// Hooks on whole bodies among filters of Envoy's own, which the Node host does not have.

const TYPE = "type.googleapis.com/envoy.extensions";
const MIB = 1024 * 1024;

const extAuthz: EnvoyFilterSpec = {
  name: "envoy.filters.http.ext_authz",
  typedConfig: {
    "@type": `${TYPE}.filters.http.ext_authz.v3.ExtAuthz`,
    http_service: { server_uri: { uri: "http://later", cluster: "later", timeout: "5s" } },
  },
};
const lua: EnvoyFilterSpec = {
  name: "envoy.filters.http.lua",
  typedConfig: {
    "@type": `${TYPE}.filters.http.lua.v3.Lua`,
    default_source_code: {
      inline_string: `
        local function wait(handle)
          handle:httpCall("later", { [":method"] = "GET", [":path"] = "/", [":authority"] = "later" }, "", 5000)
        end
        function envoy_on_request(handle) wait(handle) end
        function envoy_on_response(handle) wait(handle) end`,
    },
  },
};
const decompressor: EnvoyFilterSpec = {
  name: "envoy.filters.http.decompressor",
  typedConfig: {
    "@type": `${TYPE}.filters.http.decompressor.v3.Decompressor`,
    decompressor_library: {
      name: "gzip",
      typed_config: { "@type": `${TYPE}.compression.gzip.decompressor.v3.Gzip` },
    },
  },
};

const HELD = { environment: { ALLOW_ON_HEADERS_STOP_ITERATION: "true" }, allowOnHeadersStopIteration: true };
const guard: ScenarioPlugin = {
  ...{ plugin: "body-write", pluginName: "guard" },
  config: { requestBody: [["body.text"], ["denyIf", "attack"]], responseBody: [["body.mask", "secret"]] },
};
const answer = (what: object) => ["x-answer", JSON.stringify(what)] as const;

/** The same for a gateway that passes headers on and for one that holds them. */
const onBoth = (name: string, rest: Omit<Scenario, "name">): Scenario[] =>
  [{}, HELD].map((host) => ({
    ...rest,
    name: host === HELD ? `${name}, headers are held` : name,
    plugins: (rest.plugins ?? []).map((one) => ({ ...one, ...host })),
  }));

const asynchronous = [
  ...[extAuthz, lua].flatMap((filter) => [
    { title: `before ${filter.name}`, envoyFilters: [filter] },
    { title: `behind ${filter.name}`, envoyFilters: [{ ...filter, before: "guard" }] },
    { title: `between two of ${filter.name}`, envoyFilters: [{ ...filter, before: "guard" }, filter] },
  ]),
].flatMap(({ title, envoyFilters }) =>
  onBoth(`a hook on whole bodies ${title}`, {
    ...{ plugins: [guard], envoyFilters, clusters: { later: { delayMs: 60 } } },
    steps: [
      ...[0, 40].flatMap((chunkDelayMs): RequestStep[] => [
        { chunks: ["please att", "ack"], chunkDelayMs, expect: { status: 403, upstream: null } },
        {
          ...{ chunks: ["attack", " now"], chunkDelayMs, trailers: [["x-t", "1"]] },
          expect: { status: 403, upstream: null },
        },
        {
          ...{ chunks: ["fi", "ne"], chunkDelayMs },
          headers: [answer({ chunks: ["a sec", "ret"], chunkDelayMs })],
          expect: { status: 200, body: "a ******", upstream: { body: "fine" }, logs: [did(["body.text"], "fine")] },
        },
        {
          ...{ chunks: ["fi", "ne"], chunkDelayMs, trailers: [["x-t", "1"]] },
          headers: [answer({ chunks: ["a sec", "ret"], chunkDelayMs, trailers: [["x-r", "1"]] })],
          expect: { status: 200, body: "a ******", upstream: { body: "fine" } },
        },
      ]),
      { body: "attack", expect: { status: 403, upstream: null } },
      {
        ...{ chunks: ["x".repeat(MIB - 4), "att", "ack"], chunkDelayMs: 40 },
        expect: { status: 413, upstream: null },
      },
    ],
  }),
);

/** What an upstream sends compressed: by its length, in chunks that come one by one, and more than one buffer. */
const compressed = (text: string) => {
  const bytes = gzipSync(text);
  const headers = [["content-encoding", "gzip"]] as const;
  const half = bytes.length >> 1;
  return [
    { bodyBase64: bytes.toString("base64"), headers },
    {
      chunksBase64: [bytes.subarray(0, half), bytes.subarray(half)].map((piece) => piece.toString("base64")),
      ...{ chunkDelayMs: 60, headers },
    },
  ];
};

/** More than Envoy reads at once; Envoy gives up on what shrinks to less than a hundredth. */
const LONG = Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 99_991).join(",");

const decompressed = onBoth("a hook on whole bodies sees what a decompressor makes of a response, and its end", {
  ...{ plugins: [guard], envoyFilters: [decompressor] },
  steps: [
    ...compressed('{"a":"secret"}').map((what) => ({
      headers: [answer(what)],
      expect: { status: 200, body: '{"a":"******"}' },
    })),
    { headers: [answer({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
    {
      ...{ method: "HEAD", headers: [answer(compressed("secret")[0]!)] },
      expect: { status: 200, body: "" },
    },
  ],
});

const long = compressed(`${LONG}secret`).flatMap((upstream, index) =>
  onBoth(`a long response that a decompressor makes longer, ${index === 0 ? "by its length" : "in chunks"}`, {
    ...{ plugins: [guard], envoyFilters: [decompressor], clusters: { upstream } },
    steps: [{ expect: { status: 200, body: `${LONG}******` } }],
  }),
);

// A filter that sends a response in parts after the upstream has ended it: the hook sees all of it, however slow.
const inParts = onBoth("a hook on whole bodies sees a response that a filter in front sends in parts", {
  plugins: [guard],
  envoyFilters: [
    {
      name: "envoy.filters.http.bandwidth_limit",
      typedConfig: {
        "@type": `${TYPE}.filters.http.bandwidth_limit.v3.BandwidthLimit`,
        ...{ stat_prefix: "parts", enable_mode: "RESPONSE", limit_kbps: 1, fill_interval: "1s" },
      },
    },
  ],
  steps: [
    {
      headers: [answer({ body: `${"x".repeat(2200)}secret` })],
      expect: { status: 200, body: `${"x".repeat(2200)}******` },
    },
  ],
});

describeWithEnvoy("Envoy's own filters", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), [...asynchronous, ...decompressed, ...long, ...inParts]);
});
