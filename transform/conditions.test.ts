import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPlugin } from "../sdk/build/index.js";
import { PluginProject } from "../tests/support/plugin-project.js";

/** The body of a function, and the functions in it that are conditions without a call. */
const CASES: [body: string, ...functions: string[]][] = [
  ["return !json.exists;", "json.exists"],
  ["return json.exists ? true : false;", "json.exists"],
  ["if (json.isNull) return true; return false;", "json.isNull"],
  ["while (json.exists) return true; return false;", "json.exists"],
  ["do { json = json.get(k); } while (json.exists); return true;", "json.exists"],
  ["for (; json.exists; ) return true; return false;", "json.exists"],
  ["return !(json.exists);", "json.exists"],
  ["if (k != '' && json.isNull) return true; return false;", "json.isNull"],
  ["if ((k == '' || json.isNull) && k != 'a') return true; return false;", "json.isNull"],
  ["if (own) return true; return false;", "own"],
  ["return !getProperty([k]).exists;", "getProperty([k]).exists"],
  ["return !json.exists() && !!json.get(k).isNull();"],
  ["if (ctx.isWebsocket && !ctx.hasRequestBody) return true; return !own(k);"],
  ["if (handler) return handler(k); return handler !== null;"],
  ["const list = [k]; return list.some((it) => !it.length);"],
];

let project: PluginProject;
/** The errors of the build, by the number of the case. */
const errors = new Map<number, string[]>();

beforeAll(async () => {
  let source = `import { HttpContext, Json, SetCtx, ProcessRequestHeaders, Action, getProperty } from "as-proxy-wasm-sdk";
class Config {}
function own(k: string): bool { return k == ""; }
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ${CASES.map((_, n) => `case${n}(ctx, Json.parse("1"), "", own);`).join(" ")}
  return Action.Continue;
}
SetCtx<Config>("conditions", [ProcessRequestHeaders<Config>(onRequestHeaders)]);
`;
  const starts: number[] = [];
  for (const [n, [body]] of CASES.entries()) {
    starts.push(source.split("\n").length);
    source += `function case${n}(ctx: HttpContext, json: Json, k: string, handler: ((k: string) => bool) | null): bool {\n${body}\n}\n`;
  }
  project = new PluginProject({ "assembly/index.ts": source });
  const result = await buildPlugin(project.folder);
  if (result.ok) throw new Error("the build did not fail");
  for (const { message, line } of result.diagnostics) {
    const n = starts.findLastIndex((start) => start <= line!);
    errors.set(n, [...(errors.get(n) ?? []), message]);
  }
}, 120_000);
afterAll(() => project.remove());

it.each(CASES.map(([body, ...functions], n) => [body, functions, n] as const))("%s → %s", (_, functions, n) => {
  const messages = functions.map(
    (it) => `${it} is a function, which is always true; write ${it}() to call the function`,
  );
  expect(errors.get(n) ?? []).toEqual(messages);
});

it("rejects nothing else", () => expect(errors.get(-1)).toBe(undefined));
