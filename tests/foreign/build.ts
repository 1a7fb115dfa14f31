import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../sdk/envoy/index.js";
import { onPath } from "../../sdk/envoy/binary.js";
import { renameExport } from "./rename-export.js";

const run = promisify(execFile);
const cache = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-foreign");

/** The path of the built module, or the reason why this computer cannot build it. */
export type Built = { wasm: string } | { missing: string };

type Toolchain = { missing: string } | { build(folder: string): Promise<Uint8Array> };

/**
 * Builds a plugin of another SDK, with the tools of that SDK. Builds again only when the plugin's sources change.
 *
 * @returns the reason if a tool is not installed or a download fails
 * @throws Error with the compiler's output
 */
export async function buildForeign(language: keyof typeof TOOLCHAINS): Promise<Built> {
  const source = join(packageRoot(), "tests", "foreign", language);
  const wasm = join(cache, `${language}-${fingerprint(source)}.wasm`);
  if (existsSync(wasm)) return { wasm };
  const toolchain = await TOOLCHAINS[language]();
  if ("missing" in toolchain) return toolchain;
  const folder = mkdtempSync(join(tmpdir(), `as-proxy-wasm-${language}-`));
  try {
    cpSync(source, folder, { recursive: true });
    const bytes = await toolchain.build(folder);
    mkdirSync(cache, { recursive: true });
    writeFileSync(wasm, bytes);
    return { wasm };
  } catch (error) {
    if (error instanceof DownloadError) return { missing: error.message };
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A download that a build needs has failed. */
class DownloadError extends Error {}

const TOOLCHAINS = { go: goToolchain, rust: rustToolchain, as: npmToolchain };

/** Stock Go. The build renames Higress's ABI marker, so that a stock Envoy loads the module. */
async function goToolchain(): Promise<Toolchain> {
  if (onPath("go") === undefined) return { missing: "no go on the PATH" };
  return {
    build: async (folder) => {
      await download(() => run("go", ["mod", "download"], { cwd: folder }));
      const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm" };
      await run("go", ["build", "-buildmode=c-shared", "-o", "plugin.wasm", "."], { cwd: folder, env });
      const wasm = readFileSync(join(folder, "plugin.wasm"));
      return renameExport(wasm, "proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1");
    },
  };
}

/**
 * Debian's rustc with its wasm32 library. If rustup's cargo is installed, that cargo downloads the dependencies, because
 * Debian's cargo does not support the sparse index.
 */
async function rustToolchain(): Promise<Toolchain> {
  const [rustc, cargo] = ["/usr/bin/rustc", "/usr/bin/cargo"];
  if (!existsSync(rustc) || !existsSync(cargo)) return { missing: "no Debian rustc and cargo" };
  if (!existsSync("/usr/bin/rust-lld"))
    return { missing: "no /usr/bin/rust-lld (package lld), with which Debian's rustc links wasm" };
  const { stdout } = await run(rustc, ["--print", "sysroot"]);
  const target = "wasm32-unknown-unknown";
  if (!existsSync(join(stdout.trim(), "lib", "rustlib", target))) return { missing: "no libstd-rust-dev-wasm32" };
  const fetcher = [join(homedir(), ".cargo", "bin", "cargo"), cargo].find((path) => existsSync(path))!;
  return {
    build: async (folder) => {
      // The newest versions that this compiler supports.
      const wanted = { ...process.env, CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: "fallback" };
      await download(() => run(fetcher, ["vendor", "--quiet", "vendor"], { cwd: folder, env: wanted }));
      mkdirSync(join(folder, ".cargo"));
      const sources = '[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = "vendor"\n';
      writeFileSync(join(folder, ".cargo", "config.toml"), sources);
      const env = { ...process.env, RUSTC: rustc, PATH: "/usr/bin:/bin" };
      await run(cargo, ["build", "--offline", "--quiet", "--release", "--target", target], { cwd: folder, env });
      return readFileSync(join(folder, "target", target, "release", "foreign_rust.wasm"));
    },
  };
}

async function npmToolchain(): Promise<Toolchain> {
  return {
    build: async (folder) => {
      const install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
      await download(() => run("npm", install, { cwd: folder }));
      const asc = join("node_modules", "assemblyscript", "bin", "asc.js");
      // The foreign SDK logs through `process.stdout`, which asc provides only with wasi-shim.
      const shim = ["--config", join("node_modules", "@assemblyscript", "wasi-shim", "asconfig.json")];
      const options = [...shim, "--use", "abort=abort_proc_exit", "--optimize", "--outFile", "plugin.wasm"];
      await run(process.execPath, [asc, "assembly/index.ts", ...options], { cwd: folder });
      return readFileSync(join(folder, "plugin.wasm"));
    },
  };
}

async function download(fetch: () => Promise<unknown>): Promise<void> {
  try {
    await fetch();
  } catch (error) {
    const output = String((error as { stderr?: string }).stderr ?? error).trim();
    throw new DownloadError(`cannot download the dependencies: ${output.split("\n")[0]}`);
  }
}

function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) hash.update(path.slice(folder.length)).update("\0").update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}
