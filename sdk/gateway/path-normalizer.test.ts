import { expect, test } from "vitest";
import { PathNormalizer } from "./path-normalizer.js";

const base = new PathNormalizer({ normalizePath: true });
const all = new PathNormalizer({
  ...{ normalizePath: true, mergeSlashes: true },
  pathWithEscapedSlashesAction: "UNESCAPE_AND_FORWARD",
});

test.each([
  // Dot segments, RFC 3986, 5.2.4.
  ["/public/../admin", "/admin"],
  ["/a/b/.././c/", "/a/c/"],
  ["/a/.", "/a/"],
  ["/a/..", "/"],
  ["/..", "/"],
  ["/../../a", "/a"],
  ["/a//../b", "/a/b"],
  ["//..", "/"],
  ["/.../..a/a../.a", "/.../..a/a../.a"],
  // Parameters of dot segments, CVE-2026-73551.
  ["/a/..;/b", "/b"],
  ["/a/..;x=%00;y", "/"],
  ["/a/.;x\\b/c", "/a/c"],
  ["/a/...;x/b;y/", "/a/...;x/b;y/"],
  ["/a/%2e%2e;/b", "/a/..;/b"],
  // Escaped dots and backslashes.
  ["/public/%2e%2E/admin", "/admin"],
  ["/public/.%2e/admin", "/admin"],
  ["/public\\..\\admin", "/admin"],
  ["/%c0%ae%c0%ae/", "/%c0%ae%c0%ae/"],
  ["/%252e%252e/", "/%252e%252e/"],
  // Escapes of unreserved characters are decoded, others stay.
  ["/%61%5A%30%2d%5f%7e", "/aZ0-_~"],
  ["/a%2fb%5Cc%25%20%3f", "/a%2fb%5Cc%25%20%3f"],
  ['/"<>^`{|}', "/%22%3C%3E%5E%60%7B%7C%7D"],
  ["/\xc3\xa9", "/%C3%A9"],
  // A decoded character must not complete an escape.
  ["/%", "/%"],
  ["/%zz%4", "/%zz%4"],
  ["/%%32e", "/%252e"],
  ["/%2%65", "/%252e"],
  ["/%%32%65%2e", "/%252e."],
  ["/%%2500", "/%%2500"],
  ["/a/%/../b%30%31", "/a/b01"],
  // The query stays.
  ["/a/..?/../%2e%61", "/?/../%2e%61"],
  ["/a//b", "/a//b"],
  ["", "/"],
])("normalizes %j to %j", (path, normalized) => expect(base.apply(path)).toBe(normalized));

test.each(["/a%00", "/%00/..", "/%%00", "/a#b", "/a?b#c"])("rejects %j", (path) =>
  expect(base.apply(path)).toBe(undefined),
);

test.each([
  ["/a%2fb%5C..%2Fc", "/a/c"],
  ["/a/%2e%2e%2f%2fb", "/b"],
  ["//a///b//", "/a/b/"],
  ["//", "//"],
  ["///?/", "//?/"],
  ["/a/..;x%2fy", "/y"],
  ["/a?b//c%2f", "/a?b//c%2f"],
])("with escaped slashes and merged slashes, %j becomes %j", (path, normalized) =>
  expect(all.apply(path)).toBe(normalized),
);

test("leaves a path alone by default", () => {
  expect(new PathNormalizer({}).apply("/a/../%2e//%00\\")).toBe("/a/../%2e//%00\\");
});

// In quadratic time, each path would take longer than the limit.
test.each(["/..", "%", "%3", "/%2e", "\\", "/a/..", "//"])(
  "takes time in proportion to the length of a path of %s",
  { timeout: 10_000 },
  (part) => expect(all.apply("/" + part.repeat(500_000))).toMatch(/^\//),
);
