import type { Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "mock-response";

const scenarios: Scenario[] = [
  {
    ...{ name: "sends a local reply instead of calling the upstream", plugin, config: { content: "hello higress" } },
    steps: [
      { target: "/foo", expect: { status: 200, body: "hello higress", upstream: null } },
      { target: "/bar", body: "any", expect: { status: 200, body: "hello higress", upstream: null } },
      { method: "HEAD", expect: { status: 200, body: "", upstream: null } },
    ],
  },
  {
    ...{ name: "does nothing if mockEnable is false", plugin, config: { mockEnable: false, content: "hello higress" } },
    steps: [{ target: "/foo", expect: { status: 200, upstream: { method: "GET", target: "/foo" } } }],
  },
  {
    ...{ name: "content may be any text", plugin, config: '{"content":"h\\u00e9 \\ud83d\\ude00 \\"q\\""}' },
    steps: [{ expect: { status: 200, body: 'hé 😀 "q"' } }],
  },
  {
    ...{ name: "rejects a content that is not a string", plugin, config: { content: 1 }, rejected: true },
    steps: [{ expect: { status: 500, upstream: null } }],
  },
  {
    ...{ name: "keeps the previous configuration if an update is rejected", plugin, config: { content: "one" } },
    steps: [
      { update: { content: "two" }, expect: "accepted" },
      { expect: { status: 200, body: "two" } },
      { update: "{", expect: "rejected" },
      { expect: { status: 200, body: "two" } },
    ],
  },
];

export default scenarios;
