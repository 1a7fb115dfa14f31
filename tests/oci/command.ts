import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { main } from "../../sdk/cli/main.js";
import { packageRoot } from "../../sdk/envoy/root.js";
import { buildPlugin } from "../support/build.js";
import { temporaryFolder } from "../support/temporary.js";

/** What a command has printed, and its exit code. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  folder: string;
  input?: string;
  env?: Readonly<Record<string, string>>;
}

/** Neither the user's Docker configuration nor the user's cache. */
function ownVariables(folder: string): Record<string, string> {
  return { DOCKER_CONFIG: join(folder, "docker"), XDG_CACHE_HOME: join(folder, "cache"), NO_COLOR: "1" };
}

/** Starts a program without the user's Docker configuration and cache. */
export function start(program: string, args: readonly string[], { folder, input, env }: CommandOptions): ChildProcess {
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...ownVariables(folder), ...env } });
  child.stdin.end(input ?? "");
  return child;
}

/** Waits for a program, and collects its output. */
export async function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]!.on("data", (chunk: Buffer) => (output[name] += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, ...output };
}

/** Starts as-proxy-wasm in a folder, as a process of its own. */
export function startCommand(args: readonly string[], options: CommandOptions): ChildProcess {
  const root = packageRoot();
  const tsx = join(root, "node_modules", "tsx", "dist", "esm", "index.mjs");
  const program = join(root, "sdk", "cli", "index.ts");
  return start(process.execPath, ["--import", tsx, program, ...args], options);
}

/** Runs as-proxy-wasm in this process, in a folder. Processes take a second to start. */
export async function command(args: readonly string[], { folder, env }: Omit<CommandOptions, "input">): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  const add = (name: keyof typeof output) => (text: unknown) => void (output[name] += `${String(text)}\n`);
  const spies = [
    vi.spyOn(console, "log").mockImplementation(add("stdout")),
    vi.spyOn(console, "error").mockImplementation(add("stderr")),
    vi.spyOn(process.stdout, "write").mockImplementation((text) => ((output.stdout += String(text)), true)),
  ];
  const variables = { ...ownVariables(folder), ...env };
  const before = { folder: process.cwd(), variables: Object.keys(variables).map((name) => [name, process.env[name]]) };
  try {
    process.chdir(folder);
    Object.assign(process.env, variables);
    return { code: await main(args), ...output };
  } finally {
    process.chdir(before.folder);
    for (const [name, value] of before.variables) {
      if (value === undefined) delete process.env[name!];
      else process.env[name!] = value;
    }
    for (const spy of spies) spy.mockRestore();
  }
}

/** Makes a folder with a plugin that is built. */
export async function pluginFolder(): Promise<{ folder: string; module: string }> {
  const folder = temporaryFolder();
  const built = await buildPlugin(join(packageRoot(), "examples/mock-response"));
  mkdirSync(join(folder, "build"));
  const module = join(folder, "build", "plugin.wasm");
  copyFileSync(built, module);
  writeFileSync(join(folder, "package.json"), '{ "name": "mock", "version": "1.2.3", "license": "MIT" }');
  return { folder, module };
}
