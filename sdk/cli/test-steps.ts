import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { resolveFrom } from "../build/index.js";
import { buildOnce, buildOnChange } from "./build-steps.js";

export interface TestOptions {
  /** The arguments for vitest. */
  args: string[];
  isWatch: boolean;
  isBuild: boolean;
}

/** The part of `vitest/node` that the command uses. */
interface VitestApi {
  parseCLI(argv: string[]): { filter: string[]; options: object };
  startVitest(mode: "test", filter: string[], options: object, vite: object): Promise<{ close(): Promise<void> }>;
}

/** Builds the debug module of the current folder and runs its tests. Returns the exit code. */
export async function runTests({ args, isWatch, isBuild }: TestOptions): Promise<number> {
  const folder = process.cwd();
  const vitest = resolveFrom(folder, "vitest/package.json");
  if (vitest === undefined) throw new Error(`vitest is not installed in ${folder}; run: npm install -D vitest`);
  if (isWatch) return watchTests(folder, args, isBuild);
  const code = isBuild ? await buildOnce(folder, { debug: true }) : 0;
  return code === 0 ? runVitest(join(dirname(vitest), "vitest.mjs"), ["run", ...args]) : code;
}

/** Runs vitest once in a process of its own. */
function runVitest(file: string, args: string[]): Promise<number> {
  const child = spawn(process.execPath, [file, ...args], { stdio: "inherit" });
  // Ctrl-C reaches vitest too, whose exit code the command waits for. Other signals only reach the command.
  const ignore = () => {};
  const forward = (signal: NodeJS.Signals) => void child.kill(signal);
  process.on("SIGINT", ignore).on("SIGTERM", forward).on("SIGHUP", forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 130));
  }).finally(() => process.off("SIGINT", ignore).off("SIGTERM", forward).off("SIGHUP", forward));
}

/** Runs vitest in this process, so that it runs all tests again when the module has changed, which no test imports. */
async function watchTests(folder: string, args: string[], isBuild: boolean): Promise<number> {
  const api = (await import(pathToFileURL(resolveFrom(folder, "vitest/node")!).href)) as VitestApi;
  const { filter, options } = api.parseCLI(["vitest", "watch", ...args]);
  const triggers = ["**/package.json/**", "**/{vitest,vite}.config.*/**", "**/build/*.wasm"];
  const plugin = { name: "as-proxy-wasm", config: () => ({ test: { forceRerunTriggers: triggers } }) };
  let vitest: Promise<{ close(): Promise<void> }> | undefined;
  const start = () =>
    void (vitest ??= api.startVitest("test", filter, { ...options, watch: true }, { plugins: [plugin] }));
  if (!isBuild) start();
  const code = await buildOnChange(folder, { debug: true }, start);
  await (await vitest)?.close();
  return code;
}
