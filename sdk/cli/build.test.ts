import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync, renameSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PLUGIN, PluginProject } from "../../tests/support/plugin-project.js";
import { packageRoot } from "../envoy/root.js";
import { poll } from "../envoy/wait.js";

const TSX = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const started: Running[] = [];
let project: PluginProject;

beforeAll(() => void (project = new PluginProject()));
afterEach(async () => {
  for (const one of started.splice(0)) one.child.kill("SIGKILL");
  project.write({ "assembly/index.ts": PLUGIN });
});
afterAll(() => project.remove());

/** The command as a process in the project's folder. */
class Running {
  out = "";
  err = "";
  readonly exit: Promise<number | string | null>;
  readonly child: ChildProcess;

  constructor(...args: string[]) {
    const index = join(packageRoot(), "sdk", "cli", "index.ts");
    this.child = spawn(process.execPath, ["--import", TSX, index, ...args], {
      ...{ cwd: project.folder, env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined } },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout!.setEncoding("utf8").on("data", (text: string) => (this.out += text));
    this.child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.err += text));
    this.exit = new Promise((resolve) => this.child.once("close", (code, signal) => resolve(code ?? signal)));
    started.push(this);
  }

  shows(text: string, times = 1): Promise<unknown> {
    const isShown = () => (this.out + this.err).split(text).length > times || undefined;
    return poll(60_000, `"${text}" is not in: ${this.out}${this.err}`, isShown);
  }

  /** The ids of the processes that the command has started. */
  get children(): number[] {
    const { pid } = this.child;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  }
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const vanishes = (pid: number) => poll(30_000, `the process ${pid} is left`, () => !isAlive(pid) || undefined);

test("prints the module with its size, and what has changed since the last build", async () => {
  const first = new Running("build");
  expect(await first.exit).toBe(0);
  expect(first.out).toMatch(/^build\/plugin\.wasm {2}\d+\.\d KB, gzip \d+\.\d KB, \d+\.\d s\n$/);
  expect(first.err).toBe("");
  const second = new Running("build", ".");
  expect(await second.exit).toBe(0);
  expect(second.out).toMatch(/^build\/plugin\.wasm {2}\d+\.\d KB \(same size\), gzip/);
});

test("prints errors with their source lines to standard error, and ends with exit code 1", async () => {
  project.write({ "assembly/index.ts": `${PLUGIN}const a: i32 = "text";\n` });
  const build = new Running("build", "--debug");
  expect(await build.exit).toBe(1);
  expect([build.out, build.err]).toEqual([
    "",
    `assembly/index.ts:8:16  error TS2322: Type '~lib/string/String' is not assignable to type 'i32'.

  8 | const a: i32 = "text";
    |                ~~~~~~

the build failed with 1 error
`,
  ]);
});

test("--watch builds again after each change, also of files in new folders", async () => {
  const watch = new Running("build", "--debug", "--watch");
  const waiting = (times: number) => watch.shows("waiting for a change", times);
  await waiting(1);
  project.write({ "assembly/index.ts": `import { text } from "./deep/text";\n${PLUGIN.replace('"small"', "text")}` });
  await waiting(2);
  await watch.shows("File 'assembly/deep/text.ts' not found.");
  project.write({ "assembly/deep/text.ts": 'export const text = "a";' });
  await waiting(3);
  project.write({ "assembly/deep/text.ts.tmp": "export const text = 1;" });
  renameSync(project.path("assembly/deep/text.ts.tmp"), project.path("assembly/deep/text.ts"));
  await waiting(4);
  await watch.shows("error TS2322");
  project.write({ "assembly/deep/text.ts": 'export const text = "b";' });
  await waiting(5);
  expect(watch.out.match(/build\/debug\.wasm/g)).toHaveLength(3);
  const [compiler] = watch.children;
  watch.child.kill("SIGINT");
  expect(await watch.exit).toBe(130);
  await vanishes(compiler!);
});

describe.skipIf(!existsSync("/proc/self/task"))("no process is left", () => {
  test.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("after %s during a build", async (signal) => {
    const build = new Running("build");
    const [compiler] = await poll(30_000, "no compiler", () =>
      build.children.length > 0 ? build.children : undefined,
    );
    build.child.kill(signal);
    expect(await build.exit).toBe({ SIGINT: 130, SIGTERM: 143, SIGKILL: "SIGKILL" }[signal]);
    await vanishes(compiler!);
    expect(build.err).toBe("");
  });
});

test("a reader that closes the pipe ends the command without an error", async () => {
  const help = new Running("help");
  help.child.stdout!.destroy();
  expect(await help.exit).toBe(0);
  expect(help.err).toBe("");
});
