// Measures how long `dev` takes from a change of a plugin's source until a request gets the new plugin, side by side with
// `asc` alone. The plugin is examples/ext-auth, which has about 100 lines.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DevGateway } from "../sdk/dev/dev-gateway.js";
import { packageRoot } from "../sdk/envoy/index.js";

const RUNS = Number(process.argv[2] ?? 10);
/** The most that a change may take, as a multiple of the time that asc alone takes. */
const LIMIT = 2;

const root = packageRoot();
const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-bench-"));
const source = join(folder, "assembly", "index.ts");
let onLive: () => void = () => {};

cpSync(join(root, "examples", "ext-auth"), folder, { recursive: true });
rmSync(join(folder, "node_modules"), { recursive: true, force: true });
symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
const original = readFileSync(source, "utf8");

const gateway = await DevGateway.start(
  {
    ...{ folder, files: [], port: 0, adminPort: 0, engine: "node", https: false, tcp: [], services: [], clusters: [] },
    ...{ plugins: new Map(), labels: {}, logLevel: "error", callLimitMs: 2000 },
  },
  {
    ...{
      building: () => {},
      fetching: () => {},
      built: () => {},
      warning: () => {},
      installing: () => {},
      unchanged: () => {},
      request: () => {},
      log: () => {},
    },
    live() {
      onLive();
    },
    failed(error) {
      throw error;
    },
  },
);
try {
  const alone: number[] = [];
  const live: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    alone.push(await timed(compile));
    live.push(await timed(() => change(i)));
  }
  const ratio = median(live) / median(alone);
  console.log(`asc alone:                      ${text(alone)}`);
  console.log(`dev, from the change to live:   ${text(live)}`);
  console.log(`ratio of the medians of ${RUNS} runs: ${ratio.toFixed(2)}, of at most ${LIMIT}`);
  if (ratio > LIMIT) process.exitCode = 1;
} finally {
  await gateway.stop(0);
  rmSync(folder, { recursive: true });
}

async function compile(): Promise<void> {
  const args = [asc, "--target", "debug", "--outFile", "build/alone.wasm"];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: "inherit" });
  const [code] = (await once(child, "exit")) as [number];
  if (code !== 0) throw new Error("asc failed");
}

async function change(i: number): Promise<void> {
  const done = new Promise<void>((resolve) => (onLive = resolve));
  writeFileSync(source, `${original}\nexport function change${i}(): i32 { return ${i}; }\n`);
  await done;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function median(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}

function text(times: readonly number[]): string {
  return `${Math.round(median(times))} ms (${Math.round(Math.min(...times))} to ${Math.round(Math.max(...times))} ms)`;
}
