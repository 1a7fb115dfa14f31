import { respondWith } from "../../support/upstream.js";
import type { Scenario } from "../scenario.js";

// An event stream whose events a hook on chunks reads and changes.

/** Cuts a text into chunks of a number of bytes: also inside characters and between CR and LF. */
const cut = (text: string, size: number): string[] => {
  const bytes = Buffer.from(text);
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size).toString("base64"));
};

const STREAM =
  "\ufeff: hello\r\n\r\nid: 1\r\nevent: größe\r\ndata: 😀\r\ndata:\r\n\r\nretry: 5\n\n\n\ndata: a\rdata: b\r\rdata: no blank line";
// LF alone ends the event that changes. An event that CR LF ends is complete at CR if a chunk ends there, and then LF is sent, too.
const SECRET = "id: 7\r\ndata: a\r\ndata: secret\r\n\ndata: kept\r\n\r\n";

const scenarios: Scenario[] = [
  {
    ...{ name: "an event stream passes byte for byte, wherever its chunks end", plugin: "sse", oneConnection: true },
    steps: [1, 2, 3, 5, 7, 200].map((size) => ({
      headers: [
        respondWith({ headers: [["content-type", "text/event-stream"]], chunksBase64: cut(STREAM, size), chunkDelayMs: size < 3 ? 0 : 5 }), // prettier-ignore
      ],
      expect: { status: 200, body: Buffer.from(STREAM), logs: ["events 7"] },
    })),
  },
  {
    ...{ name: "a changed event is written anew, and the others stay", plugin: "sse" },
    steps: [1, 4, 200].map((size) => ({
      headers: [respondWith({ chunksBase64: cut(SECRET, size) })],
      expect: { body: "id: 7\ndata: ***\n\ndata: kept\r\n\r\n" },
    })),
  },
  {
    ...{ name: "an event that never ends is an error", plugin: "sse", config: { limit: 100 } },
    steps: [
      {
        headers: [respondWith({ chunks: ["data: 1\n\n", "data: ", "x".repeat(99)], chunkDelayMs: 20 })],
        expect: { body: "data: 1\n\n", logs: ["an event is larger than the limit of 100 bytes"] },
      },
    ],
  },
];

export default scenarios;
