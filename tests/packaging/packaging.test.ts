import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { LARGEST } from "../support/sizes.js";
import { clone, inspect, outside, pluginFiles, write, listings } from "./project.js";
import { install, must, run } from "./run.js";
import { MISTAKES, NAMESPACE, pluginThat } from "./sources.js";

const ASSEMBLYSCRIPT = "0.28.20";
const TYPESCRIPTS = ["5.9.3", "6.0.3", "7.0.2"];
const STRICTER = ["noUncheckedIndexedAccess", "noUnusedLocals", "exactOptionalPropertyTypes", "noImplicitOverride"];

/** The exports that every host needs, and the callbacks of mock-response. */
const EXPORTS = [
  "proxy_abi_version_0_2_100",
  "proxy_abi_version_0_2_1",
  "malloc",
  "proxy_on_memory_allocate",
  "proxy_on_context_create",
  "proxy_on_configure",
  "proxy_on_request_headers",
  "proxy_on_delete",
  "memory",
  "_initialize",
];

const { folder: temporary, remove } = outside();
const typescripts = join(temporary, "typescripts");

/** The folder of a plugin, and the folder that has its node_modules. They can be the same. */
interface Project {
  plugin: string;
  root: string;
}

/** The project of docs/guide.md: the packed package in a folder of its own. */
async function tarballProject(tarball: string): Promise<Project> {
  const plugin = write(join(temporary, "tarball"), pluginFiles());
  await must(plugin, "npm", "init", "-y");
  await install(plugin, "-D", tarball, `assemblyscript@${ASSEMBLYSCRIPT}`, "typescript@7.0.2");
  return { plugin, root: plugin };
}

/** A plugin that is linked to the repository, as the examples are. */
async function linkedProject(): Promise<Project> {
  const plugin = write(join(temporary, "linked"), {
    ...pluginFiles(),
    "package.json": {
      name: "linked",
      private: true,
      devDependencies: { "as-proxy-wasm-sdk": `file:${packageRoot()}`, assemblyscript: ASSEMBLYSCRIPT },
    },
  });
  await install(plugin);
  return { plugin, root: plugin };
}

/** A plugin in a workspace. The root of the workspace has the dependencies. */
async function hoistedProject(tarball: string): Promise<Project> {
  const root = write(join(temporary, "workspace"), {
    "package.json": { name: "workspace", private: true, workspaces: ["packages/*"] },
  });
  const plugin = write(join(root, "packages", "my-plugin"), {
    ...pluginFiles(),
    "package.json": {
      name: "my-plugin",
      version: "1.0.0",
      devDependencies: { "as-proxy-wasm-sdk": `file:${tarball}`, assemblyscript: ASSEMBLYSCRIPT },
    },
  });
  await install(root);
  return { plugin, root };
}

let tarball: string;
const projects: Record<string, Project> = {};

beforeAll(async () => {
  tarball = inject("tarball");
  write(typescripts, { "package.json": { name: "typescripts", private: true } });
  await install(typescripts, ...TYPESCRIPTS.map((version) => `typescript-${version}@npm:typescript@${version}`));
  projects["tarball"] = await tarballProject(tarball);
  projects["linked"] = await linkedProject();
  projects["workspace"] = await hoistedProject(tarball);
});

afterAll(remove);

const project = (name: string): Project => projects[name]!;
/** The command of docs/guide.md. (In a workspace, npx runs a command in the workspace's folder, not in the current one.) */
const npxAsc = (plugin: string, target = "release") => run(plugin, "npx", "--no-install", "asc", "--target", target);
const asc = ({ plugin, root }: Project) =>
  run(plugin, process.execPath, join(root, "node_modules", "assemblyscript", "bin", "asc.js"), "--target", "release");
const tsc = (version: string, { plugin }: Pick<Project, "plugin">, ...flags: string[]) => {
  const command = join(typescripts, "node_modules", `typescript-${version}`, "bin", "tsc");
  return run(plugin, process.execPath, command, "-p", "assembly", ...flags);
};
/** Another plugin with the dependencies of a project, in a folder inside the project. */
const beside = ({ plugin, root }: Project, name: string, files: Record<string, string | object>): Project => ({
  plugin: write(join(plugin, name), files),
  root,
});

test("publint finds no fault in the packed package", async () => {
  const publint = await run(packageRoot(), "npx", "--no-install", "publint", "run", tarball, "--strict");
  expect(publint).toMatchObject({ status: 0 });
});

test("the package has the files that plugins need, and no others", async () => {
  const listed = (await must(temporary, "tar", "-tzf", tarball)).trim().split("\n");
  const names = listed.map((name) => name.replace(/^package\//, ""));
  const isSource = (name: string) => /^((types\/)?assembly\/.*\.ts|dist\/.*(\.js|\.d\.ts)|templates\/.*)$/.test(name);
  expect(names.filter((name) => !isSource(name)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "README.md",
    "asconfig.json",
    "index.ts",
    "package.json",
    "transform/abstract-classes.js",
    "transform/array-literals.js",
    "transform/callbacks.js",
    "transform/conditions.js",
    "transform/config/comments.js",
    "transform/config/descriptor.js",
    "transform/config/formats.js",
    "transform/config/index.js",
    "transform/config/mark.js",
    "transform/config/model.js",
    "transform/config/pattern-parser.js",
    "transform/config/pattern.js",
    "transform/config/ranges.js",
    "transform/config/schema.js",
    "transform/config/tags.js",
    "transform/config/types.js",
    "transform/config/values.js",
    "transform/entries.js",
    "transform/failure.js",
    "transform/function-texts.js",
    "transform/imports.js",
    "transform/index.js",
    "transform/inlining.js",
    "transform/json-as.js",
    "transform/made-classes.js",
    "transform/members.js",
    "transform/memory.js",
    "transform/messages.js",
    "transform/own-callbacks.js",
    "transform/pack-texts.js",
    "transform/parse-nodes.js",
    "transform/references.js",
    "transform/report.js",
    "transform/runtime.js",
    "transform/std-fixes.js",
    "transform/stream-state.js",
    "transform/syntax.js",
    "transform/traps.js",
    "transform/wiring.js",
    "tsconfig.json",
    "types/index.d.ts",
  ]);
  expect(names.filter((name) => /\.test\.|fixture/.test(name) && !name.startsWith("templates/"))).toEqual([]);
  expect(names).toEqual(
    expect.arrayContaining(["dist/testing/index.js", "dist/testing/index.d.ts", "dist/cli/index.js"]),
  );
  expect(new Set(names.flatMap((name) => /^dist\/(\w+)\//.exec(name)?.[1] ?? []))).toEqual(
    new Set([
      ...[
        "backtrace",
        "build",
        "cli",
        "create",
        "dev",
        "envoy",
        "gateway",
        "host",
        "manifest",
        "oci",
        "options",
        "spec",
      ],
      ...["terminal", "testing"],
    ]),
  );
  expect(names).toContain("assembly/globals.d.ts");
});

describe.each(["tarball", "linked", "workspace"])("a plugin outside of the repository, %s", (name) => {
  test("asc builds one module for all hosts, which exports only the callbacks that the plugin uses", async () => {
    const { plugin } = project(name);
    expect(await npxAsc(plugin)).toEqual({ status: 0, output: "" });
    const { exports, imports } = inspect(join(plugin, "build", "plugin.wasm"));
    expect(exports.sort()).toEqual([...EXPORTS].sort());
    expect(imports).not.toContain("env.abort");
    expect(imports.filter((it) => !it.startsWith("env.proxy_") && !it.startsWith("wasi_snapshot_preview1."))).toEqual(
      [],
    );
  });

  test.each(TYPESCRIPTS)("TypeScript %s reports no errors, also with strict settings", async (version) => {
    expect(await tsc(version, project(name))).toEqual({ status: 0, output: "" });
    expect(await tsc(version, project(name), ...STRICTER.map((flag) => `--${flag}`))).toEqual({
      status: 0,
      output: "",
    });
  });

  test("a plugin can have a configuration class", async () => {
    const [source] = listings("docs/configuration.md", "Configuration classes", "ts");
    const plugin = beside(project(name), "configuration-class", pluginFiles(source));
    expect(await asc(plugin)).toEqual({ status: 0, output: "" });
    const flags = STRICTER.map((flag) => `--${flag}`);
    for (const version of TYPESCRIPTS) expect(await tsc(version, plugin, ...flags)).toEqual({ status: 0, output: "" });
  });

  test("a plugin can import all names as a namespace", async () => {
    const plugin = beside(project(name), "namespace", pluginFiles(NAMESPACE));
    expect(await asc(plugin)).toEqual({ status: 0, output: "" });
    for (const version of TYPESCRIPTS) expect(await tsc(version, plugin)).toEqual({ status: 0, output: "" });
  });
});

test("`npx tsc -p assembly` from docs/guide.md reports no errors with the newest TypeScript", async () => {
  expect(await run(project("tarball").plugin, "npx", "tsc", "-p", "assembly")).toEqual({ status: 0, output: "" });
});

test.each(TYPESCRIPTS)("TypeScript %s reports each mistake in its line", async (version) => {
  const plugin = beside(project("tarball"), "mistakes", pluginFiles(MISTAKES));
  const expected = MISTAKES.split("\n").flatMap((line, i) => {
    const code = /\/\/ (TS\d+)$/.exec(line)?.[1];
    return code ? [`assembly/index.ts:${i + 1} ${code}`] : [];
  });
  const { status, output } = await tsc(version, plugin);
  const found = [...output.matchAll(/^(\S+)\((\d+),\d+\): error (TS\d+)/gm)].map(
    ([, file, line, code]) => `${file}:${line} ${code}`,
  );
  expect(found).toEqual(expected);
  expect(status).not.toBe(0);
});

test("a fresh clone builds an example after `npm install` in the example's folder", async () => {
  const root = await clone(join(temporary, "clone"));
  const plugin = join(root, "examples", "mock-response");
  await install(plugin);
  expect(await npxAsc(plugin)).toEqual({ status: 0, output: "" });
  const { exports, size } = inspect(join(plugin, "build", "plugin.wasm"));
  expect(exports.sort()).toEqual([...EXPORTS].sort());
  expect(size).toBeLessThanOrEqual(LARGEST["mock-response"]! * 1024);
  // A clone has no types/ folder: TypeScript uses the sources.
  expect(await run(plugin, "npm", "run", "--silent", "check")).toEqual({ status: 0, output: "" });
});

test("a debug build has the names of functions, a release build does not", async () => {
  const { plugin } = project("tarball");
  expect(await npxAsc(plugin, "debug")).toEqual({ status: 0, output: "" });
  expect(inspect(join(plugin, "build", "debug.wasm")).names).toContain("assembly/index/onRequestHeaders");
  expect(await npxAsc(plugin)).toEqual({ status: 0, output: "" });
  expect(inspect(join(plugin, "build", "plugin.wasm")).names).toBe("");
});

describe("error messages", () => {
  test("name the package if it is not installed", async () => {
    const plugin = write(join(temporary, "without"), pluginFiles());
    await must(plugin, "npm", "init", "-y");
    await install(plugin, "-D", `assemblyscript@${ASSEMBLYSCRIPT}`);
    const { status, output } = await npxAsc(plugin);
    expect(output).toContain("as-proxy-wasm-sdk/asconfig.json");
    expect(status).not.toBe(0);
    for (const version of TYPESCRIPTS) {
      const { status, output } = await tsc(version, { plugin });
      expect(output).toContain("as-proxy-wasm-sdk/tsconfig.json");
      expect(status).not.toBe(0);
    }
  });

  test("name the compiler if it is not installed", async () => {
    const root = write(join(temporary, "no-compiler"), pluginFiles());
    await must(root, "npm", "init", "-y");
    await install(root, "--legacy-peer-deps", "-D", tarball);
    for (const version of TYPESCRIPTS) {
      const { status, output } = await tsc(version, { plugin: root });
      expect(output).toContain("assemblyscript");
      expect(status).not.toBe(0);
    }
  });

  test("name the runtime that plugins need", async () => {
    const files = pluginFiles();
    const config = { ...JSON.parse(String(files["asconfig.json"])), options: { runtime: "incremental" } };
    const plugin = beside(project("linked"), "incremental", { ...files, "asconfig.json": config });
    const { status, output } = await asc(plugin);
    expect(output).toContain('as-proxy-wasm-sdk: "runtime" must be "minimal"');
    expect(output).not.toContain("    at ");
    expect(status).not.toBe(0);
  });

  test.each([
    ["process.exit(1);", "as-proxy-wasm-sdk: the plugin imports env.process.exit, which no proxy-wasm host provides"],
    ['process.stdout.write("x");', "assembly/index.ts(11,11)"],
  ])("point to the statement %s", async (statement, message) => {
    const plugin = beside(project("workspace"), "imports", pluginFiles(pluginThat(statement)));
    const { status, output } = await asc(plugin);
    expect(output).toContain(message);
    expect(output).not.toContain("    at ");
    expect(status).not.toBe(0);
    rmSync(plugin.plugin, { recursive: true });
  });
});
