/** A part of the demo: a gateway with or without a plugin, requests to it, and the expected responses. */
export interface Part {
  title: string;
  /** The folder in examples/ whose build/plugin.wasm is used; undefined for a gateway without a plugin. */
  example?: string;
  configuration?: object;
  steps: Step[];
}

export interface Step {
  path: string;
  headers?: Readonly<Record<string, string>>;
  expect: { status: number; body: string; headers?: Readonly<Record<string, string>> };
}

const foo = { status: 200, body: "foo" };
const bar = { status: 200, body: "bar" };
const mock = { status: 200, body: "hello higress" };
const says = (body: string) => ({ status: 200, body });
const limited = {
  ...{ status: 403, body: "rate limited, wait and retry." },
  headers: { "powered-by": "proxy-wasm-go-sdk!!" },
};
const forbidden = {
  ...{ status: 403, body: "Forbidden by ASM Wasm Plugin" },
  headers: { "content-type": "text/plain" },
};

export const PARTS: readonly Part[] = [
  {
    title: "without a plugin, each path reaches its upstream",
    steps: [
      { path: "/foo", expect: foo },
      { path: "/bar", expect: bar },
    ],
  },
  {
    title: "mock-response responds instead of the upstreams",
    example: "mock-response",
    configuration: { content: "hello higress" },
    steps: [
      { path: "/foo", expect: mock },
      { path: "/bar", expect: mock },
    ],
  },
  {
    title: "header-authorization lets requests with `allow: true` pass",
    example: "header-authorization",
    steps: [
      { path: "/foo", headers: { allow: "true" }, expect: foo },
      { path: "/foo", expect: forbidden },
    ],
  },
  {
    title: "rules: mock-response responds by route and by domain, as in Higress's quick start",
    example: "mock-response",
    configuration: {
      content: "hello higress",
      _rules_: [
        { _match_route_: ["default/foo"], content: "hello foo" },
        { _match_route_: ["default/bar"], content: "hello bar" },
        { _match_domain_: ["*.example.com", "www.test.com"], content: "hello world" },
      ],
    },
    steps: [
      { path: "/foo", expect: says("hello foo") },
      { path: "/bar", expect: says("hello bar") },
      { path: "/foo", headers: { host: "www.example.com" }, expect: says("hello foo") },
      { path: "/other", headers: { host: "www.example.com" }, expect: says("hello world") },
      { path: "/other", headers: { host: "www.test.com" }, expect: says("hello world") },
      { path: "/other", headers: { host: "example.com" }, expect: says("hello higress") },
      { path: "/other", expect: says("hello higress") },
    ],
  },
  {
    title: "token-bucket lets two requests pass in a burst",
    example: "token-bucket",
    steps: [
      { path: "/foo", expect: foo },
      { path: "/foo", expect: foo },
      { path: "/foo", expect: limited },
    ],
  },
];
