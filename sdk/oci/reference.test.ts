import { expect, test } from "vitest";
import { sourceUrl } from "./annotations.js";
import { parseChallenges } from "./challenge.js";
import { isPrivate } from "./hosts.js";
import { shownUrl } from "./oci-error.js";
import { isHost, parseReference, referenceText } from "./reference.js";
import { Secrets } from "./secrets.js";
import { Transport } from "./transport.js";

const DIGEST = `sha256:${"a".repeat(64)}`;

test.each([
  ["oci://ghcr.io/org/auth:1", { registry: "ghcr.io", repository: "org/auth", tag: "1" }],
  ["localhost:5000/auth", { registry: "localhost:5000", repository: "auth" }],
  ["localhost/auth", { registry: "localhost", repository: "auth" }],
  ["[::1]:5000/auth:1", { registry: "[::1]:5000", repository: "auth", tag: "1" }],
  [`a.io/auth:1@${DIGEST}`, { registry: "a.io", repository: "auth", tag: "1", digest: DIGEST }],
  ["auth:1", { registry: "index.docker.io", repository: "library/auth", tag: "1" }],
  ["docker.io/org/auth", { registry: "index.docker.io", repository: "org/auth" }],
])("reads %s", (text, expected) => {
  const reference = parseReference(text);
  expect(reference).toEqual(expected);
  expect(parseReference(referenceText(reference))).toEqual(expected);
});

test.each([
  "a.io/a//b:1",
  "a.io/../b:1",
  "a.io/a/./b",
  "a.io:x/auth",
  "-a.io/auth",
  "a.io/auth@md5:1",
  "http://a.io/auth",
  "",
])("rejects %s", (text) => {
  expect(() => parseReference(text)).toThrow(/^the image "/);
});

test.each(["http://mia:s3cret@a.io/auth", "mia:s3cret@a.io/auth:1"])("shows no password of %s", (text) => {
  expect(() => parseReference(text)).toThrow(/^the image "(http:\/\/)?a\.io\/auth/);
});

test("a host has no user, path or space", () => {
  expect(["a.io", "a.io:80", "[::1]", "10.0.0.1:5000"].filter(isHost)).toHaveLength(4);
  expect(["u@a.io", "a.io/x", "a io", "a.io:", "a.io:70000", "http://a.io", ""].filter(isHost)).toEqual([]);
});

test("reads challenges with several schemes and quoted commas", () => {
  const header = 'Basic realm="a, \\"b\\"", Bearer realm="https://a/t",service=x,scope="repository:a:pull,push"';
  expect(parseChallenges(header)).toEqual([
    { scheme: "basic", parameters: { realm: 'a, "b"' } },
    { scheme: "bearer", parameters: { realm: "https://a/t", service: "x", scope: "repository:a:pull,push" } },
  ]);
  expect(parseChallenges("")).toEqual([]);
  expect(parseChallenges(", ,=")).toEqual([]);
});

// Where each position begins a search, the second text takes 20 seconds.
test("reads a long challenge in time that grows with its length", { timeout: 5_000 }, () => {
  expect(parseChallenges(`Bearer ${'a="\\'.repeat(30_000)}`)).toHaveLength(1);
  expect(parseChallenges(`${" ,".repeat(30_000)}"`)).toEqual([]);
});

test.each([
  ["https://a.io/v2/", "http://a.io/x", "expected https, as the registry has"],
  ["https://a.io/v2/", "http://b.io/x", "expected https, as the registry has"],
  ["https://a.io/v2/", "https://10.0.0.1/x", "a private address behind a public host"],
  ["https://a.io/v2/", "https://169.254.169.254/latest", "a private address behind a public host"],
  ["https://a.io/v2/", "https://localhost/x", "a private address behind a public host"],
  ["https://a.io/v2/", "https://[::ffff:127.0.0.1]/x", "a private address behind a public host"],
  ["https://a.io/v2/", "ftp://a.io/x", "expected http or https"],
])("does not go from %s to %s", (from, to, reason) => {
  expect(() => new Transport().checkHop(new URL(from), new URL(to), "its token server")).toThrow(reason);
});

test.each([
  ["https://a.io/v2/", "https://b.io/x"],
  ["http://127.0.0.1:5000/v2/", "http://127.0.0.1:5001/token"],
  ["https://10.0.0.1/v2/", "https://10.0.0.2/token"],
  ["https://a.io/v2/", "http://b.io:5000/x"],
])("goes from %s to %s", (from, to) => {
  new Transport({ insecure: ["b.io:5000"] }).checkHop(new URL(from), new URL(to), "its token server");
});

test("knows private addresses in all their forms", () => {
  const hosts = [
    "127.1.2.3",
    "localhost",
    "a.localhost",
    "[::1]",
    "192.168.1.1",
    "172.31.0.1",
    "[fd00::1]",
    "[fe80::1]",
    "0.0.0.0",
  ];
  expect(hosts.filter((host) => !isPrivate(host))).toEqual([]);
  expect(["a.io", "8.8.8.8", "172.32.0.1", "[2001:db8::1]", "localhost.a.io"].filter(isPrivate)).toEqual([]);
});

test("messages have neither users, passwords nor queries of URLs", () => {
  expect(shownUrl("https://mia:s3cret@a.io/x?token=1#2")).toBe("https://a.io/x?…");
  expect(shownUrl("//mia:s3cret@a.io/x?token=1")).toBe("//a.io/x");
  const secrets = new Secrets();
  secrets.addCredentials({ kind: "password", username: "mia", password: "a b/c" });
  expect(secrets.redact("a b/c, a%20b%2Fc, bWlhOmEgYi9j")).toBe("***, ***, ***");
});

test.each([
  ["git+https://token@github.com/org/auth.git", "https://github.com/org/auth"],
  ["git@github.com:org/auth.git", "https://github.com/org/auth"],
  ["ssh://git@example.com:22/org/auth", "https://example.com/org/auth"],
  ["https://u:p@example.com/org/auth?token=1", "https://example.com/org/auth"],
  ["org/auth", "https://github.com/org/auth"],
  ["file:///home/me/auth", ""],
  ["/home/me/auth", ""],
])("the address of the source %s is %s", (address, expected) => {
  expect(sourceUrl(address)).toBe(expected);
});
