import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPlugin } from "../sdk/build/index.js";
import { PluginProject } from "../tests/support/plugin-project.js";

const closure = (name: string) =>
  `AS100: AssemblyScript has no closures: this function cannot use "${name}" of the function around it; ` +
  `pass "${name}" as a parameter, or declare it at the top level`;

/** The body of a function, and the messages about the body. */
const CASES: [body: string, messages: string[]][] = [
  [`const name = k + "x"; return ["x"].filter((v) => v == name).length;`, [closure("name")]],
  [`return ["x"].filter((v) => v == k).length;`, [closure("k")]],
  [`let n = 0; ["x"].forEach((v) => { n++; }); return n;`, [closure("n")]],
  [
    `const parts = k == "" ? null : k.split(","); return 0;`,
    [
      'AS226: null alone has no type here; declare the type: const value: string | null = condition ? null : "text"',
      "TS2322: Type '~lib/array/Array<~lib/string/String>' is not assignable to type 'usize'.",
      "TS2355: A function whose declared type is not 'void' must return a value.",
    ],
  ],
  [`const parts: string[] | null = k == "" ? null : k.split(","); return parts === null ? 0 : parts.length;`, []],
  [`return new Early(k).n;`, []],
  [
    `return new Late(k).n;`,
    [`TS2322: a return without a value is not possible in a constructor; write "return this;"`],
  ],
  [
    `log.infof("%s", k); return 0;`,
    [`TS2339: a log has no "infof": AssemblyScript has no Sprintf; write log.info("a " + b)`],
  ],
  [
    `Json.parse(k).Get("a"); return 0;`,
    [`TS2339: Json has no "Get"; docs/porting.md lists what stands for the functions of Go`],
  ],
  [
    `return Json.parse(k).nosuch;`,
    ["TS2339: Property 'nosuch' does not exist on type '~lib/as-proxy-wasm-sdk/assembly/json/json/Json'."],
  ],
];

let project: PluginProject;
/** The errors and warnings of the build, by the number of the case. */
const messages = new Map<number, string[]>();

beforeAll(async () => {
  let source = `import { HttpContext, Json, SetCtx, ProcessRequestHeaders, Action, log } from "as-proxy-wasm-sdk";
class Config {}
class Early { n: i32 = 0; constructor(k: string) { if (k == "") return this; this.n = 1; } }
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ${CASES.map((_, n) => `case${n}(ctx.path);`).join(" ")}
  return Action.Continue;
}
SetCtx<Config>("messages", [ProcessRequestHeaders<Config>(onRequestHeaders)]);
`;
  const starts: number[] = [];
  for (const [n, [body]] of CASES.entries()) {
    starts.push(source.split("\n").length);
    if (body.includes("Late")) {
      source += `class Late { n: i32 = 0; constructor(k: string) { if (k == "") return; this.n = 1; } }\n`;
    }
    source += `function case${n}(k: string): i32 { ${body} }\n`;
  }
  project = new PluginProject({ "assembly/index.ts": source });
  const result = await buildPlugin(project.folder);
  if (result.ok) throw new Error("the build passed");
  for (const { code, message, line } of result.diagnostics) {
    const n = starts.findLastIndex((start) => start <= (line ?? 0));
    messages.set(n, [...(messages.get(n) ?? []), `${code}: ${message}`]);
  }
}, 120_000);
afterAll(() => project.remove());

it.each(CASES.map(([body, expected], n) => [body, expected, n] as const))("%s", (_, expected, n) => {
  expect(messages.get(n) ?? []).toEqual(expected);
});
