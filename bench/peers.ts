import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { packageRoot } from "../sdk/envoy/index.js";
import { fingerprint, forEnvoy, GCORE_OPTIONS } from "../tests/foreign/build.js";
import {
  ascToolchain,
  DownloadError,
  goToolchain,
  RUST_TARGET,
  rustToolchain,
  type FoundToolchain,
  type Toolchain,
} from "../tests/foreign/toolchains.js";
import { assemble } from "../tests/host/wat.js";
import { pack, pluginFiles, write } from "../tests/packaging/project.js";
import { install, must } from "../tests/packaging/run.js";

/**
 * The SDKs that the bench compares, in the order of tables and plots. `bare` has modules that are written by hand without an SDK,
 * which show what the host itself costs.
 */
export const PEERS = ["ours", "bare", "rust", "lua", "go", "gcore", "solo"] as const;
export type Peer = (typeof PEERS)[number];

export const TITLES: Record<Peer, string> = {
  ours: "this SDK",
  bare: "no SDK",
  rust: "Rust",
  lua: "Lua",
  go: "Go wrapper",
  gcore: "G-Core AS",
  solo: "solo-io AS",
};

/** The plugins of a peer, or the reason why this machine cannot build them. */
export type Plugins = { version: string; files: ReadonlyMap<string, string> } | { missing: string };

const sources = join(packageRoot(), "bench", "peers");
const cache = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-bench");

/**
 * Builds the plugins of a peer as its users build them, optimised for speed. Builds again only when the sources change;
 * for this SDK, the packed package counts as a source.
 *
 * @throws Error with the compiler's output
 */
export async function pluginsOf(peer: Peer): Promise<Plugins> {
  if (peer === "lua") return { version: "Envoy's Lua filter", files: filesOf(join(sources, "lua"), ".lua") };
  if (peer === "bare") return barePlugins();
  return peer === "ours" ? ourPlugins() : foreignPlugins(peer);
}

/** Packs this SDK, and builds the plugins in a project that has installed the package. */
async function ourPlugins(): Promise<Plugins> {
  return inTemporaryFolder(async (folder) => {
    const tarball = await pack(join(folder, "packed"));
    const hash = createHash("sha256").update(readFileSync(tarball)).digest("hex").slice(0, 16);
    const own = join(sources, "ours");
    const output = join(cache, `ours-${hash}-${fingerprint(own)}`);
    const mock = readFileSync(join(packageRoot(), "examples", "mock-response", "assembly", "index.ts"), "utf8");
    if (!existsSync(output)) {
      write(folder, { "package.json": { private: true } });
      const { devDependencies } = packageJson(packageRoot());
      await install(folder, tarball, `assemblyscript@${devDependencies!["assemblyscript"]}`);
      const texts = new Map([["mock-response", mock]]);
      for (const [name, path] of filesOf(own, ".ts")) texts.set(name, readFileSync(path, "utf8"));
      for (const [name, text] of texts) {
        const project = write(join(folder, name), pluginFiles(text));
        await must(project, "npx", "as-proxy-wasm", "build");
      }
      mkdirSync(output, { recursive: true });
      for (const name of texts.keys()) cpSync(join(folder, name, "build", "plugin.wasm"), join(output, `${name}.wasm`));
    }
    const commit = (await must(packageRoot(), "git", "rev-parse", "--short", "HEAD")).trim();
    return { version: `${packageJson(packageRoot()).version}, commit ${commit}`, files: filesOf(output, ".wasm") };
  });
}

/** Assembles the modules that are written by hand. */
function barePlugins(): Plugins {
  const source = join(sources, "bare");
  const output = join(cache, `bare-${fingerprint(source)}`);
  mkdirSync(output, { recursive: true });
  for (const [name, path] of filesOf(source, ".wat"))
    writeFileSync(join(output, `${name}.wasm`), assemble(readFileSync(path, "utf8")));
  return { version: "WebAssembly by hand", files: filesOf(output, ".wasm") };
}

interface Kit {
  find(): Promise<FoundToolchain>;
  /** Builds all plugins of the project, and returns their modules by name. */
  build(tools: Toolchain, folder: string): Promise<Map<string, Uint8Array>>;
  /** The version of the SDK, from the file that pins it. */
  version(): string;
}

const KITS: Record<Exclude<Peer, "ours" | "bare" | "lua">, Kit> = {
  rust: {
    find: rustToolchain,
    async build(rust, folder) {
      await rust.compile(folder, "--examples");
      const built = filesOf(join(folder, "target", RUST_TARGET, "release", "examples"), ".wasm");
      // Cargo also leaves a copy of each module with a hash in its name.
      const modules = [...built].filter(([name]) => !name.includes("-"));
      return new Map(modules.map(([name, path]) => [name.replaceAll("_", "-"), readFileSync(path)]));
    },
    version: () => `proxy-wasm ${pinned("rust/Cargo.toml", /^proxy-wasm = "=(.+)"/m)}`,
  },
  go: {
    find: goToolchain,
    async build(go, folder) {
      const modules = new Map<string, Uint8Array>();
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        if (!entry.isDirectory()) continue;
        await go.compile(folder, "-o", "plugin.wasm", `./${entry.name}`);
        modules.set(entry.name, forEnvoy(readFileSync(join(folder, "plugin.wasm"))));
      }
      return modules;
    },
    version: () => `wasm-go ${pinned("go/go.mod", /higress-group\/wasm-go (\S+)/)}`,
  },
  gcore: {
    find: ascToolchain,
    build: (asc, folder) => eachFile(asc, folder, [...GCORE_OPTIONS, "-O3", "--outFile"]),
    version: () => npmVersions("gcore", "@gcoredev/proxy-wasm-sdk-as"),
  },
  solo: {
    find: ascToolchain,
    build: (asc, folder) => eachFile(asc, folder, ["--use", "abort=abort_proc_exit", "-O3", "--binaryFile"]),
    version: () => npmVersions("solo", "@solo-io/proxy-runtime"),
  },
};

async function foreignPlugins(peer: keyof typeof KITS): Promise<Plugins> {
  const { find, build, version } = KITS[peer];
  const tools = await find();
  if ("missing" in tools) return tools;
  const source = join(sources, peer);
  const output = join(cache, `${peer}-${fingerprint(source)}`);
  if (!existsSync(output)) {
    try {
      await inTemporaryFolder(async (folder) => {
        cpSync(source, folder, { recursive: true });
        await tools.download(folder);
        const modules = await build(tools, folder);
        mkdirSync(output, { recursive: true });
        for (const [name, bytes] of modules) writeFileSync(join(output, `${name}.wasm`), bytes);
      });
    } catch (error) {
      if (error instanceof DownloadError) return { missing: error.message };
      throw error;
    }
  }
  return { version: `${version()}, ${tools.version}`, files: filesOf(output, ".wasm") };
}

/** Compiles each source file in the folder with asc. `options` end with the one for the output. */
async function eachFile(asc: Toolchain, folder: string, options: string[]): Promise<Map<string, Uint8Array>> {
  const modules = new Map<string, Uint8Array>();
  for (const [name] of filesOf(folder, ".ts")) {
    await asc.compile(folder, `${name}.ts`, ...options, "plugin.wasm");
    modules.set(name, readFileSync(join(folder, "plugin.wasm")));
  }
  return modules;
}

/** The files with an extension in a folder, by name without the extension. */
function filesOf(folder: string, extension: string): Map<string, string> {
  const files = readdirSync(folder).filter((file) => extname(file) === extension);
  return new Map(files.map((file) => [basename(file, extension), join(folder, file)]));
}

function pinned(file: string, pattern: RegExp): string {
  const version = pattern.exec(readFileSync(join(sources, file), "utf8"))?.[1];
  if (version === undefined) throw new Error(`bench/peers/${file} pins no version`);
  return version;
}

function npmVersions(peer: string, sdk: string): string {
  const { dependencies } = packageJson(join(sources, peer));
  return `${sdk} ${dependencies![sdk]}, asc ${dependencies!["assemblyscript"]}`;
}

interface PackageJson {
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

function packageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as PackageJson;
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
