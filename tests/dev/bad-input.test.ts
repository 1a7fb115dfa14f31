// What `dev` says about manifests and modules that are wrong, and what stays in force.
import { createServer } from "node:http";
import { once } from "node:events";
import { writeFileSync, openSync, writeSync, closeSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { TestDev, type TestDevOptions } from "./dev.js";

let mockResponse: string;
let traps: string;
beforeAll(async () => {
  mockResponse = await buildPlugin("examples/mock-response");
  traps = await buildPlugin("tests/plugins/traps");
});

const plugin = (spec: string, name = "mock-response") => `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: higress-system }
spec: ${spec}
`;
const ingress = (path: string) => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: foo }
spec:
  ingressClassName: higress
  rules: [{ http: { paths: [${path}] } }]
`;
const GOOD = plugin('{ url: "file://plugin.wasm", defaultConfig: { content: "good" } }');

/** The message with which `dev` does not start, without the name of its temporary folder. */
async function failure(files: Readonly<Record<string, string>>, options: TestDevOptions = {}): Promise<string> {
  let folder = "";
  try {
    await using dev = await TestDev.start(files, { ...options, prepare: (path) => (folder = path) });
    return `started with ${dev.warnings.join("; ")}`;
  } catch (error) {
    return (error as Error).message.replaceAll(`${folder}/`, "").replaceAll(folder, "FOLDER");
  }
}

describe("dev does not start with", () => {
  test.each<[what: string, yaml: string, message: string]>([
    ["YAML that does not parse", "a: [1", 'a.yaml:1: expected "," or "]" before the end of the text'],
    [
      "a document that is no mapping",
      "- a\n",
      "a.yaml:1: expected a resource with apiVersion, kind and metadata, got a list",
    ],
    ["a document without a kind", "apiVersion: v1\nmetadata: { name: a }\n", "a.yaml:1: kind is missing"],
    [
      "a document without a name",
      "apiVersion: v1\nkind: Service\nmetadata: {}\n",
      "a.yaml:3: metadata.name is missing",
    ],
    [
      "two resources of one name",
      `${GOOD}---\n${GOOD}`,
      "a.yaml:6: WasmPlugin higress-system/mock-response is already in a.yaml:1; give one of them another name",
    ],
    [
      "an anchor that does not exist",
      "apiVersion: v1\nkind: *kind\n",
      'a.yaml:2: no anchor "&kind" precedes "*kind"; put a text that begins with "*" in quotes',
    ],
    [
      "an image for TCP",
      `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: tcp, namespace: istio-system }
spec: { url: "oci://127.0.0.1:1/aa:1", type: NETWORK }
`,
      "a.yaml:4: spec.url oci://127.0.0.1:1/aa:1: cannot talk to 127.0.0.1:1: nothing listens there; --plugin tcp=PATH names a file or a project's folder instead",
    ],
    [
      "a module that does not exist",
      plugin('{ url: "file://gone.wasm" }'),
      "a.yaml:4: spec.url file://gone.wasm: the file gone.wasm does not exist",
    ],
    [
      "a folder that is no project",
      plugin('{ url: "file://." }'),
      "a.yaml:4: spec.url file://.: the folder FOLDER has no asconfig.json, so it is not the folder of a plugin",
    ],
    [
      "a rule without a match",
      plugin('{ url: "file://plugin.wasm", matchRules: [{ config: {} }] }'),
      "a.yaml:4: spec.matchRules[0]: the rule has neither ingress nor service nor domain; Higress rejects the plugin",
    ],
    [
      "rules that are no list",
      plugin('{ url: "file://plugin.wasm", matchRules: {} }'),
      "a.yaml:4: spec.matchRules: expected a list, got an object",
    ],
    [
      "an unknown phase",
      plugin('{ url: "file://plugin.wasm", phase: FIRST }'),
      'a.yaml:4: spec.phase: expected UNSPECIFIED_PHASE, AUTHN, AUTHZ, STATS, got the string "FIRST"',
    ],
    [
      "a priority that is no number",
      plugin('{ url: "file://plugin.wasm", priority: high }'),
      'a.yaml:4: spec.priority: expected an integer from -2147483648 to 2147483647, got the string "high"',
    ],
    [
      "an unknown path type",
      ingress("{ path: /, pathType: prefix, backend: { service: { name: a, port: { number: 1 } } } }"),
      'a.yaml:6: spec.rules[0].http.paths[0].pathType: expected Exact, Prefix or ImplementationSpecific, got "prefix"; did you mean "Prefix"?',
    ],
    [
      "a path without a slash",
      ingress("{ path: foo, pathType: Prefix, backend: { service: { name: a, port: { number: 1 } } } }"),
      'a.yaml:6: spec.rules[0].http.paths[0].path: expected a path that begins with "/", got "foo"',
    ],
    [
      "a path without a backend",
      ingress("{ path: /, pathType: Prefix }"),
      "a.yaml:6: spec.rules[0].http.paths[0].backend: expected an object, but the field is missing",
    ],
    [
      "a backend without a port",
      ingress("{ path: /, pathType: Prefix, backend: { service: { name: a } } }"),
      "a.yaml:6: spec.rules[0].http.paths[0].backend.service.port: expected an object with a number or a name, but the field is missing",
    ],
  ])("%s", async (_, yaml, message) => {
    const text = await failure({ "a.yaml": yaml });
    expect(text).toBe(message);
  });

  test("a module that is no WebAssembly", async () => {
    const text = await failure({ "a.yaml": plugin('{ url: "file://a.wasm" }'), "a.wasm": "hello" });
    expect(text).toMatch(/^plugin "higress-system.mock-response" \(a\.wasm\) is not a WebAssembly module/);
  });

  test("a configuration that the plugin rejects", async () => {
    const yaml = plugin('{ url: "file://plugin.wasm", defaultConfig: { content: 7 } }');
    const text = await failure({ "a.yaml": yaml }, { plugins: { "mock-response": mockResponse } });
    expect(text).toContain("higress-system.mock-response");
    expect(text).toContain("content: expected string, got 7");
  });

  test("a path of --plugin that does not exist", async () => {
    expect(await failure({ "a.yaml": GOOD }, { plugins: { "mock-response": "/no/such.wasm" } })).toBe(
      "--plugin mock-response=/no/such.wasm: the path does not exist",
    );
  });

  test("a manifest that does not exist", async () => {
    expect(await failure({}, { files: ["/no/such.yaml"] })).toBe("-f /no/such.yaml: the file or folder does not exist");
  });

  test("a project whose build fails", async () => {
    const config = { extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"] };
    const text = await failure({ "asconfig.json": JSON.stringify(config) }, { files: [] });
    expect(text).toMatch(/build failed/);
  });

  test("a package.json that is no JSON", async () => {
    const files = { "asconfig.json": "{}", "package.json": '{ "name": ' };
    expect(await failure(files, { files: [] })).toMatch(/^package\.json: .*JSON/);
  });

  test.each(["port", "adminPort"] as const)("a %s that another program uses", async (option) => {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const text = await failure({ "a.yaml": GOOD }, { [option]: port, plugins: { "mock-response": mockResponse } });
    expect(text).toBe(
      `${option === "port" ? "port" : "admin port"} ${port} on 127.0.0.1 is in use; ` +
        `choose another one with ${option === "port" ? "--port" : "--admin-port"}`,
    );
    server.close();
  });
});

describe("dev starts with", () => {
  const start = (files: Readonly<Record<string, string>>) =>
    TestDev.start(files, { plugins: { "mock-response": mockResponse }, callLimitMs: 60_000 });

  test("kinds that it does not know, and names them", async () => {
    const other = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n";
    await using dev = await start({ "a.yaml": `${GOOD}${other}` });
    expect(dev.warnings).toEqual([`dev passes over the kind Deployment: default/web (${dev.folder}/a.yaml:6)`]);
  });

  test("documents in a folder that are no resources, and names them", async () => {
    const files = { "values.yaml": "image:\n  tag: 1\n", "data.json": "[1]", "package.json": "{}" };
    await using dev = await TestDev.start(
      { "a.yaml": `${GOOD}---\nother: 1\n`, ...files },
      { plugins: { "mock-response": mockResponse } },
    );
    expect((await dev.fetch("a.org", "/")).text).toBe("good");
    const where = ["a.yaml:6", "data.json:1", "values.yaml:1"];
    const passedOver = where.map(
      (one) => `dev passes over ${dev.folder}/${one}: the document has neither apiVersion nor kind`,
    );
    expect(dev.warnings).toEqual(passedOver);
  });

  test("no document without a resource that is named itself", async () => {
    expect(await failure({ "wasmplugin.yaml": "tag: 1\n" }, { files: [] })).toBe(
      "wasmplugin.yaml:1: apiVersion is missing",
    );
  });

  test("anchors and merges", async () => {
    const yaml = plugin(`
  defaultConfig: &base { mockEnable: true, content: base }
  matchRules:
    - domain: [a.org]
      config: { <<: *base, content: merged }
  url: oci://registry.example.com/mock-response:1`);
    await using dev = await start({ "a.yaml": yaml });
    expect((await dev.fetch("a.org", "/")).text).toBe("merged");
    expect((await dev.fetch("b.org", "/")).text).toBe("base");
  });

  test("a manifest of 5 MB", { timeout: 60_000 }, async () => {
    const rules = Array.from(
      { length: 40_000 },
      (_, i) =>
        `    - { domain: [host-${i}.example.com], config: { content: "content of the host number ${i}, ${"x".repeat(40)}" } }\n`,
    );
    const yaml = `${GOOD.trimEnd().replace(/^spec: .*$/m, "spec:\n  url: file://plugin.wasm")}\n  matchRules:\n${rules.join("")}`;
    expect(yaml.length).toBeGreaterThan(5_000_000);
    await using dev = await start({ "a.yaml": yaml });
    expect((await dev.fetch("host-39999.example.com", "/")).text).toMatch(/^content of the host number 39999/);
  });
});

describe("a running dev keeps its configuration when", () => {
  /** Makes a change that fails, and returns its message. */
  async function rejected(change: (dev: TestDev) => void): Promise<string> {
    await using dev = await TestDev.start({ "a.yaml": GOOD }, { plugins: { "mock-response": mockResponse } });
    expect((await dev.fetch("a.org", "/")).text).toBe("good");
    change(dev);
    await expect.poll(() => dev.failures.length, { timeout: 20_000 }).toBe(1);
    expect((await dev.fetch("a.org", "/")).text).toBe("good");
    // The next good change is taken.
    dev.write("a.yaml", GOOD.replace("good", "better"));
    await expect.poll(async () => (await dev.fetch("a.org", "/")).text, { timeout: 20_000 }).toBe("better");
    return (dev.failures[0] as Error).message.replaceAll(`${dev.folder}/`, "");
  }

  test("a manifest gets wrong", async () => {
    expect(await rejected((dev) => dev.write("a.yaml", "kind: [\n"))).toMatch(/^a\.yaml:\d: /);
  });

  test("a manifest is emptied, and the folder has no other", async () => {
    // An empty manifest describes no plugin. Requests would pass unguarded while an editor writes the file.
    await using dev = await TestDev.start({ "a.yaml": GOOD }, { plugins: { "mock-response": mockResponse } });
    const file = openSync(join(dev.folder, "a.yaml"), "w");
    for (const part of GOOD.replace("good", "slow").match(/[^]{1,40}/g)!) {
      writeSync(file, part);
      await sleep(15);
      expect((await dev.fetch("a.org", "/")).text).toMatch(/^(good|slow)$/);
    }
    closeSync(file);
    await expect.poll(async () => (await dev.fetch("a.org", "/")).text, { timeout: 20_000 }).toBe("slow");
    expect(dev.failures).toEqual([]);
  });

  test("a manifest in a folder is no resource any more", async () => {
    expect(await rejected((dev) => dev.write("a.yaml", "kin: 1\n"))).toBe("a.yaml:1: apiVersion is missing");
  });

  test("the plugin rejects a configuration", async () => {
    const message = await rejected((dev) => dev.write("a.yaml", GOOD.replace('"good"', "7")));
    expect(message).toContain("content: expected string, got 7");
  });

  test("a second manifest repeats a name", async () => {
    expect(
      await rejected((dev) => {
        dev.write("b.yaml", GOOD);
        setTimeout(() => writeFileSync(join(dev.folder, "b.yaml"), "# nothing\n"), 400);
      }),
    ).toMatch(/^b\.yaml:1: .*a\.yaml:1/);
  });
});

describe("a plugin that fails does not take the gateway down", () => {
  test.each([
    ["traps", "throw", 60_000, /thrown by the plugin/],
    ["hangs in a loop", "loop", 1000, /longer than 1000 ms/],
    ["takes all the memory it gets", "memory", 60_000, /unreachable/],
  ])("when it %s", async (_, trap, callLimitMs, message) => {
    const manifest = plugin('{ url: "file://plugin.wasm" }', "traps");
    await using dev = await TestDev.start({ "a.yaml": manifest }, { plugins: { traps }, callLimitMs });
    const failed = dev.fetch("a.org", "/", { headers: [["x-trap", trap]] });
    expect((await failed).status).toBe(503);
    // The next request gets a new VM.
    expect((await dev.fetch("a.org", "/")).status).toBe(200);
    const logged = dev.logs.filter(({ level }) => /error|critical/.test(level)).map((line) => line.message);
    expect(logged.join("\n")).toMatch(message);
    expect(dev.requests.map(({ status, plugin }) => [status, plugin])).toEqual([
      [503, "higress-system.traps"],
      [200, undefined],
    ]);
  });
});
