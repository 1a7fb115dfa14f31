/** What the demo shows: a gateway with or without a plugin, requests to it and what must come back. */
export interface Part {
  title: string;
  /** The folder in examples/ whose build/plugin.wasm is used; none for a gateway without a plugin. */
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
    title: "mock-response answers in place of the upstreams",
    example: "mock-response",
    configuration: { content: "hello higress" },
    steps: [
      { path: "/foo", expect: mock },
      { path: "/bar", expect: mock },
    ],
  },
  {
    title: "header-authorization lets requests by that carry `allow: true`",
    example: "header-authorization",
    steps: [
      { path: "/foo", headers: { allow: "true" }, expect: foo },
      { path: "/foo", expect: forbidden },
    ],
  },
];
