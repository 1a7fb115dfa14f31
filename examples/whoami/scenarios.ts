import type { Scenario } from "../../tests/scenarios/scenario.js";

const plugin = "whoami";
const json = { "content-type": "application/json" };

const scenarios: Scenario[] = [
  {
    ...{ name: "the response describes the request", plugin, config: { headers: ["X-One", "x-two", "x-none"] } },
    steps: [
      {
        target: "/whoami?a=b",
        headers: [
          ["x-one", 'a "quoted" \\ text'],
          ["x-two", "1"],
          ["x-three", "3"],
        ],
        expect: {
          ...{ status: 200, headers: json, upstream: null },
          body: '{"method":"GET","host":"localhost","path":"/whoami?a=b","headers":{"x-one":["a \\"quoted\\" \\\\ text"],"x-two":["1"]}}',
        },
      },
      { target: "/other", expect: { status: 200, upstream: { target: "/other" } } },
    ],
  },
  ...(
    [
      [{ path: "whoami" }, 'path: expected string that matches ^/, got "whoami"'],
      [{ headers: "x" }, 'headers: expected array of at most 100 elements, got "x"'],
      [{ headers: [""] }, 'headers[0]: expected string of at least 1 character, got ""'],
    ] as const
  ).map(([config, why]): Scenario => {
    return { name: `rejects ${JSON.stringify(config)}`, plugin, config, rejected: true, errors: [why], steps: [] };
  }),
];

export default scenarios;
