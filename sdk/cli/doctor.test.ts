import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { PluginProject } from "../../tests/support/plugin-project.js";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { packageRoot } from "../envoy/root.js";
import { machineChecks, nodeCheck } from "./doctor-machine.js";
import { projectChecks } from "./doctor-project.js";

afterEach(() => vi.unstubAllEnvs());

/** A folder outside this repository, with packages of these versions. */
function outside(versions: Readonly<Record<string, string>>, base = "as-proxy-wasm-sdk/asconfig.json"): string {
  const folder = temporaryFolder();
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  write("asconfig.json", JSON.stringify({ extends: base, entries: ["assembly/index.ts"] }));
  for (const [name, version] of Object.entries(versions)) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version }));
  }
  write("node_modules/as-proxy-wasm-sdk/asconfig.json", "{}");
  return folder;
}

const brief = async (folder: string) =>
  (await projectChecks(folder)).map(({ found, mend, name, result }) =>
    [result, name, found, mend].filter(Boolean).join(" | "),
  );

test("a project that has everything is ok", async () => {
  const project = new PluginProject({ "package.json": "{}" });
  const checks = await projectChecks(project.folder);
  project.remove();
  expect(checks.map(({ name, result }) => `${name} ${result}`)).toEqual(
    ["project", "package.json", "as-proxy-wasm-sdk", "assemblyscript", "vitest", "typescript"].map(
      (name) => `${name} ok`,
    ),
  );
});

test("names what is missing in a project, with the command that mends it", async () => {
  const folder = outside({ "as-proxy-wasm-sdk": "0.1.0", assemblyscript: "0.27.1", vitest: "2.0.0" });
  expect(await brief(folder)).toEqual([
    `ok | project | ${folder}`,
    "warn | package.json | the folder has no package.json | npm init -y",
    "ok | as-proxy-wasm-sdk | 0.1.0",
    "fail | assemblyscript | 0.27.1; this SDK works with ~0.28.20 | npm install -D 'assemblyscript@~0.28.20'",
    "warn | vitest | 2.0.0; this SDK works with >=3.2 | npm install -D 'vitest@>=3.2'",
    "warn | typescript | not installed; the check of types needs it | npm install -D 'typescript@>=5.9'",
  ]);
});

test("names the package that asconfig.json extends, and a compiler that is not installed", async () => {
  const [project, , , assemblyscript] = await brief(outside({}, "none/asconfig.json"));
  expect(project).toBe(
    'fail | project | "extends": cannot find "none/asconfig.json": the package is not installed | npm install',
  );
  expect(assemblyscript).toBe("fail | assemblyscript | not installed | npm install -D 'assemblyscript@~0.28.20'");
});

test("names two copies of the SDK", async () => {
  const root = outside({ "as-proxy-wasm-sdk": "0.1.0" });
  const inner = join(root, "packages", "one");
  mkdirSync(join(inner, "node_modules"), { recursive: true });
  symlinkSync(packageRoot(), join(inner, "node_modules", "as-proxy-wasm-sdk"));
  writeFileSync(join(inner, "asconfig.json"), '{"extends": "as-proxy-wasm-sdk/asconfig.json"}');
  const found = (await brief(inner)).find((line) => line.includes("copies"));
  expect(found).toBe(
    `warn | as-proxy-wasm-sdk | 2 copies: ${packageRoot()}, ${join(root, "node_modules", "as-proxy-wasm-sdk")} | remove all but one, then npm install`,
  );
});

test("a folder without an asconfig.json is no project", async () => {
  const folder = temporaryFolder();
  expect(await brief(folder)).toEqual([
    `warn | project | ${folder} has no asconfig.json, so it is not the folder of a plugin | npx as-proxy-wasm create my-plugin`,
  ]);
  expect((await brief(join(folder, "none")))[0]).toBe(
    `fail | project | the folder ${join(folder, "none")} does not exist`,
  );
});

test.each([
  ["20.19.0", "ok"],
  ["22.0.0", "ok"],
  ["20.18.3", "fail"],
  ["18.20.0", "fail"],
])("Node.js %s is %s", (version, result) => {
  expect(nodeCheck(version).result).toBe(result);
});

test("an Envoy of ENVOY_PATH that cannot be used fails, and a machine without Python warns", async () => {
  vi.stubEnv("ENVOY_PATH", "/none/envoy");
  vi.stubEnv("PATH", "/none");
  const checks = new Map((await machineChecks()).map((one) => [one.name, one]));
  expect(checks.get("Envoy")).toMatchObject({
    result: "fail",
    found: "ENVOY_PATH=/none/envoy: the file does not exist",
  });
  expect(checks.get("Python")).toMatchObject({ result: "warn", mend: "apt install python3 python3-venv" });
  expect(checks.get("Docker")!.found).toMatch(/^not installed/);
});
