import { expect, test } from "vitest";
import type { HttpResponse } from "../support/http.js";
import type { Header } from "../support/http-message.js";
import { differences, logDifferences } from "./compare.js";
import type { LogLine, Outcome } from "./engine.js";
import type { Expectation } from "./scenario.js";

const headers: Header[] = [
  ["X-One", "1"],
  ["set-cookie", "a"],
  ["set-cookie", "b"],
];
const response = { status: 200, headers, body: Buffer.from("é"), trailers: [] as Header[] } as unknown as HttpResponse;
const request = { method: "GET", target: "/", headers, body: "\xff", trailers: [] };
const outcome: Outcome = { response, received: [{ cluster: "upstream", ...request }] };

test.each<[Expectation, string[]]>([
  [{}, []],
  [{ status: 200, body: "é", headers: { "x-one": "1", "set-cookie": ["a", "b"], "x-two": null } }, []],
  [{ status: 403 }, ["status: expected 403, got 200"]],
  [{ body: "e" }, ['body: expected "e", got "é"']],
  [{ body: /^e/ }, ['body: expected /^e/, got "é"']],
  [{ body: Buffer.from([1]) }, ["body: expected [1], got [195,169]"]],
  [{ headers: { "x-one": null } }, ['header x-one: expected absent, got "1"']],
  [{ headers: { "x-one": /2/ } }, ['header x-one: expected /2/, got "1"']],
  [{ headers: { "x-two": "2" } }, ['header x-two: expected "2", got absent']],
  [{ headers: { "set-cookie": "a" } }, ['header set-cookie: expected "a", got ["a","b"]']],
  [{ trailers: { t: "1" } }, ['trailer t: expected "1", got absent']],
  [{ upstream: null }, ["upstream: expected no request, got GET /"]],
  [{ upstream: { method: "GET", target: "/", headers: { "x-one": "1" }, body: Buffer.from([0xff]) } }, []],
  [{ upstream: { method: "PUT" } }, ['upstream method: expected "PUT", got "GET"']],
  [{ calls: [] }, []],
  [{ calls: [{ cluster: "auth" }] }, ["calls: expected auth, got none"]],
  [{ failure: /no response/ }, ["response: expected none (/no response/), got status 200"]],
])("differences to %j", (expected, lines) => {
  expect(differences(expected, outcome)).toEqual(lines);
});

test("a missing response is a difference unless a failure is expected", () => {
  const failed: Outcome = { failure: "no response within 5 ms", received: [] };
  expect(differences({ failure: /no response/, upstream: null }, failed)).toEqual([]);
  expect(differences({ status: 200 }, failed)).toEqual(["response: expected one, got: no response within 5 ms"]);
  expect(differences({ failure: /x/, upstream: {} }, failed)).toEqual([
    "response: expected /x/, got: no response within 5 ms",
    "upstream: expected a request, got none",
  ]);
});

test("lists log patterns that match no line, and unwanted ones that match", () => {
  const lines: LogLine[] = [{ level: "warn", message: "slow", kind: "plugin" }];
  expect(logDifferences({ logs: ["[warn] slow", /^\[warn\]/], noLogs: ["fast"] }, lines)).toEqual([]);
  expect(logDifferences({ logs: [/^slow/], noLogs: ["slow"] }, lines)).toEqual([
    "log: nothing matches /^slow/",
    'log: "slow" must not match "[warn] slow"',
  ]);
});
