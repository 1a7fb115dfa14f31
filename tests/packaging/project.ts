import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { packageRoot } from "../../sdk/envoy/index.js";
import { must } from "./run.js";

/** Makes a temporary folder outside of the repository. */
export function outside(): { folder: string; remove: () => void } {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "as-proxy-wasm-sdk-")));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

/** Writes files by path; objects are written as JSON. */
export function write(folder: string, files: Record<string, string | object>): string {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

/** The first block of a language in a page. */
function shown(page: string, language: string): string {
  const block = new RegExp("^```" + language + "\\n(.*?)^```$", "ms").exec(
    readFileSync(join(packageRoot(), page), "utf8"),
  );
  if (!block) throw new Error(`${page} has no block of ${language}`);
  return block[1]!;
}

/**
 * The code blocks of a section of a page, in order.
 *
 * @param page such as `docs/testing.md`
 * @param heading the text of its heading
 */
export function listings(page: string, heading: string, language: string): string[] {
  const text = readFileSync(join(packageRoot(), page), "utf8");
  const [, section] = text.split(new RegExp(`^#+ ${heading}$`, "m"));
  if (section === undefined) throw new Error(`${page} has no section "${heading}"`);
  const own = section.split(/^#+ /m)[0]!;
  return [...own.matchAll(new RegExp("^```" + language + "\\n(.*?)^```$", "gms"))].map(([, listing]) => listing!);
}

/** The plugin's test in the README. */
export function pluginTest(): string {
  const blocks = readFileSync(join(packageRoot(), "README.md"), "utf8").match(/(?<=^```ts\n).*?(?=^```$)/gms) ?? [];
  const block = blocks.find((one) => one.includes("as-proxy-wasm-sdk/testing"));
  if (block === undefined) throw new Error("README.md has no test of a plugin");
  return block;
}

/** The files of a plugin as docs/guide.md describes them, without package.json. Its source is the README's. */
export function pluginFiles(source: string = shown("README.md", "ts")): Record<string, string | object> {
  return {
    "assembly/index.ts": source,
    "assembly/tsconfig.json": { extends: "as-proxy-wasm-sdk/tsconfig.json", include: ["**/*.ts"] },
    "asconfig.json": shown("docs/guide.md", "json"),
  };
}

/** Packs a package with `npm pack`. Returns the path of the tarball. */
export async function pack(folder: string, packed = packageRoot()): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const output = await must(packed, "npm", "pack", "--json", "--silent", "--pack-destination", folder);
  const name = /"filename": "([^"]+)"/.exec(output)?.[1];
  if (!name) throw new Error(`npm pack printed no file name:\n${output}`);
  return join(folder, name);
}

/** Copies the files of the repository as a fresh clone has them, with changes that are not committed yet. */
export async function clone(folder: string): Promise<string> {
  const root = packageRoot();
  const listed = await must(root, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard");
  for (const path of listed.split("\0")) {
    if (path && existsSync(join(root, path))) cpSync(join(root, path), join(folder, path));
  }
  return folder;
}

/** The size, exports, imports and function names of a module. */
export function inspect(wasm: string) {
  const bytes = new Uint8Array(readFileSync(wasm));
  const module = new WebAssembly.Module(bytes);
  const names = WebAssembly.Module.customSections(module, "name").map((it) => Buffer.from(it).toString("latin1"));
  return {
    size: bytes.length,
    exports: WebAssembly.Module.exports(module).map(({ name }) => name),
    imports: WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`),
    names: names.join(""),
  };
}
