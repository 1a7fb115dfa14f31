import { spawn } from "node:child_process";
import { guard } from "./guard.js";

export const WASM_RUNTIME = "envoy.wasm.runtime.v8";

/** The result of starting an Envoy once. */
export type Probe = { usable: true; version: string } | { usable: false; reason: string };

const probes = new Map<string, Promise<Probe>>();

/**
 * Starts a binary once, with an empty bootstrap configuration, and reads the list of built-in runtimes that Envoy
 * prints. The file itself does not show the runtimes: builds without V8 contain its name too. The result is kept until
 * this process ends.
 *
 * @example
 * const probe = await probeEnvoy("/usr/bin/envoy");
 * if (!probe.usable) console.error(probe.reason);
 */
export function probeEnvoy(binary: string): Promise<Probe> {
  let probe = probes.get(binary);
  if (!probe) probes.set(binary, (probe = startOnce(binary)));
  return probe;
}

/** Removes the kept result of a binary that was replaced. */
export function forgetProbe(binary: string): void {
  probes.delete(binary);
}

async function startOnce(binary: string): Promise<Probe> {
  const banner = await run(binary, ["--version"], () => false);
  if ("error" in banner) return unusable(`the file cannot be started (${banner.error})`);
  const version = /version: [^/\s]*\/([^/\s]+)\//.exec(banner.output)?.[1];
  if (version === undefined) return unusable("the file is not an Envoy: `--version` prints no version of Envoy");

  const args = ["--config-yaml", "{}", "--disable-hot-restart", "--concurrency", "1", "-l", "info"];
  const started = await run(binary, args, (output) => output.includes("starting main dispatch loop"));
  if ("error" in started) return unusable(`Envoy ${version} cannot be started (${started.error})`);
  const runtimes = /envoy\.wasm\.runtime: (.*)/.exec(started.output)?.[1]?.split(", ") ?? [];
  if (runtimes.some((name) => name.trim() === WASM_RUNTIME)) return { usable: true, version };
  if (!started.output.includes("statically linked extensions")) return unusable(`Envoy ${version} does not start`);
  return unusable(`Envoy ${version} was built without ${WASM_RUNTIME}`);
}

function unusable(reason: string): Probe {
  return { usable: false, reason };
}

/** Runs a binary until it ends or `enough` accepts its output. Kills a process that does not end. */
function run(
  binary: string,
  args: string[],
  enough: (output: string) => boolean,
): Promise<{ output: string } | { error: string }> {
  return new Promise((resolve) => {
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    const release = guard(child);
    let output = "";
    let expired = false;
    const timer = setTimeout(() => ((expired = true), child.kill("SIGKILL")), 10_000);
    const read = (chunk: Buffer) => {
      output += chunk.toString("latin1");
      if (enough(output)) child.kill("SIGKILL");
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      void release().then(() => resolve({ error: error.code ?? error.message }));
    });
    child.once("close", () => {
      clearTimeout(timer);
      void release().then(() => resolve(expired ? { error: "the process did not end within 10 seconds" } : { output }));
    });
  });
}
