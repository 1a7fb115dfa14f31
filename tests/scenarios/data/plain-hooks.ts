import { respondWith } from "../../support/upstream.js";
import type { Scenario } from "../scenario.js";

// The hooks without `By`, whose functions get no log.

const trailers = [["x-t", "1"]] as const;

const scenarios: Scenario[] = [
  {
    ...{ name: "hooks without By get chunks and trailers, and run at the end of the stream", plugin: "plain-hooks" },
    steps: [
      {
        ...{ body: "abc", trailers, headers: [respondWith({ body: "xyz", trailers })] },
        expect: {
          ...{ status: 200, body: "XYZ", trailers: { "x-t": "1", "x-seen": "response" } },
          upstream: { body: "ABC", trailers: { "x-t": "1", "x-seen": "request" } },
          logs: [
            ...["request headers", "request chunk", "request trailers", "response headers", "response chunk"],
            ...["response trailers", "done"],
          ].map((hook) => `ran: ${hook}`),
          noLogs: [/ran: (request|response) body/],
        },
      },
    ],
  },
  {
    ...{ name: "hooks without By get the whole body if the plugin buffers it", plugin: "plain-hooks" },
    steps: [
      {
        ...{ body: "abc", headers: [["x-whole", "1"], respondWith({ body: "xyz" })] },
        expect: {
          ...{ status: 200, body: "xyz+", upstream: { body: "abc+" } },
          logs: ["ran: request body", "ran: response body"],
          noLogs: ["chunk"],
        },
      },
    ],
  },
  {
    ...{ name: "hooks without By that only read cannot change the body", plugin: "plain-reads" },
    errors: [/body/],
    steps: [
      {
        ...{ body: "abc", headers: [respondWith({ body: "xyz" })] },
        expect: {
          ...{ status: 200, body: "xyz", upstream: { body: "abc", headers: { "content-length": "3" } } },
          logs: ["request abc unchanged", "response xyz unchanged"],
        },
      },
    ],
  },
];

export default scenarios;
