import { gzipSync } from "node:zlib";
import type { EnvoyFilterSpec } from "../../sdk/envoy/index.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { did } from "../scenarios/probe.js";
import { EnvoyEngine } from "../scenarios/envoy-engine.js";
import { runScenarios } from "../scenarios/run.js";
import type { RequestStep, Scenario, ScenarioPlugin } from "../scenarios/scenario.js";

// Hooks on whole bodies in a filter chain with Envoy's own filters, which the Node host does not have.

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
/** The header that sets the response of the echo upstream. */
const responseHeader = (response: object) => ["x-answer", JSON.stringify(response)] as const;

/** The scenario for a gateway that passes headers on at once, and for a gateway that holds them. */
const onBoth = (name: string, rest: Omit<Scenario, "name">): Scenario[] =>
  [{}, HELD].map((host) => ({
    ...rest,
    name: host === HELD ? `${name}, headers are held` : name,
    plugins: (rest.plugins ?? []).map((one) => ({ ...one, ...host })),
  }));

const asynchronous = [
  ...[extAuthz, lua].flatMap((filter) => [
    { title: `before ${filter.name}`, envoyFilters: [filter] },
    { title: `after ${filter.name}`, envoyFilters: [{ ...filter, before: "guard" }] },
    { title: `between two ${filter.name}`, envoyFilters: [{ ...filter, before: "guard" }, filter] },
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
          headers: [responseHeader({ chunks: ["a sec", "ret"], chunkDelayMs })],
          expect: { status: 200, body: "a ******", upstream: { body: "fine" }, logs: [did(["body.text"], "fine")] },
        },
        {
          ...{ chunks: ["fi", "ne"], chunkDelayMs, trailers: [["x-t", "1"]] },
          headers: [responseHeader({ chunks: ["a sec", "ret"], chunkDelayMs, trailers: [["x-r", "1"]] })],
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

/** Two responses with the compressed text: with a length, and in two chunks that arrive one after the other. */
const compressed = (text: string) => {
  const bytes = gzipSync(text);
  const headers = [["content-encoding", "gzip"]] as const;
  const half = bytes.length >> 1;
  return [
    { bodyBase64: bytes.toString("base64"), headers },
    {
      chunksBase64: [bytes.subarray(0, half), bytes.subarray(half)].map((chunk) => chunk.toString("base64")),
      ...{ chunkDelayMs: 60, headers },
    },
  ];
};

/** Longer than Envoy reads at once, and hard to compress: Envoy stops at a body that shrinks to less than a hundredth. */
const LONG = Array.from({ length: 40_000 }, (_, i) => (i * 7919) % 99_991).join(",");

const decompressed = onBoth("a hook on whole bodies sees the whole response that a decompressor produces", {
  ...{ plugins: [guard], envoyFilters: [decompressor] },
  steps: [
    ...compressed('{"a":"secret"}').map((response) => ({
      headers: [responseHeader(response)],
      expect: { status: 200, body: '{"a":"******"}' },
    })),
    { headers: [responseHeader({ body: "a secret" })], expect: { status: 200, body: "a ******" } },
    {
      ...{ method: "HEAD", headers: [responseHeader(compressed("secret")[0]!)] },
      expect: { status: 200, body: "" },
    },
  ],
});

const long = compressed(`${LONG}secret`).flatMap((upstream, index) =>
  onBoth(
    `a hook on whole bodies sees a long response that a decompressor produces, ${index === 0 ? "by length" : "in chunks"}`,
    {
      ...{ plugins: [guard], envoyFilters: [decompressor], clusters: { upstream } },
      steps: [{ expect: { status: 200, body: `${LONG}******` } }],
    },
  ),
);

// The bandwidth filter still sends chunks when the upstream has ended the response. The hook gets the whole response.
const inParts = onBoth(
  "a hook on whole bodies gets the whole response although another filter sends it slowly in chunks",
  {
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
        headers: [responseHeader({ body: `${"x".repeat(2200)}secret` })],
        expect: { status: 200, body: `${"x".repeat(2200)}******` },
      },
    ],
  },
);

describeWithEnvoy("Envoy's own filters", ({ path }) => {
  runScenarios(() => new EnvoyEngine(path), [...asynchronous, ...decompressed, ...long, ...inParts]);
});
