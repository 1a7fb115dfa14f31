import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative, resolve } from "node:path";
import { runAsc } from "../../scripts/compiler-server.js";
import { builtFile, isFresh } from "../../scripts/examples.js";
import { packageRoot } from "../../sdk/envoy/index.js";
import { NIGHTLY } from "./nightly.js";

const EXAMPLES = join(packageRoot(), "examples");
const cache = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-plugins");
const builds = new Map<string, Promise<string>>();

/**
 * Compiles a plugin with `asc --target release` and its asconfig.json, and keeps the result until anything that goes into
 * it changes. Examples are compiled as their users compile them. The other plugins are not optimized outside the nightly
 * run: optimizing takes most of the compiler's time.
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
  if (!build) builds.set(path, (build = compile(path)));
  return build;
}

async function compile(path: string): Promise<string> {
  if (!existsSync(path)) throw new Error(`no plugin at ${path}`);
  if (dirname(path) === EXAMPLES && isFresh(basename(path), "release")) return builtFile(basename(path), "release");
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : dirname(path);
  const name = isFolder ? basename(path) : `${basename(folder)}-${basename(path, ".ts")}`;
  const wasm = join(cache, `${name}-${fingerprint(folder)}.wasm`);
  if (existsSync(wasm)) return wasm;

  mkdirSync(cache, { recursive: true });
  const config = isFolder ? undefined : writeConfig(path, `${wasm}.${process.pid}.asconfig.json`);
  const args = [...(config ? ["--config", relative(folder, config)] : []), "--target", "release", ...speed(path)];
  try {
    await runAsc({ folder, args, outFile: wasm });
    return wasm;
  } finally {
    if (config) rmSync(config, { force: true });
  }
}

function speed(path: string): string[] {
  return NIGHTLY || path.startsWith(EXAMPLES) ? [] : ["--optimizeLevel", "0", "--shrinkLevel", "0"];
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
  const shared = ["assembly", "transform", "asconfig.json", "index.ts"];
  const ofTests = ["steps.ts", "header-sequence.ts"].map((name) => join("tests/plugins", name));
  const inputs = [plugin, ...[...shared, ...ofTests].map((name) => join(root, name))];
  for (const input of inputs)
    for (const file of sources(input)) hash.update(file).update("\0").update(readFileSync(file));
  hash.update(speed(plugin).join());
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
