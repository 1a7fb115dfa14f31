import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isExecutable, onPath, realBinary } from "./binary.js";
import { probeEnvoy } from "./probe.js";
import { packageRoot } from "./root.js";

/** The version that `installEnvoy` installs when none is named. */
export const ENVOY_VERSION = "1.40.0";

export interface FoundEnvoy {
  found: true;
  /** The binary itself, not a script in front of it. */
  path: string;
  version: string;
  source: "ENVOY_PATH" | "PATH" | "project";
}

export interface MissingEnvoy {
  found: false;
  /** One line that says what was looked at and what helps. */
  reason: string;
}

export interface FindOptions {
  /** The folder whose `.envoy` is looked at; the package's own by default. */
  root?: string;
}

/**
 * Finds an Envoy that can run plugins: `ENVOY_PATH`, then `envoy` on PATH, then what `installEnvoy` has put into the
 * project. Each candidate is started once to see whether it has the V8 runtime.
 *
 * @throws when ENVOY_PATH names something that cannot be used: nothing else is tried then.
 * @example
 * const envoy = await findEnvoy();
 * console.log(envoy.found ? describeEnvoy(envoy) : envoy.reason);
 */
export async function findEnvoy({ root = packageRoot() }: FindOptions = {}): Promise<FoundEnvoy | MissingEnvoy> {
  const named = process.env["ENVOY_PATH"];
  if (named) {
    const result = await tryCandidate(named, "ENVOY_PATH");
    if (typeof result === "string") throw new Error(`ENVOY_PATH=${named}: ${result}`);
    return result;
  }
  const refused: string[] = [];
  const onThePath = onPath("envoy");
  if (onThePath !== undefined) {
    const result = await tryCandidate(onThePath, "PATH");
    if (typeof result !== "string") return result;
    refused.push(`${onThePath}: ${result}`);
  }
  for (const version of installedVersions(root)) {
    const script = venvScript(version, root);
    const result = await tryCandidate(script, "project");
    if (typeof result !== "string") return result;
    refused.push(`${script}: ${result}`);
  }
  const seen = refused.length > 0 ? ` (${refused.join("; ")})` : "";
  return { found: false, reason: `no usable Envoy found${seen}; set ENVOY_PATH or run: npm run envoy:install` };
}

/**
 * One line about the Envoy that was taken.
 *
 * @example
 * describeEnvoy(envoy); // "Envoy 1.40.0 from PATH: /usr/bin/envoy"
 */
export function describeEnvoy({ version, source, path }: FoundEnvoy): string {
  return `Envoy ${version} from ${source === "project" ? "the project's .envoy folder" : source}: ${path}`;
}

/** Where the venv of one version has, or would have, its `envoy`. */
export function venvScript(version: string, root = packageRoot()): string {
  return join(root, ".envoy", version, "bin", "envoy");
}

/** The pinned version first, then the newest. */
function installedVersions(root: string): string[] {
  const folder = join(root, ".envoy");
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((version) => existsSync(venvScript(version, root)));
  const rank = (version: string) => (version === ENVOY_VERSION ? 1 : 0);
  return versions.sort((a, b) => rank(b) - rank(a) || b.localeCompare(a, "en", { numeric: true }));
}

async function tryCandidate(path: string, source: FoundEnvoy["source"]): Promise<FoundEnvoy | string> {
  if (!existsSync(path)) return "there is no such file";
  if (!isExecutable(path)) return "is not an executable file";
  const binary = await realBinary(path);
  const probe = await probeEnvoy(binary);
  return probe.usable ? { found: true, path: binary, version: probe.version, source } : probe.reason;
}
