import type { Scenario } from "../../tests/scenarios/scenario.js";

const forbidden = {
  ...{ status: 403, body: "Forbidden by ASM Wasm Plugin", upstream: null },
  headers: { "content-type": "text/plain" },
};

const scenarios: Scenario[] = [
  {
    ...{ name: "only `allow: true` passes", plugin: "header-authorization" },
    steps: [
      { target: "/foo", headers: [["allow", "true"]], expect: { status: 200, upstream: { target: "/foo" } } },
      { target: "/foo", headers: [["Allow", "true"]], expect: { status: 200, upstream: {} } },
      { target: "/foo", expect: forbidden },
      { target: "/foo", headers: [["allow", "TRUE"]], expect: forbidden },
      { target: "/foo", headers: [["allow", ""]], expect: forbidden },
      { target: "/foo", headers: [["allow", Buffer.from([0xff])]], expect: forbidden },
      { target: "/foo", body: "allow: true", expect: forbidden },
    ],
  },
];

export default scenarios;
