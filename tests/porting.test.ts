import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";
import { publicNames } from "./support/public-names.js";

// The tables of docs/porting.md name functions that exist, tests that use them, and every function of Go.

const PAGE = "docs/porting.md";
const read = (path: string) => readFileSync(join(packageRoot(), path), "utf8");

interface Row {
  /** The row as the page shows it. */
  line: string;
  go: string[];
  here: string[];
  /** The files that the row links to. */
  tests: string[];
  /** Whether the row says that the SDK has no such function. */
  isMissing: boolean;
}

/** The rows of the tables with the columns Go, here and test. */
function rows(): Row[] {
  const tables = read(PAGE).match(/^\| Go +\| here +\| test +\|\n(\|.*\n)+/gm) ?? [];
  return tables.flatMap((table) =>
    table
      .trim()
      .split("\n")
      .slice(2)
      .map((line) => {
        const [, go, here, links] = line.split(/ *\| */) as [string, string, string, string];
        const names = chains(here);
        return {
          ...{ line, go: chains(go), here: here.startsWith("the same") ? [...chains(go), ...names] : names },
          tests: [...links.matchAll(/\]\(\.\.\/([^)]+)\)/g)].map(([, path]) => path!),
          isMissing: here.startsWith("no:"),
        };
      }),
  );
}

/** The names in the code of a cell: `ctx.getOr` of `ctx.getOr<bool>(key, d)`. Texts in quotes are no names. */
function chains(cell: string): string[] {
  return [...cell.matchAll(/`(?:new )?([A-Za-z][\w/-]*(?:\.\w+)*)[^`]*`/g)].map(([, name]) => name!);
}

const ROWS = rows();
const PRESENT = ROWS.filter(({ isMissing }) => !isMissing);
const PUBLIC = publicNames(join(packageRoot(), "index.ts"));
const MEMBERS = new Set([...PUBLIC.values()].flatMap((names) => [...names]));

/** The variables of the page, and their classes. */
const VARIABLES: Record<string, string[]> = {
  ctx: ["HttpContext", "PluginContext"],
  client: ["HttpClient"],
  cluster: ["Cluster"],
  response: ["HttpResponse"],
  redis: ["RedisClient"],
  reply: ["RedisReply"],
  json: ["Json"],
  queue: ["SharedQueue"],
  body: ["Body"],
  log: ["Log"],
};

/** Whether the SDK exports a name, or one of its exported classes has a method of that name. */
function isPublic(chain: string): boolean {
  const [first, second, third] = chain.split(".") as [string, string?, string?];
  if (second === undefined) return PUBLIC.has(first) || MEMBERS.has(first);
  const owners = VARIABLES[first] ?? [first];
  const isMember = owners.some((owner) => PUBLIC.get(owner)?.has(second));
  return isMember && (third === undefined || MEMBERS.has(third));
}

/** A test with the sources of the plugins in tests/plugins and examples/ that it names. */
function testText(path: string): string {
  const text = read(path);
  const named = new Set([...text.matchAll(/["`/]([\w-]+)["`]/g)].map(([, name]) => name!));
  const plugins = readdirSync(join(packageRoot(), "tests", "plugins")).filter((name) => named.has(name));
  // The function `probe` of tests/scenarios/probe.ts names the plugin.
  if (text.includes("probe(")) plugins.push("probe");
  const folders = plugins.map((name) => `tests/plugins/${name}`);
  if (dirname(dirname(path)) === "examples") folders.push(dirname(path));
  const sources = folders.filter((folder) => existsSync(join(packageRoot(), folder, "assembly"))).map(sourceOf);
  return [text, ...sources].join("\n");
}

function sourceOf(folder: string): string {
  const files = readdirSync(join(packageRoot(), folder, "assembly")).filter((name) => name.endsWith(".ts"));
  const text = files.map((name) => read(`${folder}/assembly/${name}`)).join("\n");
  return text.includes('"../../steps"') ? text + read("tests/plugins/steps.ts") : text;
}

const mentions = (text: string, chain: string) => new RegExp(`\\b${chain.split(".").at(-1)!}\\b`).test(text);

test("the page has a row for each function of Go", () => {
  const listed = new Set(ROWS.flatMap(({ go }) => go.map((name) => name.split(".").at(-1)!)));
  const wanted = read("tests/data/higress-go-names.txt").trim().split(/\s+/);
  expect(wanted.length).toBeGreaterThan(300);
  expect(wanted.filter((name) => !listed.has(name))).toEqual([]);
});

test("the SDK exports the names on the right side", () => {
  const wrong = PRESENT.flatMap(({ here }) => here.filter((name) => !isPublic(name)));
  expect(wrong).toEqual([]);
  expect(PRESENT.filter(({ here }) => here.length === 0)).toEqual([]);
  expect(isPublic("ctx.noSuchMethod") || isPublic("noSuchFunction")).toBe(false);
});

test("the table of the standard library names functions of the SDK, and of AssemblyScript's library", () => {
  const [table] = read(PAGE).match(/(?<=## Go's standard library\n\n)(\|.*\n)+/)!;
  const cells = table.split("\n").slice(2, -1);
  const names = cells.flatMap((row) => chains(row.split(/ *\| */)[2]!.replace(/^no: .*/, "")));
  expect(cells.length).toBeGreaterThan(20);
  const standard = [Array, String, Number, ArrayBuffer, DataView].map(({ prototype }) => prototype as object);
  const isStandard = (name: string) =>
    ["DataView", "getUint64", "Math.random"].includes(name) || standard.some((prototype) => name in prototype);
  expect(names.filter((name) => !isPublic(name) && !isStandard(name))).toEqual([]);
  expect(isStandard("noSuchMethod")).toBe(false);
});

test("each row links to tests that use its names, or says why the SDK has no such function", () => {
  const paths = [...new Set(PRESENT.flatMap(({ tests }) => tests))];
  expect(paths.filter((path) => !existsSync(join(packageRoot(), path)))).toEqual([]);
  const texts = new Map(paths.map((path) => [path, testText(path)]));
  const wrong = PRESENT.flatMap(({ here, tests, line }) => {
    const unused = here.filter((name) => !tests.some((path) => mentions(texts.get(path)!, name)));
    return tests.length === 0 || unused.length > 0 ? [{ line, unused }] : [];
  });
  expect(wrong).toEqual([]);
  const unexplained = ROWS.filter(({ isMissing, line }) => isMissing && !/\| no: .{10}/.test(line));
  expect(unexplained).toEqual([]);
});

test("the tables fit into GitHub's page", () => {
  // A cell breaks at spaces only. About 100 characters of code fit side by side.
  const tables = read(PAGE).match(/(^\|.*\n)+/gm)!;
  const words = (cell: string) => cell.replace(/\]\([^)]*\)/g, "]").split(/\s+/);
  const widths = tables.map((table) => {
    const lines = table
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("| --"));
    const cells = lines.map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
    const columns = cells[0]!.map((_, i) =>
      Math.max(...cells.flatMap((row) => words(row[i]!).map((one) => one.length))),
    );
    return columns.reduce((sum, width) => sum + width, 0);
  });
  expect(Math.max(...widths)).toBeLessThanOrEqual(100);
});
