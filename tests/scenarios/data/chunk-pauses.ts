import { respondWith } from "../../support/upstream.js";
import type { RequestStep, Scenario } from "../scenario.js";

// Hooks on chunks that pause a message. The plugin passes on each chunk in upper case.

interface Config {
  request?: string;
  response?: string;
  /** The limit of the SDK's buffer in bytes. */
  limit?: number;
}

const pauses = (name: string, config: Config, rest: Omit<Scenario, "name" | "plugin" | "config">): Scenario => ({
  ...{ name, plugin: "chunk-pause", config, ...rest },
});

const LATER = { later: { delayMs: 60 } };
const CHUNKS = ["abc", "def", "ghi"];
const trailers = [["x-t", "1"]] as const;
const seen = { "x-t": "1", "x-seen": "1" };

/** The same body in one piece, in chunks at once, in chunks one by one; with and without trailers. */
const shapes: Pick<RequestStep, "body" | "chunks" | "chunkDelayMs" | "trailers">[] = [
  { body: "abcdefghi" },
  { chunks: CHUNKS },
  { chunks: CHUNKS, chunkDelayMs: 20 },
  { chunks: CHUNKS, chunkDelayMs: 100 },
  { chunks: CHUNKS, trailers },
  { chunks: CHUNKS, chunkDelayMs: 20, trailers },
  { chunks: CHUNKS, chunkDelayMs: 100, trailers },
];

const scenarios: Scenario[] = [
  ...["gather", "call", "last", "skip"].flatMap((mode) => [
    pauses(
      `a request that its hook on chunks pauses arrives whole and in order: ${mode}`,
      { request: mode },
      {
        clusters: LATER,
        oneConnection: true,
        steps: shapes
          // The last chunk of a body with trailers is empty: the body has left before the hook pauses it.
          .map((shape) => ({
            ...shape,
            expect: {
              status: 200,
              upstream: {
                body: mode === "skip" ? "abcdefghi" : "ABCDEFGHI",
                ...(shape.trailers ? { trailers: seen } : {}),
              },
            },
          })),
      },
    ),
    pauses(
      `a response that its hook on chunks pauses arrives whole and in order: ${mode}`,
      { response: mode },
      {
        clusters: LATER,
        oneConnection: true,
        steps: shapes.map((shape) => ({
          headers: [respondWith(shape as Parameters<typeof respondWith>[0])],
          expect: {
            status: 200,
            body: mode === "skip" ? "abcdefghi" : "ABCDEFGHI",
            ...(shape.trailers ? { trailers: { "x-t": "1" } } : {}),
          },
        })),
      },
    ),
  ]),
  pauses(
    "nothing reaches the upstream while the hook on chunks pauses the request, and a local reply replaces the request",
    { request: "call" },
    {
      clusters: { later: { status: 401, delayMs: 30 } },
      steps: [
        { body: "secret", expect: { status: 403, body: "DENIED" } },
        { chunks: ["sec", "ret"], chunkDelayMs: 10, expect: { status: 403, body: "DENIED" } },
      ],
    },
  ),
  pauses(
    "a paused request that is larger than the limit gets 413",
    { request: "gather", limit: 10 },
    {
      steps: [
        { chunks: ["12345", "67890"], chunkDelayMs: 10, expect: { status: 200, upstream: { body: "1234567890" } } },
        { chunks: ["12345", "67890", "1"], chunkDelayMs: 10, expect: { status: 413 } },
        { body: "12345678901", expect: { status: 413 } },
      ],
    },
  ),
  pauses(
    "an empty body passes a hook on chunks that pauses",
    { request: "call", response: "call" },
    {
      clusters: LATER,
      steps: [{ chunks: [], headers: [respondWith({ chunks: [] })], expect: { status: 200, body: "" } }],
    },
  ),
  pauses(
    "a request and its response can both be paused",
    { request: "call", response: "call" },
    {
      clusters: LATER,
      oneConnection: true,
      steps: [1, 2].map(() => ({
        ...{ chunks: CHUNKS, chunkDelayMs: 10 },
        headers: [respondWith({ chunks: CHUNKS, chunkDelayMs: 10 })],
        expect: { status: 200, body: "ABCDEFGHI", upstream: { body: "ABCDEFGHI" } },
      })),
    },
  ),
  {
    ...{ name: "a hook that only reads chunks can pause a message", plugin: "chunk-read-pause", clusters: LATER },
    oneConnection: true,
    steps: [
      ...shapes.map((shape) => ({
        ...shape,
        headers: [respondWith(shape as Parameters<typeof respondWith>[0])],
        expect: {
          ...{ status: 200, body: "abcdefghi" },
          ...(shape.trailers ? { trailers: { "x-t": "1" } } : {}),
          upstream: { body: "abcdefghi", ...(shape.trailers ? { trailers: { "x-t": "1" } } : {}) },
        },
      })),
      {
        body: "abcdefghi",
        headers: [respondWith({ body: "hello" })],
        expect: {
          // A response that waits may end short, so its length is unknown.
          ...{ status: 200, body: "hello", headers: { "content-length": null } },
          upstream: { body: "abcdefghi", headers: { "content-length": "9" } },
        },
      },
    ],
  },
  {
    ...{ name: "a hook that only reads chunks can reject a request that it has paused", plugin: "chunk-read-pause" },
    clusters: { later: { status: 401, delayMs: 30 } },
    steps: [
      { body: "secret", expect: { status: 403 } },
      { chunks: ["sec", "ret"], chunkDelayMs: 10, expect: { status: 403 } },
    ],
  },
];

export default scenarios;
