import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { createProject, TEMPLATES } from "../../sdk/create/index.js";
import { packageRoot } from "../../sdk/envoy/index.js";
import { HOST, WASI } from "../../transform/imports.js";
import { buildPlugin } from "../support/build.js";

// Projects inside of the repository find its node_modules. tests/packaging creates them outside, from the packed package.
const FOLDER = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-templates");
const TEMPLATE_NAMES = Object.keys(TEMPLATES);

const nameOf = (template: string) => `a-${template}`;
const pathOf = (template: string, file: string) => join(FOLDER, nameOf(template), file);
const read = (template: string, file: string) => readFileSync(pathOf(template, file), "utf8");

/** The files of each project. */
const written = new Map<string, string[]>();

beforeAll(async () => {
  rmSync(FOLDER, { recursive: true, force: true });
  for (const template of TEMPLATE_NAMES) {
    const name = nameOf(template);
    written.set(template, createProject({ folder: join(FOLDER, name), name, template, sdk: "^0.1.0" }));
  }
  const builds = TEMPLATE_NAMES.map(async (template) => {
    const wasm = await buildPlugin(join(FOLDER, nameOf(template)));
    mkdirSync(pathOf(template, "build"));
    copyFileSync(wasm, pathOf(template, "build/plugin.wasm"));
  });
  await Promise.all(builds);
});

test("the tests of every template pass", async () => {
  const { status, output } = await vitest();
  expect(output).toContain(`Test Files  ${TEMPLATE_NAMES.length} passed (${TEMPLATE_NAMES.length})`);
  expect(status).toBe(0);
});

describe.each(TEMPLATE_NAMES)("the template %s", (template) => {
  test("imports only functions that every stock Envoy provides", () => {
    const module = new WebAssembly.Module(new Uint8Array(readFileSync(pathOf(template, "build/plugin.wasm"))));
    const imports = WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`);
    expect(imports).not.toEqual([]);
    expect(imports.filter((it) => !HOST.has(it) && !WASI.has(it))).toEqual([]);
  });

  test("pins the versions that this repository tests", () => {
    const { devDependencies } = JSON.parse(read(template, "package.json"));
    const root = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
    const { "as-proxy-wasm-sdk": sdk, ...tools } = devDependencies;
    expect(sdk).toBe("^0.1.0");
    expect(root.devDependencies).toMatchObject(tools);
    expect(Object.keys(tools).sort()).toEqual(["assemblyscript", "typescript", "vitest"]);
  });

  test("pins the actions of the CI workflow that this repository pins", () => {
    const own = readFileSync(join(packageRoot(), ".github", "workflows", "ci.yml"), "utf8");
    const actions = read(template, ".github/workflows/ci.yml").match(/uses: .*/g) ?? [];
    expect(actions).toHaveLength(2);
    for (const action of actions) expect(own).toContain(action);
  });

  test("has a manifest with the project's name, a default and a rule, whose Ingress exists", () => {
    const plugin = parse(read(template, "wasmplugin.yaml"));
    expect(plugin).toMatchObject({
      apiVersion: "extensions.higress.io/v1alpha1",
      kind: "WasmPlugin",
      metadata: { name: nameOf(template), namespace: "higress-system" },
      spec: { url: `oci://registry.example.com/${nameOf(template)}:0.1.0`, defaultConfig: expect.any(Object) },
    });
    const resources = parseAllDocuments(read(template, "ingress.yaml")).map((document) => document.toJS());
    const named = resources.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(plugin.spec.matchRules.map((rule: object) => Object.keys(rule))).toEqual([["ingress", "config"]]);
    for (const name of plugin.spec.matchRules[0].ingress) expect(named).toContain(`Ingress ${name}`);
  });

  test("contains no path that only this repository has, and no placeholder", () => {
    const foreign =
      /my-plugin|<!--|\.\.\/|(?<!proxy-wasm-)\b(sdk|docs|examples|templates|tests)\/|\/(work|tmp|root)\//g;
    const found = written.get(template)!.map((file) => [file, ...(read(template, file).match(foreign) ?? [])]);
    expect(found.filter(([, ...words]) => words.length > 0)).toEqual([]);
  });
});

/** Runs vitest on all projects, with the sources of the test kit. */
function vitest(): Promise<{ status: number | null; output: string }> {
  const command = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
  const config = join(packageRoot(), "tests", "templates", "vitest.config.ts");
  const args = [command, "run", "--root", FOLDER, "--config", config];
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const read = (text: string) => (output += text);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("close", (status) => done({ status, output: stripVTControlCharacters(output) }));
  });
}
