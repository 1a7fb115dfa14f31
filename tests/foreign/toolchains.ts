import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { onPath } from "../../sdk/envoy/binary.js";

const run = promisify(execFile);

/** The tools of another SDK. */
export interface Toolchain {
  /** Such as "rustc 1.63.0". */
  version: string;
  /** Downloads what the project in the folder depends on. @throws DownloadError */
  download(folder: string): Promise<void>;
  /** Runs the compiler in the folder. @throws Error with the compiler's output */
  compile(folder: string, ...args: string[]): Promise<void>;
}

/** The tools, or the reason why this computer does not have them. */
export type FoundToolchain = Toolchain | { missing: string };

/** A download that a build needs has failed. */
export class DownloadError extends Error {}

export const RUST_TARGET = "wasm32-unknown-unknown";

/** Stock Go. `compile` takes the arguments of `go build`. */
export async function goToolchain(): Promise<FoundToolchain> {
  if (onPath("go") === undefined) return { missing: "no go on the PATH" };
  const { stdout } = await run("go", ["env", "GOVERSION"]);
  return {
    version: stdout.trim(),
    download: (folder) => download(() => run("go", ["mod", "download"], { cwd: folder })),
    compile: async (folder, ...args) => {
      const env = { ...process.env, GOOS: "wasip1", GOARCH: "wasm" };
      await run("go", ["build", "-buildmode=c-shared", ...args], { cwd: folder, env });
    },
  };
}

/**
 * Debian's rustc with its wasm32 library. If rustup's cargo is installed, that cargo downloads the dependencies, because
 * Debian's cargo does not support the sparse index. `compile` takes the arguments of `cargo build`.
 */
export async function rustToolchain(): Promise<FoundToolchain> {
  const [rustc, cargo] = ["/usr/bin/rustc", "/usr/bin/cargo"];
  if (!existsSync(rustc) || !existsSync(cargo)) return { missing: "no Debian rustc and cargo" };
  if (!existsSync("/usr/bin/rust-lld"))
    return { missing: "no /usr/bin/rust-lld (package lld), with which Debian's rustc links wasm" };
  const { stdout: root } = await run(rustc, ["--print", "sysroot"]);
  if (!existsSync(join(root.trim(), "lib", "rustlib", RUST_TARGET))) return { missing: "no libstd-rust-dev-wasm32" };
  const fetcher = [join(homedir(), ".cargo", "bin", "cargo"), cargo].find((path) => existsSync(path))!;
  const { stdout: version } = await run(rustc, ["--version"]);
  return {
    version: version.trim(),
    download: async (folder) => {
      // The newest versions that this compiler supports.
      const wanted = { ...process.env, CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: "fallback" };
      await download(() => run(fetcher, ["vendor", "--quiet", "vendor"], { cwd: folder, env: wanted }));
      mkdirSync(join(folder, ".cargo"));
      const sources = '[source.crates-io]\nreplace-with = "vendor"\n[source.vendor]\ndirectory = "vendor"\n';
      writeFileSync(join(folder, ".cargo", "config.toml"), sources);
    },
    compile: async (folder, ...args) => {
      const env = { ...process.env, RUSTC: rustc, PATH: "/usr/bin:/bin" };
      const options = ["build", "--offline", "--quiet", "--release", "--target", RUST_TARGET];
      await run(cargo, [...options, ...args], { cwd: folder, env });
    },
  };
}

/** asc of the project. `compile` takes asc's arguments. */
export async function ascToolchain(): Promise<FoundToolchain> {
  return {
    version: `Node.js ${process.version}`,
    download: async (folder) => {
      const install = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"];
      await download(() => run("npm", install, { cwd: folder }));
    },
    compile: async (folder, ...args) => {
      const bin = join("node_modules", "assemblyscript", "bin");
      // Old versions have only "asc".
      const asc = [join(bin, "asc.js"), join(bin, "asc")].find((path) => existsSync(join(folder, path)))!;
      await run(process.execPath, [asc, ...args], { cwd: folder });
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
