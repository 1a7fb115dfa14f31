import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";

const cache = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-plugins");
const builds = new Map<string, Promise<string>>();

/**
 * Compiles a plugin as its author would: `asc --target release` with its asconfig.json. The result is cached until one
 * of its inputs changes.
 *
 * @param plugin a folder with an asconfig.json, or an entry file, which is compiled with the SDK's asconfig.json
 * @returns the path of the .wasm file
 * @throws with the output of asc if the plugin does not compile
 * @example
 * const wasm = await buildPlugin("examples/mock-response");
 */
export function buildPlugin(plugin: string): Promise<string> {
  const path = resolve(packageRoot(), plugin);
  let build = builds.get(path);
  if (!build) builds.set(path, (build = inTurn(() => compile(path))));
  return build;
}

/** Runs at most two compilers at a time. */
let lanes: Promise<unknown>[] = [Promise.resolve(), Promise.resolve()];
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const [lane, ...others] = lanes as [Promise<unknown>, ...Promise<unknown>[]];
  const result = lane.then(work, work);
  lanes = [...others, result.catch(() => {})];
  return result;
}

async function compile(path: string): Promise<string> {
  if (!existsSync(path)) throw new Error(`no plugin at ${path}`);
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const name = isFolder ? basename(path) : `${basename(folder)}-${basename(path, ".ts")}`;
  const wasm = join(cache, `${name}-${fingerprint(folder)}.wasm`);
  if (existsSync(wasm)) return wasm;

  mkdirSync(cache, { recursive: true });
  const draft = `${wasm}.${process.pid}.tmp.wasm`;
  const config = isFolder ? undefined : writeConfig(path, `${wasm}.${process.pid}.asconfig.json`);
  try {
    const asc = join(dirname(createRequire(import.meta.url).resolve("assemblyscript/package.json")), "bin", "asc.js");
    const options = ["--target", "release", "--outFile", relative(folder, draft)];
    await run(asc, [...(config ? ["--config", relative(folder, config)] : []), ...options], folder);
    if (!existsSync(draft)) throw new Error(`asc wrote no wasm for ${path}`);
    renameSync(draft, wasm);
    return wasm;
  } finally {
    if (config) rmSync(config, { force: true });
    rmSync(draft, { force: true });
  }
}

function writeConfig(entry: string, config: string): string {
  const entries = [relative(dirname(config), entry)];
  writeFileSync(
    config,
    JSON.stringify({ extends: "as-proxy-wasm-sdk/asconfig.json", entries, targets: { release: {} } }),
  );
  return config;
}

/**
 * A hash of the plugin's sources, the sources that plugins share, the SDK's sources and the compiler's package.json.
 */
function fingerprint(plugin: string): string {
  const hash = createHash("sha256");
  const root = packageRoot();
  const shared = ["assembly", "transform", "asconfig.json", "index.ts", "tests/plugins/steps.ts"];
  const inputs = [plugin, ...shared.map((name) => join(root, name))];
  for (const input of inputs)
    for (const file of sources(input)) hash.update(file).update("\0").update(readFileSync(file));
  hash.update(readFileSync(createRequire(import.meta.url).resolve("assemblyscript/package.json")));
  return hash.digest("hex").slice(0, 16);
}

function sources(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .filter(({ name }) => name !== "node_modules" && name !== "build" && !name.endsWith(".test.ts"))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name }) => sources(join(path, name)));
}

function run(asc: string, args: string[], folder: string): Promise<void> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [asc, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const read = (chunk: Buffer) => (output += chunk.toString());
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) done();
      else reject(new Error(`asc failed in ${folder}:\n${output.trim()}`));
    });
  });
}
