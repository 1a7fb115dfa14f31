import { beforeAll, describe, expect, test } from "vitest";
import { startPlugin, type TestPlugin, type TestRequest, type TestResponse } from "../../sdk/testing/index.js";
import { buildPlugin } from "../support/build.js";
import { TICKING } from "./guests.js";

let plugin: TestPlugin;
let passed: TestResponse;
let denied: TestResponse;
let held: TestRequest;

beforeAll(async () => {
  const wasm = await buildPlugin("examples/ext-auth");
  const auth = ({ headers }: { headers: { get(name: string): string | null } }) => {
    const status = headers.get("authorization");
    return status === "wait" ? undefined : { status: Number(status) };
  };
  plugin = await startPlugin({ wasm, config: { cluster: "auth" }, upstreams: { auth } });
  passed = await plugin.fetch("/a", {
    headers: { authorization: "200" },
    upstream: { json: { a: 1 }, headers: { "x-a": ["1", "2"] } },
  });
  denied = await plugin.fetch("/b", { headers: { authorization: "500" } });
  held = plugin.request("/c", { headers: { authorization: "wait" } });
}, 60_000);

/** The message of a failing assertion. */
function saidBy(assertion: () => unknown): string {
  try {
    assertion();
  } catch (error) {
    return (error as Error).message;
  }
  return "no message: the assertion passed";
}

describe("toHaveHeader", () => {
  test("compares name and value, in any case of the name", () => {
    expect(passed).toHaveHeader("X-A");
    expect(passed).toHaveHeader("x-a", "2");
    expect(passed.headers).toHaveHeader("content-type", /^application\/json$/g);
    expect(passed).not.toHaveHeader("x-a", "3");
    expect(held.calls[0]).toHaveHeader("x-original-path", "/c");
  });

  test("lists the headers of the message if it fails", () => {
    expect(saidBy(() => expect(passed).toHaveHeader("x-a", "3"))).toBe(
      'expected the message to have the header x-a: "3"\nit has x-a: 1 and 2',
    );
    expect(saidBy(() => expect(passed).toHaveHeader("x-b"))).toBe(
      "expected the message to have the header x-b\nit has\n  x-a: 1\n  x-a: 2\n  content-type: application/json\n  content-length: 7",
    );
    expect(saidBy(() => expect(passed).not.toHaveHeader("x-a"))).toBe(
      "expected the message not to have the header x-a\nit has x-a: 1 and 2",
    );
    expect(saidBy(() => expect(held.upstream).toHaveHeader("x-a"))).toBe(
      "toHaveHeader: expected a response, a call or request.upstream, got undefined; request.upstream and " +
        "request.response are undefined until headers arrive there",
    );
    expect(saidBy(() => expect(Promise.resolve(passed)).toHaveHeader("x-a"))).toContain("got Promise; await it first");
  });
});

test("toHaveStatus compares the status code", () => {
  expect(passed).toHaveStatus(200);
  expect(denied.request).toHaveStatus(503);
  expect(saidBy(() => expect(denied).toHaveStatus(200))).toBe(
    'expected the response to have the status 200\nits status is 503, with the body "the auth service is not available\\n"',
  );
  expect(saidBy(() => expect(held).toHaveStatus(200))).toBe(
    "expected the response to have the status 200\nthe request has no response: the plugin holds the request and waits for the result of a call to auth",
  );
});

test("toHaveBody compares a text, a pattern or JSON", () => {
  expect(passed).toHaveBody('{"a":1}');
  expect(passed).toHaveBody(/"a"/);
  expect(passed).toHaveBody({ a: expect.any(Number) });
  expect(denied).not.toHaveBody({});
  expect(saidBy(() => expect(passed).toHaveBody({ a: 2 }))).toBe(
    'expected the message to have the body {"a":2}\nits body is "{\\"a\\":1}"',
  );
});

test("toHaveBody and json() read keys with escape sequences, whatever keys came before", async () => {
  for (const [key, body] of [
    ["\\", '{"id":1,"\\\\":2}'],
    ["\0", '{"id":1,"\\u0000":2}'],
  ] as const) {
    const response = await plugin.fetch("/a", { headers: { authorization: "200" }, upstream: { body } });
    expect(response.json()).toEqual({ id: 1, [key]: 2 });
    expect(response).toHaveBody({ id: 1, [key]: 2 });
  }
});

test("toHaveLogged looks for a line of the plugin or of one request", () => {
  expect(plugin).toHaveLogged("plugin start successfully");
  expect(denied).toHaveLogged(/responded with \d+$/, "warn");
  expect(denied.request).not.toHaveLogged("responded with", "error");
  expect(passed).not.toHaveLogged("responded with");
  expect(saidBy(() => expect(denied).toHaveLogged("allowed", "info"))).toBe(
    'expected the plugin, for this request, to have logged "allowed" at level info\n' +
      "it has logged\n  warn: the auth service responded with 500",
  );
  expect(saidBy(() => expect(passed).toHaveLogged("allowed"))).toContain("it has logged nothing");
  expect(saidBy(() => expect(plugin).toHaveLogged("a", "warning" as never))).toBe(
    'toHaveLogged: expected one of the levels trace, debug, info, warn, error, critical, got "warning"',
  );
});

test("toBeLocalReply compares status code, details and body", () => {
  expect(denied).toBeLocalReply();
  expect(denied).toBeLocalReply(503);
  expect(denied.request).toBeLocalReply({ status: 503, body: /not available/, details: "" });
  expect(passed).not.toBeLocalReply();
  expect(saidBy(() => expect(denied).toBeLocalReply({ status: 401, body: "no" }))).toBe(
    'expected the response to be a local reply with status 401 and body "no"\n' +
      'it is a local reply with status 503, details "", body "the auth service is not available\\n"',
  );
  expect(saidBy(() => expect(passed).toBeLocalReply(200))).toBe(
    "expected the response to be a local reply with status 200\nit is the upstream's response, with status 200",
  );
  expect(saidBy(() => expect(held).toBeLocalReply())).toContain(
    "the request has no response: the plugin holds the request",
  );
});

// With a wrong argument `.not` would always pass, so wrong arguments throw.
test.each([
  ["toHaveStatus", ["200"], "toHaveStatus: expected a number, got string 200"],
  ["toHaveHeader", ["x-a", 1], "toHaveHeader: x-a: expected a string or a pattern, got number 1"],
  ["toHaveHeader", [], "toHaveHeader: name: expected a string or a pattern, got undefined"],
  ["toHaveBody", [], "toHaveBody: expected a string, a pattern or JSON, got undefined"],
  ["toHaveLogged", [], "toHaveLogged: expected a string or a pattern, got undefined"],
  ["toBeLocalReply", [{ code: 1 }], 'toBeLocalReply: unknown option "code"; expected status, details or body'],
  ["toBeLocalReply", ["403"], "toBeLocalReply: expected an object with status, details, body, got string 403"],
  [
    "toHaveCalledOut",
    ["auth", { url: "/" }],
    'toHaveCalledOut: unknown option "url"; expected method, path, authority, ',
  ],
  [
    "toHaveCalledOut",
    ["auth", { headers: { "x-a": 1 } }],
    "toHaveCalledOut: headers: x-a: expected a string or a pattern",
  ],
  ["toHaveCalledGrpc", ["auth", { path: "/" }], 'toHaveCalledGrpc: unknown option "path"; expected service, method, '],
])("%s throws for the arguments %j", (matcher, values, message) => {
  const not = expect(passed).not as unknown as Record<string, (...values: unknown[]) => void>;
  expect(saidBy(() => not[matcher]!(...values))).toContain(message);
});

test("toHaveReachedUpstream and toBeHeld look at the state of the request", () => {
  expect(passed).toHaveReachedUpstream();
  expect(denied).not.toHaveReachedUpstream();
  expect(held).toBeHeld();
  expect(passed.request).not.toBeHeld();
  expect(saidBy(() => expect(passed).not.toHaveReachedUpstream())).toBe(
    "expected the request not to have reached its upstream\nthe upstream got GET /a",
  );
  expect(saidBy(() => expect(passed).toBeHeld())).toBe(
    "expected the request to be held by the plugin\ncomplete, with status 200",
  );
});

test("toHaveCalledOut compares the call and lists the calls that were made", () => {
  expect(held).toHaveCalledOut("auth");
  expect(held).toHaveCalledOut("auth", { method: "GET", path: /^\/auth/, headers: { "x-original-path": "/c" } });
  expect(held).not.toHaveCalledOut("auth", { path: "/other" });
  expect(held).not.toHaveCalledOut("other");
  expect(saidBy(() => expect(held).toHaveCalledOut("auth", { path: /x/ }))).toBe(
    'expected the plugin to have called auth with {"path":"/x/"}\nits calls\n  auth: GET /auth\n' +
      "      x-original-method: GET\n      x-original-path: /c\n      x-original-host: example.com\n      authorization: wait",
  );
});

test("toHaveMetric and toHaveNothingOpen look at the plugin", async () => {
  const ticking = await startPlugin({ wasm: TICKING });
  expect(ticking).toHaveMetric("ticks", 0);
  expect(saidBy(() => expect(ticking).toHaveMetric("ticks", 1))).toBe(
    "expected the plugin to have the metric ticks at 1\nit has\n  ticks: 0",
  );
  expect(saidBy(() => expect(ticking).not.toHaveMetric("ticks", "0" as never))).toBe(
    "toHaveMetric: ticks: expected a number, got string 0",
  );
  expect(ticking).toHaveNothingOpen();
  expect(saidBy(() => expect(plugin).toHaveNothingOpen())).toBe(
    "expected the plugin to have nothing open\nopen: 1 request without a complete response, " +
      "1 stream context in the plugin, 1 call without a result",
  );
});
