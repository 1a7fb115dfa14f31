import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";

const root = packageRoot();
/** Folders that tools make. */
const GENERATED = new Set(["build", "coverage", "dist", "node_modules", "target", "types"]);

/** The folders below one that hold code, as "sdk/host/". */
function foldersWithCode(folder = ""): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  const hasCode = folder !== "" && entries.some((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name));
  const isGenerated = (name: string) => GENERATED.has(name) && `${folder}${name}` !== "sdk/build";
  const inner = entries.filter(({ name }) => !name.startsWith(".") && !isGenerated(name));
  const below = inner
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersWithCode(`${folder}${name}/`));
  return [...(hasCode ? [folder] : []), ...below];
}

/** The folders in the table of CONTRIBUTING.md; "tests/plugins/**" stands for all below. */
function listedFolders(): string[] {
  const page = readFileSync(join(root, "CONTRIBUTING.md"), "utf8");
  return [...page.matchAll(/^\| `([^`]+)` /gm)].map(([, folder]) => folder!).filter((one) => /\/(\*\*)?$/.test(one));
}

test("CONTRIBUTING.md lists every folder that holds code, and no other", () => {
  const listed = listedFolders();
  const isListed = (folder: string) =>
    listed.some((one) => (one.endsWith("**") ? folder.startsWith(one.slice(0, -2)) : folder === one));
  // assembly/ itself only has globals.d.ts.
  const folders = foldersWithCode().filter((folder) => folder !== "assembly/");
  expect(folders.filter((folder) => !isListed(folder))).toEqual([]);
  expect(listed.filter((one) => !existsSync(join(root, one.replace("**", ""))))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
  expect(listed).toContain("sdk/host/vm/");
});
