import type { Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "mock-response";

const scenarios: Scenario[] = [
  {
    ...{ name: "answers in place of the upstream", plugin, config: { content: "hello higress" } },
    steps: [
      { target: "/foo", expect: { status: 200, body: "hello higress", upstream: null } },
      { target: "/bar", body: "any", expect: { status: 200, body: "hello higress", upstream: null } },
      { method: "HEAD", expect: { status: 200, body: "", upstream: null } },
    ],
  },
  {
    ...{ name: "can be switched off", plugin, config: { mockEnable: false, content: "hello higress" } },
    steps: [{ target: "/foo", expect: { status: 200, upstream: { method: "GET", target: "/foo" } } }],
  },
  {
    ...{ name: "content is any text", plugin, config: '{"content":"h\\u00e9 \\ud83d\\ude00 \\"q\\""}' },
    steps: [{ expect: { status: 200, body: 'hé 😀 "q"' } }],
  },
  {
    ...{ name: "refuses a content that is no text", plugin, config: { content: 1 }, rejected: true },
    steps: [{ expect: { status: 500, upstream: null } }],
  },
  {
    ...{ name: "keeps its configuration when the next is refused", plugin, config: { content: "one" } },
    steps: [
      { update: { content: "two" }, expect: "accepted" },
      { expect: { status: 200, body: "two" } },
      { update: "{", expect: "rejected" },
      { expect: { status: 200, body: "two" } },
    ],
  },
];

export default scenarios;
