import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { renameExport } from "./rename-export.js";
import { ascToolchain, DownloadError, goToolchain, RUST_TARGET, rustToolchain, type Toolchain } from "./toolchains.js";

const cache = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-foreign");

/** The path of the built module, or the reason why this computer cannot build it. */
export type Built = { wasm: string } | { missing: string };

/**
 * Builds a plugin of another SDK, with the tools of that SDK. Builds again only when the plugin's sources change.
 *
 * @returns the reason if a tool is not installed or a download fails
 * @throws Error with the compiler's output
 */
export async function buildForeign(language: keyof typeof LANGUAGES): Promise<Built> {
  const source = join(packageRoot(), "tests", "foreign", language);
  const wasm = join(cache, `${language}-${fingerprint(source)}.wasm`);
  if (existsSync(wasm)) return { wasm };
  const { find, build } = LANGUAGES[language];
  const toolchain = await find();
  if ("missing" in toolchain) return toolchain;
  const folder = mkdtempSync(join(tmpdir(), `as-proxy-wasm-${language}-`));
  try {
    cpSync(source, folder, { recursive: true });
    await toolchain.download(folder);
    const bytes = await build(toolchain, folder);
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

const LANGUAGES = {
  go: {
    find: goToolchain,
    build: async (go: Toolchain, folder: string) => {
      await go.compile(folder, "-o", "plugin.wasm", ".");
      return forEnvoy(readFileSync(join(folder, "plugin.wasm")));
    },
  },
  rust: {
    find: rustToolchain,
    build: async (rust: Toolchain, folder: string) => {
      await rust.compile(folder);
      return readFileSync(join(folder, "target", RUST_TARGET, "release", "foreign_rust.wasm"));
    },
  },
  as: {
    find: ascToolchain,
    build: async (asc: Toolchain, folder: string) => {
      await asc.compile(folder, "assembly/index.ts", ...GCORE_OPTIONS, "--optimize", "--outFile", "plugin.wasm");
      return readFileSync(join(folder, "plugin.wasm"));
    },
  },
};

/** asc's options for G-Core's SDK. It logs through `process.stdout`, which asc provides only with wasi-shim. */
export const GCORE_OPTIONS = [
  ...["--config", join("node_modules", "@assemblyscript", "wasi-shim", "asconfig.json")],
  ...["--use", "abort=abort_proc_exit"],
];

/** Renames Higress's ABI marker in a module of Higress's Go SDK, so that a stock Envoy loads the module. */
export function forEnvoy(wasm: Uint8Array): Uint8Array {
  return renameExport(wasm, "proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1");
}

/** Names the content of a folder. */
export function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  for (const path of paths) hash.update(path.slice(folder.length)).update("\0").update(readFileSync(path));
  return hash.digest("hex").slice(0, 16);
}
