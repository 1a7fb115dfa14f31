import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { buildPlugin } from "../../../tests/support/build.js";
import { describeWithEnvoy } from "../../../tests/support/envoy.js";
import { temporaryFolder } from "../../../tests/support/temporary.js";
import { main } from "../main.js";

let output = "";
let errors: string[] = [];
const before = process.cwd();

beforeEach(() => {
  output = "";
  errors = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => ((output += String(text)), true));
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(console, "error").mockImplementation((line: string) => void errors.push(...line.split("\n")));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.chdir(before);
});

/** Makes a folder with a package.json the current one. */
function inProject(packageJson: string | undefined = '{ "name": "@org/My_Plugin", "version": "1.2.3" }'): void {
  process.chdir(temporaryFolder());
  if (packageJson !== "") writeFileSync("package.json", packageJson);
}

const manifest = (...args: string[]) => main(["manifest", ...args]);

test("writes a WasmPlugin of Higress", async () => {
  inProject();
  expect(await manifest()).toBe(0);
  expect(output).toBe(`apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: my-plugin
  namespace: higress-system
spec:
  url: oci://registry.example.com/my-plugin:1.2.3
  # AUTHN comes first, then AUTHZ, STATS and UNSPECIFIED_PHASE.
  phase: UNSPECIFIED_PHASE
  # Within a phase, the plugin with the highest priority comes first.
  priority: 100
  # Requests get status code 503 when the plugin fails; with FAIL_OPEN they pass without the plugin.
  failStrategy: FAIL_CLOSE
  # For all requests. matchRules sets other configurations for domains, ingresses and services.
  defaultConfig: {}
`);
});

test("writes a WasmPlugin of Istio with all options", async () => {
  inProject();
  writeFileSync("config.yaml", 'hosts: [a, "yes"]\ntext: |\n  one\n  two\nlimit: 017\n');
  const options = ["--namespace", "gateways", "--phase", "AUTHN", "--priority=-5", "--config", "config.yaml"];
  expect(await manifest("--for", "istio", "--image", "ghcr.io/org/x:2", ...options, "-o", "out.yaml")).toBe(0);
  expect(errors).toEqual(["wrote out.yaml"]);
  expect(output).toBe("");
  const text = readFileSync("out.yaml", "utf8");
  expect(text.replaceAll(/^ *#.*\n/gm, "")).toBe(`apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata:
  name: my-plugin
  namespace: gateways
spec:
  selector:
    matchLabels:
      istio: ingressgateway
  url: oci://ghcr.io/org/x:2
  phase: AUTHN
  priority: -5
  failStrategy: FAIL_CLOSE
  pluginConfig:
    hosts:
    - a
    - "yes"
    text: |
      one
      two
    limit: 15
`);
});

test.each(["higress", "istio"])("writes for %s what manifest check finds nothing wrong with", async (gateway) => {
  inProject('{ "name": "on", "version": "1.0.0-rc.1+build" }');
  mkdirSync("build");
  copyFileSync(await buildPlugin(join(before, "examples/mock-response")), "build/plugin.wasm");
  const lines = vi.mocked(console.log).mock.calls;
  expect(await manifest("--for", gateway, "--config", '{"content":"yes"}', "-o", "wasmplugin.yaml")).toBe(0);
  expect(await main(["manifest", "check"])).toBe(0);
  expect(lines).toEqual([["1 WasmPlugin: no problem"]]);
});

test("warns about what works and surprises", async () => {
  inProject();
  expect(await manifest("--image", "example.com/x/y:latest", "--namespace", "default")).toBe(0);
  expect(errors).toEqual([
    'warning: --namespace: expected "higress-system", got "default"; Higress reads the WasmPlugins of the namespace that it is installed in',
    'warning: --image: the gateway pulls the tag "latest" again with each change of the resource; name a version',
  ]);
});

test.each([
  [["--for", "isto"], '--for: unknown gateway "isto"; did you mean "istio"?'],
  [
    ["--phase", "authn"],
    '--phase: expected AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, got "authn"; did you mean "AUTHN"?',
  ],
  [["--priority", "high"], "--priority high: expected an integer"],
  [
    ["--priority", "3000000000"],
    "--priority: expected -2147483648 to 2147483647, got 3000000000; the controller cannot decode the resource otherwise",
  ],
  [["--namespace", "My"], '--namespace: expected at most 63 lower-case letters, digits and "-", got "My"'],
  [
    ["--image", "example.com/My:1"],
    '--image: the gateway cannot pull the image: expected lower-case letters in the image name "My"',
  ],
  [["--config", "none.json"], "--config none.json: expected a file or JSON"],
  [["--config", "[1]"], "--config [1]: expected an object, got a list"],
  [["--config", "bad.yaml"], /^--config bad\.yaml:1: /],
  [["--config", "two.yaml"], "--config two.yaml: expected one document, got 2"],
  [["--for", "envoy", "--phase", "AUTHN"], "--phase is for higress and istio, not for envoy"],
  [["-o", "package.json"], "-o package.json: the file exists; --force replaces it"],
  [["-o", "none/a.yaml"], /^-o none\/a\.yaml: ENOENT/],
])("rejects %j", async (args, message) => {
  inProject();
  writeFileSync("bad.yaml", "a: [");
  writeFileSync("two.yaml", "a: 1\n---\na: 2\n");
  expect(await manifest(...args)).toBe(2);
  const [line] = errors;
  expect(line?.replace("as-proxy-wasm manifest: ", "")).toEqual(
    typeof message === "string" ? message : expect.stringMatching(message),
  );
  expect(output).toBe("");
});

test.each([
  ["", "package.json does not exist; run the command in the folder of the plugin"],
  ["{", /^package\.json: .*JSON/],
  ["null", "package.json has no name; the name becomes that of the plugin"],
  [
    '{ "name": "a" }',
    "package.json has no version for the tag of the image; add the version, or name the image with --image",
  ],
  [
    '{ "name": "_a", "version": "1.0.0" }',
    'name in package.json: expected lower-case letters, digits, "-" and "." such as "my-plugin", got "-a"',
  ],
])("rejects the package.json %j", async (text, message) => {
  inProject(text);
  expect(await manifest("--config", "{}")).toBe(2);
  const [line] = errors;
  expect(line?.replace("as-proxy-wasm manifest: ", "")).toEqual(
    typeof message === "string" ? message : expect.stringMatching(message),
  );
});

test("replaces a file with --force", async () => {
  inProject();
  writeFileSync("a.yaml", "old");
  expect(await manifest("-o", "a.yaml", "--force")).toBe(0);
  expect(readFileSync("a.yaml", "utf8")).toMatch(/^apiVersion: /);
});

describeWithEnvoy("an envoy.yaml", (envoy) => {
  describe.each([
    ["no configuration", "{}"],
    ["a configuration", JSON.stringify({ content: 'it\'s\n\u0085\u2028 "y" #: é' })],
  ])("with %s", (_, config) => {
    test("is one that Envoy starts with", async () => {
      // In YAML 1.1, the name is a boolean.
      inProject('{ "name": "n" }');
      mkdirSync("build");
      copyFileSync(await buildPlugin(join(before, "examples/mock-response")), "build/plugin.wasm");
      expect(await manifest("--for", "envoy", "--config", config, "-o", "envoy.yaml")).toBe(0);
      expect(existsSync("envoy.yaml")).toBe(true);
      const run = promisify(execFile)(envoy.path, ["-c", "envoy.yaml", "--mode", "validate", "--base-id", "77"]);
      await expect(run).resolves.toMatchObject({ stdout: expect.stringContaining("OK") as string });
    });
  });
});
