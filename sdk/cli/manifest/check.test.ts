import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { wat } from "../../../tests/host/wat.js";
import { buildPlugin } from "../../../tests/support/build.js";
import { temporaryFolder } from "../../../tests/support/temporary.js";
import { main } from "../main.js";

const HEAD = `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: NAME, namespace: higress-system }
spec:
  url: oci://example.com/org/NAME:1
`;

const ISTIO = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: NAME }
spec:
  url: oci://example.com/org/NAME:1
`;

let output: string[] = [];
let folder = "";
const before = process.cwd();

beforeEach(() => {
  output = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void output.push(...line.split("\n")));
  vi.spyOn(console, "error").mockImplementation((line: string) => void output.push(...line.split("\n")));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.chdir(before);
});

/** Writes files into a temporary folder, and makes the folder the current one. */
function inFolder(files: Readonly<Record<string, string>>): void {
  folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  process.chdir(folder);
}

/** Runs `as-proxy-wasm manifest check`. Returns the exit code and the lines of the output. */
async function check(...args: string[]): Promise<[code: number, ...lines: string[]]> {
  const code = await main(["manifest", "check", ...args]);
  return [code, ...output];
}

function manifest(name: string, spec = "", head = HEAD): string {
  return head.replaceAll("NAME", name) + spec;
}

const NO_MODULE =
  "note: configurations not checked: there is no build/debug.wasm; build the module with npx as-proxy-wasm build --debug";

describe("the files", () => {
  test("are the manifests of the folder without -f", async () => {
    inFolder({ "wasmplugin.yaml": manifest("a", "  phase: authn\n"), "other.yaml": "nonsense" });
    expect(await check()).toEqual([
      1,
      'wasmplugin.yaml:6: error: spec.phase: expected AUTHN, AUTHZ, STATS or UNSPECIFIED_PHASE, got "authn"; did you mean "AUTHN"?',
      NO_MODULE,
      "1 WasmPlugin: 1 error",
    ]);
  });

  test("come from several -f, in this order, and other kinds are named", async () => {
    const service = "apiVersion: v1\nkind: Service\nmetadata: { name: s }\n";
    inFolder({ "b.yaml": manifest("b", "  prio: 1\n"), "a/a.yml": `${service}---\n${manifest("a", "  x: 1\n")}` });
    expect(await check("-f", "b.yaml", "-f", "a")).toEqual([
      0,
      "b.yaml:4: warning: spec.priority: without a priority, the plugin comes after all others of its phase, even after those with a negative priority",
      "b.yaml:6: warning: spec.prio: the API server removes this unknown field",
      "a/a.yml:8: warning: spec.priority: without a priority, the plugin comes after all others of its phase, even after those with a negative priority",
      "a/a.yml:10: warning: spec.x: the API server removes this unknown field",
      NO_MODULE,
      "2 WasmPlugins: 4 warnings; not checked: Service s",
    ]);
  });

  test("of a folder need not be manifests", async () => {
    inFolder({ "package.json": '{ "name": "a" }', "envoy.yaml": "admin: {}", "w.yaml": manifest("a") });
    expect(await check("-f", ".")).toEqual([0, NO_MODULE, "1 WasmPlugin: no problem"]);
  });

  test("with a mistake do not hide the mistakes of others", async () => {
    inFolder({
      "a.yaml": "apiVersion: v1\nkind: [",
      "b.yaml": manifest("b", "  url: ''\n"),
      "c.json": '{ "kind": "Service" }',
    });
    const [code, first, ...others] = await check("-f", ".", "-f", "c.json");
    expect([code, first!.replace(/: error: .*/, ": error")]).toEqual([1, "a.yaml:2: error"]);
    expect(others).toEqual([
      "b.yaml:6: error: spec.url: expected the address of the image or the module",
      "c.json:1: error: apiVersion is missing",
      NO_MODULE,
      "1 WasmPlugin: 3 errors",
    ]);
  });

  test.each([
    [[], 2, "as-proxy-wasm manifest check: this folder has no wasmplugin.yaml; name a manifest with -f"],
    [["-f", "none.yaml"], 1, "as-proxy-wasm manifest check: -f none.yaml: the file or folder does not exist"],
    [["a.yaml"], 2, 'as-proxy-wasm manifest check: unexpected argument "a.yaml"; name manifests with -f'],
    [
      ["-f", "m.yaml", "--wasm", "no.wasm"],
      2,
      "as-proxy-wasm manifest check: --wasm no.wasm: the file does not exist; npx as-proxy-wasm build builds the plugin",
    ],
  ])("are wrong: %j", async (args, code, line) => {
    inFolder({ "m.yaml": manifest("a") });
    expect((await check(...args)).slice(0, 2)).toEqual([code, line]);
  });
});

describe("the plugin", () => {
  test("gets the configuration and each rule", async () => {
    const wasm = await buildPlugin("examples/token-bucket");
    inFolder({
      "wasmplugin.yaml": manifest(
        "token-bucket",
        `  defaultConfig: { capacity: 1 }
  matchRules:
    - { domain: [a.com], config: { capacity: 2 } }
    - { domain: [off.com], configDisable: true, config: { capacity: off } }
    - domain: [b.com]
      config:
        status: 500
        capacity: "3"
    - domain: [c.com, "d.com:80"]
      config: { capacity: 0 }
    - domain: [e.com, "f.com:80"]
      config: { capacity: 1 }
`,
      ),
    });
    expect(await check("--wasm", wasm)).toEqual([
      1,
      'wasmplugin.yaml:13: error: spec.matchRules[2].config: the plugin rejected it: capacity: expected integer from 1 to 1000000, got "3"',
      "wasmplugin.yaml:15: error: spec.matchRules[3].config: the plugin rejected it: capacity: expected integer from 1 to 1000000, got 0",
      'wasmplugin.yaml:16: warning: spec.matchRules[4].config: the plugin logged: _match_domain_[1]: matches no request: expected an ASCII host without scheme, port, user or path, [IPv6], *.END or START*, got "f.com:80"',
      "1 WasmPlugin: 2 errors, 1 warning",
    ]);
  });

  test("rejects the global configuration, and works with its rules", async () => {
    const wasm = await buildPlugin("examples/mock-response");
    const spec = "  defaultConfig:\n    content: 1\n  matchRules:\n    - { domain: [a.com], config: { content: a } }\n";
    inFolder({ "wasmplugin.yaml": manifest("mock-response", spec) });
    expect(await check("--wasm", wasm)).toEqual([
      1,
      "wasmplugin.yaml:7: error: spec.defaultConfig: the plugin rejected it and uses only the rules: content: expected string, got 1",
      "1 WasmPlugin: 1 error",
    ]);
  });

  test.each([
    [
      "a rule of Istio",
      manifest("m", "  pluginConfig:\n    _rules_:\n      - _match_domain_: [a]\n        content: yes\n", ISTIO),
      "9: error: spec.pluginConfig._rules_[0]: the plugin rejected it: content: expected string, got true",
    ],
    [
      "a rule without a condition",
      manifest("m", "  pluginConfig:\n    _rules_:\n      - content: a\n", ISTIO),
      "8: error: spec.pluginConfig._rules_[0]: the plugin rejected it: there is at least one of  '_match_route_', '_match_domain_', '_match_service_' and '_match_route_prefix_' can present in configuration.",
    ],
    [
      "pluginConfig of Higress",
      manifest("m", "  pluginConfig:\n    content: []\n"),
      "7: error: spec.pluginConfig: the plugin rejected it: content: expected string, got array",
    ],
    [
      "the default alone",
      manifest("m", "  defaultConfig:\n    content: {}\n"),
      "7: error: spec.defaultConfig: the plugin rejected it: content: expected string, got object",
    ],
  ])("rejects %s", async (_, text, line) => {
    const wasm = await buildPlugin("examples/mock-response");
    inFolder({ "m.yaml": text });
    expect(await check("-f", "m.yaml", "--wasm", wasm)).toEqual([1, `m.yaml:${line}`, "1 WasmPlugin: 1 error"]);
  });

  test("needs a configuration", async () => {
    const wasm = await buildPlugin("examples/ext-auth");
    inFolder({ "m.yaml": manifest("ext-auth") });
    expect(await check("-f", "m.yaml", "--wasm", wasm)).toEqual([
      1,
      "m.yaml:4: error: spec: the plugin needs a configuration: expected one of service and cluster, got neither",
      "1 WasmPlugin: 1 error",
    ]);
  });

  test("traps", async () => {
    const wasm = await buildPlugin("tests/plugins/traps");
    const rule = "    - { domain: [a], config: { throw: true } }\n";
    inFolder({ "m.yaml": manifest("traps", `  matchRules:\n${rule}${rule}`) });
    expect(await check("-f", "m.yaml", "--wasm", wasm)).toEqual([
      1,
      "m.yaml:7: error: spec.matchRules[0].config: the plugin trapped: thrown at the start at assembly/index.ts:14:33",
      "1 WasmPlugin: 1 error",
    ]);
  });

  test("never ends", async () => {
    inFolder({ "m.yaml": manifest("a", "  defaultConfig: { a: 1 }\n") });
    const parser =
      '(func (export "proxy_on_configure") (param i32 i32) (result i32) (loop $on (br $on)) (i32.const 1))';
    writeFileSync("a.wasm", wat(parser));
    expect(await check("-f", "m.yaml", "--wasm", "a.wasm")).toEqual([
      1,
      "m.yaml:6: error: spec.defaultConfig: the plugin trapped: Function: proxy_on_configure failed: it ran longer than 2000 ms",
      "1 WasmPlugin: 1 error",
    ]);
  });

  test("is no module", async () => {
    inFolder({ "m.yaml": manifest("a"), "a.wasm": "text" });
    const [code, line] = await check("-f", "m.yaml", "--wasm", "a.wasm");
    expect(code).toBe(1);
    expect(line).toMatch(/^m.yaml:5: error: spec.url: the module does not load: a.wasm is not a WebAssembly module/);
  });

  test("is not started for a plugin that the controller does not make", async () => {
    inFolder({ "m.yaml": manifest("a", "  defaultConfigDisable: true\n"), "a.wasm": "text" });
    expect(await check("-f", "m.yaml", "--wasm", "a.wasm")).toEqual([
      0,
      "m.yaml:6: warning: spec.defaultConfigDisable: the gateway does not get the plugin: defaultConfigDisable is true and no rule is enabled",
      "1 WasmPlugin: 1 warning",
    ]);
  });

  describe("of several", () => {
    const wrong = "  priority: 1\n  defaultConfig:\n    content: 1\n";
    const files = {
      "project/package.json": '{ "name": "@org/one" }',
      "project/m.yaml": [manifest("one", wrong), manifest("two", wrong)].join("---\n"),
    };
    const rejected = "spec.defaultConfig: the plugin rejected it: content: expected string, got 1";

    test.each([
      ["by the name of the project", [], 8, "two"],
      ["by --plugin", ["--plugin", "two"], 17, "one"],
    ])("is chosen %s", async (_, args, line, other) => {
      const wasm = await buildPlugin("examples/mock-response");
      inFolder(files);
      mkdirSync("project/build");
      copyFileSync(wasm, "project/build/plugin.wasm");
      expect(await check("-f", "project/m.yaml", ...args)).toEqual([
        1,
        `project/m.yaml:${line}: error: ${rejected}`,
        `note: configuration of ${other} not checked: project/build/plugin.wasm is another plugin; see --plugin and --wasm`,
        "2 WasmPlugins: 1 error",
      ]);
    });

    test("rejects a --plugin whose name no WasmPlugin has", async () => {
      inFolder({ ...files, "a.wasm": "" });
      const [code, line] = await check("-f", "project/m.yaml", "--wasm", "a.wasm", "--plugin", "three");
      expect([code, line]).toEqual([2, "as-proxy-wasm manifest check: --plugin three: expected one or two"]);
    });
  });
});
