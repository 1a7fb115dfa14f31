import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describeEnvoy, findEnvoy, installCommand } from "../envoy/index.js";
import type { Check } from "./check.js";

const INOTIFY = "/proc/sys/fs/inotify/max_user_watches";
const FEW_WATCHES = 8192;

/** Checks this machine: Node.js, a real Envoy, and the tools that some commands need. */
export async function machineChecks(): Promise<Check[]> {
  return [
    nodeCheck(process.versions.node),
    await envoyCheck(),
    await pythonCheck(),
    await dockerCheck(),
    ...inotifyCheck(),
  ];
}

/** @param version the version of Node.js, such as "20.19.0" */
export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return { name: "Node.js", result: "ok", found: version };
  return {
    name: "Node.js",
    result: "fail",
    found: `${version}; expected 20.19 or later`,
    mend: "see https://nodejs.org",
  };
}

async function envoyCheck(): Promise<Check> {
  try {
    const envoy = await findEnvoy();
    if (envoy.found) return { name: "Envoy", result: "ok", found: describeEnvoy(envoy) };
    const found = envoy.reason.replace(/; set ENVOY_PATH.*$/, "");
    return { name: "Envoy", result: "warn", found: `${found}; --engine envoy needs one`, mend: installCommand() };
  } catch (error) {
    return { name: "Envoy", result: "fail", found: (error as Error).message, mend: "unset ENVOY_PATH" };
  }
}

async function pythonCheck(): Promise<Check> {
  const check = { name: "Python", found: "python3 with venv and pip" } as const;
  const works = await runs("python3", "-c", "import venv, ensurepip");
  if (works) return { ...check, result: "ok" };
  const found = "no python3 with venv and pip, which install an Envoy";
  return { ...check, result: "warn", found, mend: "apt install python3 python3-venv" };
}

async function dockerCheck(): Promise<Check> {
  for (const name of ["docker", "podman"]) {
    if (await runs(name, "--version")) return { name: "Docker", result: "ok", found: name };
  }
  return { name: "Docker", result: "ok", found: "not installed; push makes images without Docker" };
}

function inotifyCheck(): Check[] {
  if (!existsSync(INOTIFY)) return [];
  const limit = Number(readFileSync(INOTIFY, "utf8"));
  const found = `${limit} watched folders`;
  if (limit >= FEW_WATCHES) return [{ name: "inotify", result: "ok", found }];
  return [{ name: "inotify", result: "warn", found, mend: "sudo sysctl fs.inotify.max_user_watches=524288" }];
}

async function runs(command: string, ...args: string[]): Promise<boolean> {
  return promisify(execFile)(command, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
