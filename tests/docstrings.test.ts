import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import asc from "assemblyscript/asc";
import { expect, test } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";
import { documentedExports, type Example } from "./support/docstrings.js";

const exported = documentedExports(join(packageRoot(), "index.ts"));
const examples = exported.flatMap((it) => it.examples);

/** What an example may use of a plugin. Examples may declare their own functions of the same names. */
const PLUGIN = `
  import { Action, Body, HttpContext, Json, Log } from "../index";
  export class Config {
    name: string = "";
    tenant: string = "";
    number: i32 = 0;
    burst: i32 = 0;
    consumers: string[] = [];
    allow: string[] = [];
  }
  export function parseConfig(json: Json, config: Config, log: Log): Error | null { return null; }
  export function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action { return Action.Continue; }
  export function onRequestBody(ctx: HttpContext, config: Config, body: Body, log: Log): Action { return Action.Continue; }
`;
const OF_PLUGIN = ["Config", "parseConfig", "onRequestHeaders", "onRequestBody"];

/** The variables that an example of statements may use. */
const VARIABLES = "ctx: HttpContext, config: Config, log: Log, json: Json, body: Body, response: HttpResponse";

/**
 * Makes an example a source file. Examples with functions, classes or SetCtx are top-level code, others become a
 * function.
 */
function sourceOf({ code }: Example): string {
  const declared = [...code.matchAll(/^(?:function|class) (\w+)/gm)].map((match) => match[1]!);
  const isTopLevel = declared.length > 0 || /^SetCtx</m.test(code);
  const body = isTopLevel ? code : `function example(${VARIABLES}): void {\n${code}\n}`;
  const functions = isTopLevel ? [...code.matchAll(/^function (\w+)/gm)].map((match) => match[1]!) : ["example"];
  const needed = (names: string[]) =>
    names.filter((name) => new RegExp(`\\b${name}\\b`).test(body) && !declared.includes(name)).join(", ");
  return [
    `import { ${needed(exported.map((it) => it.name))} } from "../index";`,
    `import { ${needed(OF_PLUGIN)} } from "./plugin";`,
    body,
    // asc compiles only functions that are referenced.
    ...functions.map((name) => `${name};`),
  ].join("\n");
}

/** Compiles source files. Returns asc's messages, "" if all files are valid. */
async function compile(files: Record<string, string>): Promise<string> {
  const { error, stderr } = await asc.main(
    [...Object.keys(files), "--runtime", "minimal", "--noEmit", "--baseDir", packageRoot()],
    {
      readFile: (name) => {
        if (name in files) return files[name]!;
        // The configuration in the root is for plugins: its transform would require a plugin.
        if (name.endsWith("asconfig.json")) return null;
        try {
          return readFileSync(isAbsolute(name) ? name : join(packageRoot(), name), "utf8");
        } catch {
          return null;
        }
      },
      writeFile: () => {},
      listFiles: () => null,
    },
  );
  return error ? `${stderr.toString()}\n${error.message}` : "";
}

const FOLDER = "docstring-examples";

test("every export of the SDK has an example", () => {
  expect(exported.length).toBeGreaterThanOrEqual(64);
  expect(exported.filter((it) => !it.hasExample).map((it) => it.name)).toEqual([]);
});

test("asc compiles every example", async () => {
  const files: Record<string, string> = { [`${FOLDER}/plugin.ts`]: PLUGIN };
  for (const [i, example] of examples.entries()) {
    files[`${FOLDER}/${example.of.replace(".", "-")}-${String(i)}.ts`] = sourceOf(example);
  }
  expect(await compile(files)).toBe("");
});

test("an example with a wrong type does not compile", async () => {
  const wrong = { of: "Headers", code: 'ctx.requestHeaders.set("x-count", 1);' };
  const said = await compile({ [`${FOLDER}/plugin.ts`]: PLUGIN, [`${FOLDER}/wrong.ts`]: sourceOf(wrong) });
  expect(said).toContain("Type 'i32' is not assignable to type '~lib/string/String'");
});
