import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isExecutable, onPath, realBinary } from "./binary.js";
import { probeEnvoy } from "./probe.js";
import { envoysFolder, installCommand, packageRoot } from "./root.js";

/** The version that `installEnvoy` installs by default. */
export const ENVOY_VERSION = "1.40.0";

export interface FoundEnvoy {
  found: true;
  /** The path of the binary, not of a script that starts it. */
  path: string;
  version: string;
  source: keyof typeof SOURCES;
}

/** Where an Envoy comes from, for messages. */
const SOURCES = {
  ENVOY_PATH: "ENVOY_PATH",
  PATH: "PATH",
  project: "the project's .envoy folder",
  cache: "the user's cache",
} as const;

export interface MissingEnvoy {
  found: false;
  /** One line with the binaries that were tried and a way to get an Envoy. */
  reason: string;
}

export interface FindOptions {
  /** The folder that contains `.envoy`; the root of this package by default, see `envoysFolder`. */
  root?: string;
}

/**
 * Finds an Envoy that can run plugins: `ENVOY_PATH`, then `envoy` on PATH, then the versions that `installEnvoy` has
 * installed. Starts each candidate once to check for the V8 runtime.
 *
 * @throws Error when the Envoy of ENVOY_PATH cannot be used; no other candidate is tried
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
  const unusable: string[] = [];
  const onThePath = onPath("envoy");
  if (onThePath !== undefined) {
    const result = await tryCandidate(onThePath, "PATH");
    if (typeof result !== "string") return result;
    unusable.push(`${onThePath}: ${result}`);
  }
  for (const version of installedVersions(root)) {
    const script = venvScript(version, root);
    const result = await tryCandidate(script, installedSource(root));
    if (typeof result !== "string") return result;
    unusable.push(`${script}: ${result}`);
  }
  const tried = unusable.length > 0 ? ` (${unusable.join("; ")})` : "";
  return { found: false, reason: `no usable Envoy found${tried}; set ENVOY_PATH or run: ${installCommand(root)}` };
}

/**
 * One line about an Envoy: its version, its source and its path.
 *
 * @example
 * describeEnvoy(envoy); // "Envoy 1.40.0 from PATH: /usr/bin/envoy"
 */
export function describeEnvoy({ version, source, path }: FoundEnvoy): string {
  return `Envoy ${version} from ${SOURCES[source]}: ${path}`;
}

/** The path of a version's `envoy` script, whether or not the version is installed. */
export function venvScript(version: string, root = packageRoot()): string {
  return join(envoysFolder(root), version, "bin", "envoy");
}

/** The source of the Envoys that `installEnvoy` has installed. */
export function installedSource(root = packageRoot()): "project" | "cache" {
  return envoysFolder(root) === join(root, ".envoy") ? "project" : "cache";
}

/** The pinned version first, then the newest. */
function installedVersions(root: string): string[] {
  const folder = envoysFolder(root);
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).filter((version) => existsSync(venvScript(version, root)));
  const rank = (version: string) => (version === ENVOY_VERSION ? 1 : 0);
  return versions.sort((a, b) => rank(b) - rank(a) || b.localeCompare(a, "en", { numeric: true }));
}

async function tryCandidate(path: string, source: FoundEnvoy["source"]): Promise<FoundEnvoy | string> {
  if (!existsSync(path)) return "the file does not exist";
  if (!isExecutable(path)) return "the file is not executable";
  const binary = await realBinary(path);
  const probe = await probeEnvoy(binary);
  return probe.usable ? { found: true, path: binary, version: probe.version, source } : probe.reason;
}
