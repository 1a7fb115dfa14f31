import { expect, test } from "vitest";
import type { RequestLine } from "../spec/request-line.js";
import { requestText } from "./print.js";

const LINE: RequestLine = {
  ...{ listener: "gateway", method: "GET", authority: "a.org", path: "/x", route: "default/foo" },
  ...{ status: 200, ms: 1.25, details: "via_upstream" },
};
const text = (line: Partial<RequestLine>) => requestText({ ...LINE, ...line }, undefined).replace(/^\S+ /, "");

test("a request is one line", () => {
  expect(text({})).toBe("GET a.org/x 200 1.3 ms from default/foo");
  expect(text({ status: 0 })).toBe("GET a.org/x --- 1.3 ms the client disconnected");
  expect(text({ status: 403, plugin: "default.guard", details: "" })).toBe("GET a.org/x 403 1.3 ms by default.guard");
});

test("a long path is cut, and control characters are replaced", () => {
  expect(text({ path: `/${"a".repeat(50_000)}` })).toBe(
    `GET a.org/${"a".repeat(294)}… (50006 characters) 200 1.3 ms from default/foo`,
  );
  expect(text({ path: "/\u001b[31m\u009b" })).toContain("a.org/\ufffd[31m\ufffd 200");
});

test("a request that is not HTTP has no method", () => {
  const malformed = { method: "", authority: "", path: "", status: 400, details: "http1.codec_error" };
  expect(text(malformed)).toBe("malformed request 400 1.3 ms by the gateway (http1.codec_error)");
});
