import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { outside, pack, pluginFiles, pluginTest, write } from "./project.js";
import { install, must, run } from "./run.js";

const { folder: temporary, remove } = outside();
// The path has spaces and a letter that is not ASCII: a file URL encodes them.
const project = join(temporary, "a mia é", "project");

/** A test that fails. */
const FAILING = `
import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, test } from "vitest";
test("fails", async () => {
  const plugin = await startPlugin({ config: { content: "hello" } });
  expect((await plugin.fetch("/")).status).toBe(404);
});
`;

beforeAll(async () => {
  const tarball = await pack(join(temporary, "packed"));
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  write(project, { ...pluginFiles(), "plugin.test.ts": pluginTest() });
  await must(project, "npm", "init", "-y");
  await must(project, "npm", "pkg", "set", "type=module");
  const tools = ["assemblyscript", "typescript", "vitest", "@types/node"];
  await install(project, "-D", tarball, ...tools.map((name) => `${name}@${devDependencies[name]}`));
  await must(project, "npx", "--no-install", "asc", "--target", "debug");
});
afterAll(remove);

test("the README's test passes in a project outside of the repository", async () => {
  const { status, output } = await run(project, "npx", "--no-install", "vitest", "run");
  expect(output).toMatch(/Tests {2}2 passed/);
  expect(status).toBe(0);
});

test("the types of the test kit and its matchers have no errors, also with skipLibCheck off", async () => {
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--types", "node"];
  const { status, output } = await run(project, "npx", "--no-install", "tsc", ...flags, "plugin.test.ts");
  expect(output.split("\n").filter((line) => /as-proxy-wasm-sdk|^plugin/.test(line))).toEqual([]);
  expect([status, output]).toEqual([0, ""]);
});

test("a misspelled matcher is a type error", async () => {
  const wrong = pluginTest().replace("toHaveReachedUpstream", "toHaveReachedUpstrem");
  write(project, { "wrong.ts": wrong });
  const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];
  const { output } = await run(project, "npx", "--no-install", "tsc", ...flags, "wrong.ts");
  expect(output).toMatch(/^wrong\.ts\(\d+,\d+\): error TS2551: .*toHaveReachedUpstream/);
});

test("the message of a failed test has the plugin's timeline", async () => {
  write(project, { "failing/failing.test.ts": FAILING });
  const { status, output } = await run(project, "npx", "--no-install", "vitest", "run", "failing");
  expect(output).toContain("What happened, in order:");
  expect(output).toContain('send_local_response(200, "", "hello", []) → Ok');
  expect(status).toBe(1);
});

test("the stack of a rejected configuration has no frames of the test kit", async () => {
  const test = FAILING.replace('"hello"', "1");
  write(project, { "rejected/rejected.test.ts": test });
  const { output } = await run(project, "npx", "--no-install", "vitest", "run", "rejected");
  expect(output).toContain("content: expected string, got number");
  const frames = output.split("\n").filter((line) => line.startsWith(" ❯ ") && !line.includes("("));
  expect(frames).toEqual([expect.stringMatching(/^ ❯ rejected\/rejected\.test\.ts:\d+:\d+$/)]);
});

test("the package has the command as-proxy-wasm", async () => {
  const { status, output } = await run(project, "npx", "--no-install", "as-proxy-wasm", "explain", "package.json");
  expect(JSON.parse(output)).toMatchObject({ name: "project" });
  expect(status).toBe(0);
});

test("a plugin builds and runs without vitest, an optional peer dependency", async () => {
  const plugin = write(join(temporary, "without"), pluginFiles());
  await must(plugin, "npm", "init", "-y");
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  await install(plugin, "-D", await pack(join(temporary, "again")), `assemblyscript@${devDependencies.assemblyscript}`);
  expect(await run(plugin, "npx", "--no-install", "asc", "--target", "debug")).toEqual({ status: 0, output: "" });
  expect(await must(plugin, "npm", "ls", "--all", "--parseable")).not.toContain("vitest");
  const script = `
    import { startPlugin } from "as-proxy-wasm-sdk/testing";
    const plugin = await startPlugin({ config: { content: "hello" } });
    console.log((await plugin.fetch("/")).body);`;
  write(plugin, { "try.mjs": script });
  expect(await must(plugin, process.execPath, "try.mjs")).toBe("hello\n");
});
