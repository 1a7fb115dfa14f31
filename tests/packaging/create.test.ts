import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { TEMPLATES } from "../../sdk/create/index.js";
import { packageRoot } from "../../sdk/envoy/index.js";
import { inspect, outside, pack, write } from "./project.js";
import { install, must, run } from "./run.js";
import { onTerminal } from "./terminal.js";

const { folder: temporary, remove } = outside();
const [first, ...others] = Object.keys(TEMPLATES) as [string, ...string[]];
const projectOf = (template: string) => join(temporary, `a-${template}`);
const npx = (folder: string, ...args: string[]) => run(folder, "npx", "--no-install", ...args);

let tarball: string;

beforeAll(async () => {
  tarball = inject("tarball");
  // The first project is created without an installed SDK.
  const create = ["as-proxy-wasm", "create", `a-${first}`, "--template", first];
  await must(temporary, "npx", "--yes", "--package", tarball, ...create);
  await install(projectOf(first));
  for (const template of others) {
    const created = await npx(projectOf(first), "as-proxy-wasm", "create", `../a-${template}`, "--template", template);
    expect(created).toMatchObject({ status: 0 });
    // All projects have the same dependencies.
    symlinkSync(join(projectOf(first), "node_modules"), join(projectOf(template), "node_modules"));
  }
});
afterAll(remove);

describe.each([first, ...others])("a project from the template %s, outside of the repository", (template) => {
  const project = projectOf(template);

  test("names the packed SDK that created it", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
    expect(devDependencies["as-proxy-wasm-sdk"]).toBe(`file:${relative(project, tarball)}`);
  });

  test("builds a small module for the gateway with `npm run build`", async () => {
    expect(await run(project, "npm", "run", "--silent", "build")).toMatchObject({ status: 0 });
    const { size, names } = inspect(join(project, "build", "plugin.wasm"));
    expect(size).toBeLessThan(64 * 1024);
    expect(names).toBe("");
  });

  test("builds the debug module, and passes its own tests, with `npm test`", async () => {
    const { status, output } = await run(project, "npm", "test", "--silent");
    expect(output).toMatch(/Test Files {2}1 passed \(1\)/);
    expect(status).toBe(0);
    expect(inspect(join(project, "build", "debug.wasm")).names).toContain("assembly/index/onRequestHeaders");
  });

  test("has no type errors, in the plugin and in the tests", async () => {
    expect(await run(project, "npm", "run", "--silent", "check")).toEqual({ status: 0, output: "" });
  });

  test("commits no generated files", async () => {
    await must(project, "git", "init", "--quiet");
    const committed = (await must(project, "git", "ls-files", "--others", "--exclude-standard")).trim().split("\n");
    expect(committed.filter((file) => /^(build|node_modules)\b/.test(file))).toEqual([]);
    expect(committed).toContain(".github/workflows/ci.yml");
  });
});

describe("create-as-proxy-wasm", () => {
  const manifest = join(packageRoot(), "packages", "create", "package.json");

  test("has the version, the licence and the prompts of the SDK", () => {
    const root = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
    const { version, license, engines, dependencies } = JSON.parse(readFileSync(manifest, "utf8"));
    const { "@clack/prompts": prompts } = root.dependencies;
    expect({ version, license, engines, dependencies }).toEqual({
      version: root.version,
      license: root.license,
      engines: root.engines,
      dependencies: { "@clack/prompts": prompts },
    });
  });

  let packed: string;

  beforeAll(async () => {
    packed = await pack(join(temporary, "packed"), join(packageRoot(), "packages", "create"));
  });

  test("creates the same project as the SDK's command, without the SDK", async () => {
    const tool = write(join(temporary, "tool"), { "package.json": { name: "tool", private: true } });
    await install(tool, packed);
    expect(existsSync(join(tool, "node_modules", "as-proxy-wasm-sdk"))).toBe(false);
    const project = join(tool, "a-auth");
    const { status, output } = await npx(tool, "create-as-proxy-wasm", "a-auth", "-t", "auth", "--sdk", tarball);
    expect(output).toContain("\nNext:\n  cd a-auth\n  npm install\n  npx as-proxy-wasm dev\n");
    expect(status).toBe(0);
    for (const file of filesOf(project).filter((file) => file !== "package.json")) {
      expect(readFileSync(join(project, file), "utf8")).toBe(readFileSync(join(projectOf("auth"), file), "utf8"));
    }
    expect(filesOf(project)).toContain(".gitignore");
    // Without --sdk, the project gets the SDK of the same version.
    expect(await npx(tool, "create-as-proxy-wasm", "b", "--yes")).toMatchObject({ status: 0 });
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    const { devDependencies } = JSON.parse(readFileSync(join(tool, "b", "package.json"), "utf8"));
    expect(devDependencies["as-proxy-wasm-sdk"]).toBe(`^${version}`);
  });

  test("publint finds no fault", async () => {
    const publint = await run(packageRoot(), "npx", "--no-install", "publint", "run", packed, "--strict");
    expect(publint).toMatchObject({ status: 0 });
  });
});

describe("on a terminal", () => {
  const command = join(projectOf(first), "node_modules", ".bin", "as-proxy-wasm");

  test("create asks for the name and the template", async () => {
    const folder = write(join(temporary, "asked"), {});
    const answers: [string, string][] = [
      ["Name of the plugin", "My Plugin\r"],
      ['try "my-plugin"', "\x7f".repeat(9) + "asked\r"],
      ["Template", "\x1b[B\x1b[B\r"],
    ];
    const { status, output } = await onTerminal(folder, answers, command, "create");
    expect(output).toContain("Created asked from the template auth: ");
    expect(status).toBe(0);
    expect(existsSync(join(folder, "asked", "package.json"))).toBe(true);
  });

  test("create writes nothing when the user cancels", async () => {
    const folder = write(join(temporary, "cancelled"), {});
    const { status, output } = await onTerminal(folder, [["Template", "\x03"]], command, "create", "foo");
    expect(output).toContain("as-proxy-wasm create: cancelled; nothing was written");
    expect(status).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("create asks nothing if all values are given", async () => {
    const folder = write(join(temporary, "given"), {});
    const { status, output } = await onTerminal(folder, [], command, "create", "foo", "--template", "body");
    expect(output).toMatch(/^Created foo from the template body: /);
    expect(status).toBe(0);
  });
});

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
