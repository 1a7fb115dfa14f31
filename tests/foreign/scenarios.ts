import type { PluginConfiguration } from "../../sdk/envoy/index.js";
import type { ExpectedHeaders, Scenario } from "../scenarios/scenario.js";

const token = ["x-token", "secret"] as const;
const call = ["x-call", "1"] as const;
const MIB = 1024 * 1024;

/** How a plugin says what all of them do. */
interface Words {
  config: PluginConfiguration;
  /** For the scenario with a call. */
  calling: PluginConfiguration;
  /** A configuration that it does not take. */
  refused?: string;
  body(text: string): string;
  /** What the request carries after the call. */
  checked: string;
  /** What its responses carry, and its own answers. */
  response: ExpectedHeaders;
  own: ExpectedHeaders;
  /** What its requests carry. */
  seen: ExpectedHeaders;
}

const LANGUAGES: Record<"go" | "as" | "rust", Words> = {
  go: {
    config: { token: "secret" },
    calling: { token: "secret", cluster: "auth" },
    body: (text: string) => `go:${text}`,
    checked: "yes",
    response: { "x-by": "go" },
    own: { "x-by": ["go", "go"] },
    seen: { "x-seen": "POST /a?b" },
  },
  as: {
    config: "secret",
    calling: "secret",
    body: (text: string) => `as:${text}`,
    checked: "yes",
    response: { "x-by": "as" },
    own: { "x-by": ["as", "as"] },
    seen: { "x-seen": "/a?b" },
  },
  rust: {
    config: "secret",
    calling: "secret",
    refused: "",
    body: (text: string) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase()),
    checked: "200 yes",
    // The upstream's four and Envoy's x-envoy-upstream-service-time.
    response: { "x-headers": "4" },
    own: { "x-by": "rust", "x-headers": "4" },
    seen: {},
  },
};

/** What a plugin of tests/foreign must do, the same for each language but for its words. */
export function scenariosOf(language: keyof typeof LANGUAGES, wasm: string): Scenario[] {
  const { config, calling, refused, body, checked, response, own, seen } = LANGUAGES[language];
  const plugin = { plugin: wasm, pluginName: language, rootId: language === "as" ? "foreign" : "" };
  const name = (text: string) => `${language}: ${text}`;
  const headers = [token];
  const update: Scenario = {
    ...{ ...plugin, name: name("takes a new configuration"), config },
    steps: [
      { headers, expect: { status: 200 } },
      { update: language === "go" ? { token: "other" } : "other", expect: "accepted" },
      { headers, expect: { status: 401 } },
      { headers: [["x-token", "other"]], expect: { status: 200 } },
      ...(refused === undefined ? [] : [{ update: refused, expect: "refused" as const }]),
      { headers: [["x-token", "other"]], expect: { status: 200 } },
    ],
  };
  return [
    {
      ...{ ...plugin, name: name("answers, or lets pass"), config, oneConnection: true },
      steps: [
        { expect: { status: 401, body: "who are you?", headers: own, upstream: null } },
        { headers, expect: { status: 200, headers: response, upstream: { method: "GET" } } },
        { body: "a body", expect: { status: 401, headers: own, upstream: null } },
      ],
    },
    {
      ...{ ...plugin, name: name("changes bodies"), config, oneConnection: true },
      steps: [
        {
          ...{ target: "/a?b", headers, body: "abc" },
          expect: { status: 200, upstream: { body: body("abc"), headers: { "content-length": null, ...seen } } },
        },
        {
          ...{ headers, chunks: ["ab", "cd", "é"], chunkDelayMs: 20 },
          expect: { status: 200, upstream: { body: body("abcdé") } },
        },
        { headers, body: "x".repeat(MIB + 1), expect: { status: 413 } },
      ],
    },
    {
      ...{ ...plugin, name: name("asks an upstream while the request waits"), config: calling },
      clusters: { auth: { body: "yes", delayMs: 20 } },
      steps: [
        {
          headers: [token, call],
          body: "abc",
          expect: {
            status: 200,
            upstream: { headers: { "x-checked": checked }, body: body("abc") },
            calls: [{ cluster: "auth", target: "/check", headers: { host: "auth.example" } }],
          },
        },
      ],
    },
    // At a new configuration the SDK of AssemblyScript traps when its old root is done, whenever that is.
    ...(language === "as" ? [] : [update]),
  ];
}
