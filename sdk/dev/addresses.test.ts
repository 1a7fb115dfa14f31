import { describe, expect, test } from "vitest";
import { parseCluster, parseService } from "./addresses.js";

describe("--service", () => {
  test.each([
    [
      "default/foo=127.0.0.1:3000",
      { namespace: "default", service: "foo", target: { host: "127.0.0.1", port: 3000, http2: false } },
    ],
    ["foo=localhost:1", { namespace: "default", service: "foo", target: { host: "localhost", port: 1, http2: false } }],
    [
      "a/foo:80=h2c://[::1]:50051",
      { namespace: "a", service: "foo", port: 80, target: { host: "::1", port: 50051, http2: true } },
    ],
    [
      "a/foo=http://h.example.com:80/",
      { namespace: "a", service: "foo", target: { host: "h.example.com", port: 80, http2: false } },
    ],
  ])("reads %s", (text, address) => {
    expect(parseService(text)).toEqual(address);
  });

  const shape = "expected [NAMESPACE/]SERVICE[:PORT]=HOST:PORT, such as default/foo=127.0.0.1:3000";
  const address = (got: string) =>
    `expected HOST:PORT, http://HOST:PORT or h2c://HOST:PORT after the "=", got "${got}"`;
  test.each([
    ["default/foo", shape],
    ["default/foo:99999=127.0.0.1:1", shape],
    ["=127.0.0.1:1", shape],
    ["default/foo=", address("")],
    ["default/foo=127.0.0.1", address("127.0.0.1")],
    ["default/foo=127.0.0.1:0", address("127.0.0.1:0")],
    ["default/foo=127.0.0.1:70000", address("127.0.0.1:70000")],
    ["default/foo=https://a:443", address("https://a:443")],
    ["default/foo=http://a:80/path", address("http://a:80/path")],
    ["default/foo=[a]:80", address("[a]:80")],
    ["default/foo=::1:80", address("::1:80")],
  ])("rejects %s", (text, message) => {
    expect(() => parseService(text)).toThrow(new Error(`--service ${text}: ${message}`));
  });
});

describe("--cluster", () => {
  test("reads a whole cluster name", () => {
    expect(parseCluster("outbound|80||a.dns=127.0.0.1:3000")).toEqual({
      ...{ cluster: "outbound|80||a.dns", target: { host: "127.0.0.1", port: 3000, http2: false } },
    });
  });

  test("rejects a value without a name", () => {
    expect(() => parseCluster("=127.0.0.1:1")).toThrow(
      '--cluster =127.0.0.1:1: expected NAME=HOST:PORT, such as "outbound|80||auth.dns=127.0.0.1:3000"',
    );
  });
});
