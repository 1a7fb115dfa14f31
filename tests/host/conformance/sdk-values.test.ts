import { beforeAll, describe, expect, test } from "vitest";
import { HeaderMap } from "../../../sdk/host/index.js";
import { buildPlugin } from "../../support/build.js";
import { Played } from "./play.js";

type Steps = (string | number | unknown[])[][];
type List = readonly (readonly [string, string])[];

// Headers and bodies through the SDK, on the Node host.
const wasm: Record<string, string> = {};
beforeAll(async () => {
  for (const name of ["probe", "body-read", "body-stream"]) wasm[name] = await buildPlugin(`tests/plugins/${name}`);
}, 120_000);

const outcomes = (played: Played) =>
  played.logged.flatMap((line) => {
    const found = /did (\[.*\])$/s.exec(line);
    return found ? [(JSON.parse(found[1]!) as unknown[]).at(-1)] : [];
  });

/** The outcomes of steps that the probe plugin runs on request headers. */
function steps(request: Steps, headers: List = []) {
  const played = new Played(wasm["probe"]!, { configuration: JSON.stringify({ request }) });
  const opened = played.open(headers);
  return { played, outcomes: outcomes(played), ...opened };
}

test("[54] names are found in any case and sent in lower case", () => {
  const { outcomes, upstream } = steps(
    [
      ...[
        ["request.get", "X-CAME"],
        ["request.set", "X-Set", "2"],
        ["request.get", "x-sET"],
      ],
      ...[
        ["request.append", "X-Added", "3"],
        ["request.delete", "X-GONE"],
        ["request.has", "x-gone"],
      ],
    ],
    [
      ["x-came", "1"],
      ["x-gone", "1"],
    ],
  );
  expect(outcomes).toEqual(["1", null, "2", null, null, false]);
  expect(upstream!.headers.entries().slice(4)).toEqual([
    ["x-came", "1"],
    ["x-set", "2"],
    ["x-added", "3"],
  ]);
});

test("[55] a missing header is null and an empty header is empty, for single reads and for the whole map", () => {
  const read = [
    ["request.get", "x-none"],
    ["request.get", "x-empty"],
    ["request.has", "x-empty"],
  ];
  // The first read gets one header from the host, the later reads get all headers.
  const empty: List = [["x-empty", ""]];
  expect(steps(read, empty).outcomes).toEqual([null, "", true]);
  expect(steps(read.slice().reverse(), empty).outcomes).toEqual([true, "", null]);
});

test("[63] a value is read and written unchanged: any bytes, UTF-8, NULs", () => {
  const values: List = [
    ["x-utf8", Buffer.from("grüße 😀").toString("latin1")],
    ["x-bytes", "\x80\xff\xfe"],
  ];
  const copies = values.map(([name]) => ["copy", name, `${name}-copy`]);
  const { upstream, outcomes } = steps([...copies, ["request.get", "x-nul"]], [...values, ["x-nul", "a\0b"]]);
  for (const [name, value] of values) expect(upstream!.headers.get(`${name}-copy`)).toBe(value);
  expect(outcomes).toEqual([null, null, "a\0b"]);
});

test("[64] [66] an unavailable map has no entries and no values, and reading it does not trap", () => {
  const { outcomes, played } = steps([
    ...[["response.entries"], ["response.get", "x-a"], ["response.available"], ["response.set", "x-a", "1"]],
    ...[["responseTrailers.entries"], ["request.has", ":path"]],
  ]);
  const [entries, value, available, error, trailers, hasPath] = outcomes;
  expect([entries, value, available, trailers, hasPath]).toEqual([[], null, false, [], true]);
  expect(error).toContain("response headers");
  expect(played.plugin.failure).toBeUndefined();
});

const many = (count: number) => Array.from({ length: count }, (_, index) => [`x-${index}`, "v"]);
const large = (size: number) => [["x", "v".repeat(size)]];
// The encoding adds 15 bytes to the value.
const MOST = 1024 * 1024 - 15;

test("[68] a local reply with more than 1024 headers or 1 MiB of them fails, and the client gets 500 instead", () => {
  const reply = (headers: string[][]) => {
    const { outcomes, response } = steps([["reply", 201, headers]]);
    return [outcomes, response!.headers.get(":status"), response!.headers.has(headers[0]![0]!)];
  };
  for (const headers of [many(1024), large(MOST)]) expect(reply(headers)).toEqual([[null], "201", true]);
  const why = expect.stringContaining("more than 1024 headers, or more than 1 MiB of them") as string;
  for (const headers of [many(1025), large(MOST + 1)]) expect(reply(headers)).toEqual([[why], "500", false]);
});

test("[68] a call with more than 1024 headers or 1 MiB of them is not sent", () => {
  const call = (headers: string[][]) => {
    const { outcomes, played } = steps([["call", "auth", "GET", "/", headers, "", 500, []]]);
    return [outcomes[0], played.statuses("proxy_http_call")];
  };
  // The cluster does not exist, so the host call is made and fails.
  expect(call(many(10))).toEqual([expect.stringContaining("auth"), [2]]);
  for (const headers of [many(1025), large(MOST)]) expect(call(headers)).toEqual([expect.any(String), []]);
});

test("[80] two hundred headers can be read one by one and all at once", () => {
  const many = Array.from({ length: 200 }, (_, index) => [`x-${index}`, `v${index}`] as const);
  const { outcomes } = steps([...many.map(([name]) => ["request.get", name]), ["request.entries"]], many);
  expect(outcomes.slice(0, 200)).toEqual(many.map(([, value]) => value));
  expect((outcomes[200] as string[][]).slice(-200)).toEqual(many);
  expect(outcomes[200]).toHaveLength(204);
});

/** Sends a body in chunks through a plugin. Returns the outcomes of its steps, and what reached the upstream. */
function sent(plugin: string, chunks: readonly string[], end: "last" | "empty" | "trailers", configuration = "") {
  const played = new Played(wasm[plugin]!, { configuration });
  const opened = played.open([], false, { limit: 16 * 1024 * 1024 });
  for (const [index, chunk] of chunks.entries()) {
    opened.stream.requestData(Buffer.from(chunk), end === "last" && index === chunks.length - 1);
  }
  if (end === "empty") opened.stream.requestData(Buffer.alloc(0), true);
  if (end === "trailers") opened.stream.requestTrailers(new HeaderMap("trailers", [["x-t", "1"]]));
  return { outcomes: outcomes(played), body: opened.upstream!.body, ended: opened.upstream!.ended };
}

const READ = JSON.stringify({ requestBody: [["body.text"]] });

test.each(["last", "empty", "trailers"] as const)(
  "[95] the body hook runs once with the whole body, for a body whose end is: %s",
  (end) => {
    expect(sent("body-read", ["one", "two", "three"], end, READ)).toEqual({
      ...{ outcomes: ["onetwothree"], body: "onetwothree", ended: true },
    });
    expect(sent("body-read", ["one"], end, READ).outcomes).toEqual(["one"]);
  },
);

describe.each([70_000, 1_500_000, 5_000_000])("[101] a body of %i bytes", (size) => {
  const text = Array.from(
    { length: size / 10 },
    (_, index) => `line ${String(index % 10_000).padStart(4, "0")}\n`,
  ).join("");

  test("is read unchanged, although the memory grows for it", () => {
    // By default the SDK buffers at most one megabyte.
    const config = JSON.stringify({ request: [["limitRequest", size]], requestBody: [["body.text"]] });
    const all = sent("body-read", [text.slice(0, 65_536), text.slice(65_536)], "empty", config);
    const { body } = all;
    const outcomes = all.outcomes.filter((outcome) => outcome !== size);
    expect(text).toHaveLength(size);
    // Compares booleans, because a diff of megabytes is unreadable.
    expect([outcomes.length, outcomes[0] === text, body === text]).toEqual([1, true, true]);
  });

  test("is read and written in one chunk", () => {
    const { body } = sent("body-stream", [text], "empty");
    expect(body === `${text.toUpperCase()}!`).toBe(true);
  });
});
