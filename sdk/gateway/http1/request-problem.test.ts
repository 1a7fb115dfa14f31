import { describe, expect, test } from "vitest";
import { HeaderMap, type Pair } from "../../host/index.js";
import { problemDetails, requestProblem } from "./request-problem.js";

const request = (...more: Pair[]) =>
  requestProblem(new HeaderMap("request", [[":method", "GET"], [":path", "/"], [":authority", "a"], ...more]));

describe("accepts", () => {
  test.each<[string, Pair[]]>([
    ["a tab, a space, bytes above 127", [["x-a", "\t a\x80\xff"]]],
    ["all characters of a name", [["!#$%&'*+-.^_`|~09az", "1"]]],
    ["a pseudo-header of any name", [[":foo", "1"]]],
    ["an empty value, an empty name", [["x", ""], ["", "1"]]], // prettier-ignore
  ])("%s", (_, pairs) => {
    expect(request(...pairs)).toBeUndefined();
  });
});

describe("rejects", () => {
  test.each(["\r", "\n", "\0", "\x01", "\x08", "\x0b", "\x1f", "\x7f"])("a value with %j", (byte) => {
    expect(request(["x-a", `a${byte}b`])).toBe("invalid header value for: x-a");
    expect(request([":path", `/${byte}`])).toBe("invalid header value for: :path");
  });

  test.each([
    ["x a", "x a"],
    ["x\na", "x\\na"],
    ["x\x1ba", "x\\u001ba"],
    ['x"\\a', 'x\\"\\\\a'],
    ["x:a", "x:a"],
    ["x\xe9", "x\xe9"],
    [":", ":"],
  ])("the name %j", (name, shown) => {
    expect(request([name, "1"])).toBe(`invalid header name: ${shown}`);
  });

  test.each<[string, Pair[], string]>([
    ["no method", [[":path", "/\n"]], ":method"],
    ["no path", [[":method", "GET"]], ":path"],
    ["CONNECT without a host", [[":method", "CONNECT"]], ":authority"],
    [
      "CONNECT with a path",
      [
        [":method", "CONNECT"],
        [":path", "/"],
        [":authority", "a"],
      ],
      ":protocol",
    ],
  ])("%s", (_, pairs, missing) => {
    expect(requestProblem(new HeaderMap("request", pairs))).toBe(`missing required header: ${missing}`);
  });
});

test("writes the details for the access log without spaces", () => {
  expect(problemDetails("invalid header name: x a")).toBe(
    "filter_removed_required_request_headers{invalid_header_name:_x_a}",
  );
});
