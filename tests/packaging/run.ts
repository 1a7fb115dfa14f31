import { spawn } from "node:child_process";
import { delimiter } from "node:path";

/** The exit status and the output of a command. */
export interface Ended {
  status: number | null;
  output: string;
}

/**
 * Runs a command in a folder, without the environment variables that `npm run` and vitest have set.
 *
 * @example
 * const { status, output } = await run(project, "npx", "asc", "--target", "release");
 */
export function run(folder: string, command: string, ...args: string[]): Promise<Ended> {
  return new Promise((done, reject) => {
    const child = spawn(command, args, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const read = (text: string) => (output += text);
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    child.once("error", reject);
    child.once("close", (status) => done({ status, output }));
  });
}

/** Runs a command and returns its output. Throws if the command fails. */
export async function must(folder: string, command: string, ...args: string[]): Promise<string> {
  const { status, output } = await run(folder, command, ...args);
  if (status !== 0) throw new Error(`${[command, ...args].join(" ")} ended with ${status}:\n${output}`);
  return output;
}

/** Runs `npm install` with these arguments, without audit and funding messages. */
export function install(folder: string, ...args: string[]): Promise<string> {
  return must(folder, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...args);
}

/** The environment variables of a user's shell. */
export function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_(package|lifecycle)_|npm_command$|npm_config_(local_prefix|prefix)$|INIT_CWD$)/i.test(name) &&
      !/^(VITEST|NODE_OPTIONS|NODE_PATH|NODE_ENV|FORCE_COLOR$)/.test(name),
  );
  const environment: NodeJS.ProcessEnv = { ...Object.fromEntries(kept), NO_COLOR: "1", npm_config_loglevel: "error" };
  // `npm run` puts this repository's commands first in the PATH. A project must find its own.
  const path = (process.env["PATH"] ?? "").split(delimiter);
  environment["PATH"] = path.filter((folder) => !/node_modules|node-gyp-bin/.test(folder)).join(delimiter);
  return environment;
}
