import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { request } from "../support/http.js";
import { outside, pluginFiles, pluginTest, write } from "./project.js";
import { environment, install, must, run } from "./run.js";

const { folder: temporary, remove } = outside();
// The path has spaces and a letter that is not ASCII: a file URL encodes them.
const project = join(temporary, "a mia é", "project");

/** A test that fails. */
const FAILING = `
import { startPlugin } from "as-proxy-wasm-sdk/testing";
import { expect, inject, test } from "vitest";
test("fails", async () => {
  const plugin = await startPlugin({ config: { content: "hello" } });
  expect((await plugin.fetch("/")).status).toBe(404);
});
`;

beforeAll(async () => {
  const tarball = inject("tarball");
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
  expect(output).toContain("content: expected string, got 1");
  const frames = output.split("\n").filter((line) => line.startsWith(" ❯ ") && !line.includes("("));
  expect(frames).toEqual([expect.stringMatching(/^ ❯ rejected\/rejected\.test\.ts:\d+:\d+$/)]);
});

describe("the command as-proxy-wasm", () => {
  const command = (...args: string[]) => run(project, "npx", "--no-install", "as-proxy-wasm", ...args);

  test("explain reads a log", async () => {
    const { status, output } = await command("explain", "package.json");
    expect(JSON.parse(output)).toMatchObject({ name: "project" });
    expect(status).toBe(0);
  });

  test("build writes the module for gateways", async () => {
    const { status, output } = await command("build");
    expect(output).toMatch(/^build\/plugin\.wasm {2}\d+\.\d KB, gzip \d+\.\d KB, \d+\.\d s\n$/);
    expect(status).toBe(0);
  });

  test("test builds the debug module, and ends with vitest's exit code", async () => {
    const passing = await command("test", "plugin.test.ts", "--reporter", "verbose");
    expect(passing.output).toMatch(/^build\/debug\.wasm {2}[^]* ✓ plugin\.test\.ts > [^]*Tests {2}2 passed/);
    expect(passing.status).toBe(0);
    write(project, { "failing/failing.test.ts": FAILING });
    const failing = await command("test", "--no-build", "failing");
    expect(failing.output).not.toContain("build/debug.wasm  ");
    expect(failing.status).toBe(1);
  });

  test("doctor finds nothing that fails", async () => {
    const { status, output } = await command("doctor");
    expect(output.split("\n").filter((line) => line.startsWith("fail"))).toEqual([]);
    expect(output).toMatch(/^ok +project +\//);
    expect(status).toBe(0);
  });

  test("gateway serves the module, and ends with a signal", async () => {
    const args = ["--wasm", "build/debug.wasm", "--config", '{"content":"served"}', "--port", "0"];
    const child = spawn(join(project, "node_modules", ".bin", "as-proxy-wasm"), ["gateway", ...args], {
      ...{ cwd: project, env: environment(), stdio: ["ignore", "pipe", "inherit"] },
    });
    const ended = once(child, "close");
    let output = "";
    child.stdout!.setEncoding("utf8").on("data", (text) => (output += text));
    const address = () => /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
    await expect.poll(address, { timeout: 30_000 }).toBeDefined();
    expect((await request(Number(address()), {})).text).toBe("served");
    child.kill("SIGINT");
    expect(await ended).toEqual([0, null]);
  });
});

test("a plugin builds and runs without vitest, an optional peer dependency", async () => {
  const plugin = write(join(temporary, "without"), pluginFiles());
  await must(plugin, "npm", "init", "-y");
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  await install(plugin, "-D", inject("tarball"), `assemblyscript@${devDependencies.assemblyscript}`);
  expect(await run(plugin, "npx", "--no-install", "asc", "--target", "debug")).toEqual({ status: 0, output: "" });
  expect(await must(plugin, "npm", "ls", "--all", "--parseable")).not.toContain("vitest");
  const script = `
    import { startPlugin } from "as-proxy-wasm-sdk/testing";
    const plugin = await startPlugin({ config: { content: "hello" } });
    console.log((await plugin.fetch("/")).body);`;
  write(plugin, { "try.mjs": script });
  expect(await must(plugin, process.execPath, "try.mjs")).toBe("hello\n");
  const tests = await run(plugin, "npx", "--no-install", "as-proxy-wasm", "test");
  const message = `as-proxy-wasm test: vitest is not installed in ${plugin}; run: npm install -D vitest\n`;
  expect(tests).toEqual({ status: 1, output: message });
});
