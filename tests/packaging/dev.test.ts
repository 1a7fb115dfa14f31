// The first minutes of a user: create, npm install, dev, curl. The two minutes of the README are not asserted here.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { request } from "../support/http.js";
import { outside } from "./project.js";
import { environment, install, must } from "./run.js";
import { onTerminal } from "./terminal.js";

const { folder, remove } = outside();
const project = join(folder, "my-plugin");
const command = join(project, "node_modules", ".bin", "as-proxy-wasm");
let child: ChildProcess | undefined;

beforeAll(async () => {
  const create = ["as-proxy-wasm", "create", "my-plugin", "--template", "mock-response"];
  await must(folder, "npx", "--yes", "--package", inject("tarball"), ...create);
  await install(project);
});
afterAll(() => {
  child?.kill("SIGKILL");
  remove();
});

/** Starts `dev`, and returns its output so far as a function, and a function that waits for a text in the output. */
function dev(...args: string[]) {
  let output = "";
  const own = spawn(command, ["dev", "--port", "0", "--admin-port", "0", ...args], {
    ...{ cwd: project, env: environment(), stdio: ["ignore", "pipe", "pipe"] },
  });
  child = own;
  for (const stream of [own.stdout!, own.stderr!]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const shows = (pattern: RegExp) =>
    expect
      .poll(() => output, { timeout: 60_000, interval: 50 })
      .toMatch(pattern)
      .then(() => pattern.exec(output)!);
  return { own, shows };
}

test("dev serves a new project, follows its source, and ends with Ctrl-C", async () => {
  const { own, shows } = dev();
  const [, port] = await shows(/listening on http:\/\/127\.0\.0\.1:(\d+) \(Node gateway\)/);
  const get = async (host: string) => (await request(Number(port), { headers: [["host", host]] })).text;
  expect(await get("foo.example.com")).toBe("hello foo\n");
  expect(await get("other.example.com")).toBe("hello\n");
  await shows(/GET other\.example\.com\/ 200 \S+ ms by my-plugin/);

  const source = join(project, "assembly", "index.ts");
  const text = readFileSync(source, "utf8");
  writeFileSync(source, `${text}\nlet wrong: i32 = "text";\n`);
  await shows(/assembly\/index\.ts:\d+:\d+.*error[^]*the previous configuration stays in force/);
  expect(await get("other.example.com")).toBe("hello\n");
  writeFileSync(source, text.replace(/^function onRequestHeaders/m, "// A comment.\n$&"));
  await shows(/reloaded/);
  expect(await get("other.example.com")).toBe("hello\n");

  own.kill("SIGINT");
  expect(await once(own, "exit")).toEqual([0, null]);
  await shows(/the previous configuration stays in force[^]*reloaded/);
});

test("the keys of dev work on a terminal", async () => {
  const keys: [string, string][] = [
    ["q quit", "p"],
    ["built from .", "u"],
    ["curl -i -H 'host: foo.example.com'", "l"],
    ["log level: warn", "r"],
    ["build/debug.wasm", "q"],
  ];
  const { status, output } = await onTerminal(project, keys, command, "dev", "--port", "0", "--admin-port", "0");
  expect(output).toContain("r rebuild · u urls · p plugins · l log level · q quit");
  expect(output).toContain("log level: warn");
  expect(status).toBe(0);
});
