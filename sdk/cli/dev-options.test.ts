import { expect, test } from "vitest";
import { parseCommandLine } from "./command-line.js";
import { DEV_OPTIONS, parseDevOptions } from "./dev-options.js";
import { UsageError } from "./usage-error.js";

function parse(...args: string[]) {
  return parseDevOptions(parseCommandLine(args, DEV_OPTIONS).values, "/project");
}

test("has a default for each option", () => {
  expect(parse()).toEqual({
    ...{
      folder: "/project",
      files: [],
      port: 10000,
      engine: "node",
      https: false,
      logLevel: "info",
      callLimitMs: 5000,
    },
    ...{ tcp: [], services: [], clusters: [], plugins: new Map(), labels: {} },
    fetch: { insecure: [], cache: expect.any(Object) as object, credentials: expect.any(Function) as () => void },
  });
});

test("reads all options", () => {
  const args = ["-f", "a.yaml", "--file", "b", "--port", "0", "--admin-port", "9901", "--host", "higress", "--https"];
  const more = ["--plugin", "ns/a=/x/plugin.wasm", "--tcp", "5432=db:5433", "--namespace", "gw", "--label", "a=b=c"];
  expect(parse(...args, ...more, "--log", "trace", "--call-limit", "0", "--path-normalization", "NONE")).toMatchObject({
    ...{ files: ["a.yaml", "b"], port: 0, adminPort: 9901, host: "higress", https: true },
    ...{ plugins: new Map([["ns/a", "/x/plugin.wasm"]]), namespace: "gw", labels: { a: "b=c" } },
    ...{ tcp: [{ port: 5432, namespace: "default", service: "db", servicePort: 5433 }] },
    ...{ logLevel: "trace", callLimitMs: 0, pathNormalization: "NONE" },
  });
});

test("reads how registries are reached", () => {
  expect(parse("--insecure", "10.0.0.5:5000", "--insecure", "registry.local").fetch).toMatchObject({
    insecure: ["10.0.0.5:5000", "registry.local"],
  });
  expect(() => parse("--ca", "gone.pem")).toThrow("--ca gone.pem: ENOENT");
  expect(() => parse("--insecure", "http://a")).toThrow(
    "--insecure http://a: expected a host with its port, such as registry.local:5000",
  );
});

test.each([
  [["--port", "80a"], "--port 80a: expected 0 to 65535"],
  [["--port", "65536"], "--port 65536: expected 0 to 65535"],
  [["--port=-1"], "--port -1: expected 0 to 65535"],
  [["--port="], "--port : expected 0 to 65535"],
  [["--admin-port", "x"], "--admin-port x: expected 0 to 65535"],
  [["--engine", "nginx"], "--engine nginx: expected node, envoy"],
  [["--host", "istio"], "--host istio: expected envoy, higress"],
  [
    ["--engine", "envoy", "--host", "higress"],
    "--host higress needs --engine node: a stock Envoy does not provide Higress's host calls",
  ],
  [["--log", "verbose"], "--log verbose: expected trace, debug, info, warn, error, critical"],
  [["--call-limit", "2s"], "--call-limit 2s: expected milliseconds, such as 5000"],
  [
    ["--path-normalization", "base"],
    "--path-normalization base: expected NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES",
  ],
  [["--plugin", "a"], "--plugin a: expected NAME=FILE or NAME=FOLDER"],
  [["--plugin", "=a"], "--plugin =a: expected NAME=FILE or NAME=FOLDER"],
  [["--label", "a"], "--label a: expected KEY=VALUE, such as istio=ingressgateway"],
  [["--tcp", "5432"], "--tcp 5432: expected PORT=[NAMESPACE/]SERVICE:PORT, such as 5432=default/db:5432"],
  [["--tcp", "99999=db:1"], "--tcp 99999: expected 0 to 65535"],
  [["--tcp", "5432=a:1", "--tcp", "5432=b:1"], "--tcp 5432: another --tcp has the same port"],
  [
    ["--service", "default/foo"],
    "--service default/foo: expected [NAMESPACE/]SERVICE[:PORT]=HOST:PORT, such as default/foo=127.0.0.1:3000",
  ],
  [
    ["--service", "default/foo="],
    '--service default/foo=: expected HOST:PORT, http://HOST:PORT or h2c://HOST:PORT after the "=", got ""',
  ],
  [["--cluster", "foo"], '--cluster foo: expected NAME=HOST:PORT, such as "outbound|80||auth.dns=127.0.0.1:3000"'],
  [["--file"], "--file needs a value"],
  [["--sevice", "a=b:1"], 'unknown option "--sevice"; did you mean "--service"?'],
  [["--https=yes"], "--https takes no value"],
])("rejects %j", (args, message) => {
  expect(() => parse(...args)).toThrow(new UsageError(message));
});
