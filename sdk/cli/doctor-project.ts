import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { readProject, resolveFrom } from "../build/index.js";
import type { Check } from "./check.js";

const SDK = "as-proxy-wasm-sdk";

/** The packages of a plugin's project, and the versions that this SDK works with. */
const PACKAGES = [
  { name: "assemblyscript", range: /^0\.28\.(2\d|[3-9]\d|\d{3,})$/, wanted: "~0.28.20", isNeeded: true },
  { name: "vitest", range: /^(3\.([2-9]|\d\d)|[4-9]|\d\d)/, wanted: ">=3.2", isNeeded: false },
  { name: "typescript", range: /^(5\.9|[6-9]|\d\d)/, wanted: ">=5.9", isNeeded: false },
] as const;

/** What lacks without an optional package. */
const USES: Readonly<Record<string, string>> = { vitest: "as-proxy-wasm test", typescript: "the check of types" };

/** Checks the folder of a plugin and its packages. */
export async function projectChecks(given: string): Promise<Check[]> {
  const folder = resolve(given);
  if (!existsSync(join(folder, "asconfig.json")) && existsSync(folder)) {
    const found = `${folder} has no asconfig.json, so it is not the folder of a plugin`;
    return [{ name: "project", result: "warn", found, mend: "npx as-proxy-wasm create my-plugin" }];
  }
  const project = readProject(folder);
  const problem = "severity" in project ? project.message.split("\n")[0]! : undefined;
  return [
    problem === undefined
      ? { name: "project", result: "ok", found: folder }
      : { name: "project", result: "fail", ...splitMend(problem) },
    packageJson(folder),
    ...copiesOfSdk(folder),
    ...PACKAGES.map((one) => packageCheck(folder, one)),
  ];
}

/** "cannot find …; run: npm install" in its two parts. */
function splitMend(message: string): { found: string; mend?: string } {
  const [found = "", mend] = message.split("; run: ");
  return mend === undefined ? { found } : { found, mend };
}

function packageJson(folder: string): Check {
  if (existsSync(join(folder, "package.json"))) return { name: "package.json", result: "ok", found: "package.json" };
  return { name: "package.json", result: "warn", found: "the folder has no package.json", mend: "npm init -y" };
}

function packageCheck(folder: string, { name, range, wanted, isNeeded }: (typeof PACKAGES)[number]): Check {
  const file = resolveFrom(folder, `${name}/package.json`);
  const mend = `npm install -D '${name}@${wanted}'`;
  if (file === undefined) {
    const found = isNeeded ? "not installed" : `not installed; ${USES[name]} needs it`;
    return { name, result: isNeeded ? "fail" : "warn", found, mend };
  }
  const version = versionOf(file);
  if (range.test(version)) return { name, result: "ok", found: version };
  return { name, result: isNeeded ? "fail" : "warn", found: `${version}; this SDK works with ${wanted}`, mend };
}

/** Two copies of the SDK cannot be compiled into one plugin: the transform of one does not know the classes of the other. */
function copiesOfSdk(folder: string): Check[] {
  const copies = new Set<string>();
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "node_modules", SDK, "package.json");
    if (existsSync(file)) copies.add(dirname(realpathSync(file)));
    if (at === dirname(at)) break;
  }
  const [first, ...others] = copies;
  if (first === undefined)
    return [{ name: SDK, result: "fail", found: "not installed", mend: `npm install -D ${SDK}` }];
  const version = versionOf(join(first, "package.json"));
  if (others.length === 0) return [{ name: SDK, result: "ok", found: version }];
  const found = `${copies.size} copies: ${[...copies].join(", ")}`;
  return [{ name: SDK, result: "warn", found, mend: `remove all but one, then npm install` }];
}

function versionOf(file: string): string {
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
