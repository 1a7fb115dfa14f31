import { afterAll, beforeAll, expect, it } from "vitest";
import { buildPlugin } from "../sdk/build/index.js";
import { PLUGIN, PluginProject } from "../tests/support/plugin-project.js";

/** The body of a function, and the warning for it. A body without a warning cannot trap, or checks first. */
const CASES: [body: string, warning?: string][] = [
  [
    `return m.get(k);`,
    `m.get(k) traps when the map has no such key; check m.has(k) first, or use getOr(m, k, otherwise)`,
  ],
  [`return m.has(k) ? m.get(k) : 0;`],
  [
    `return m.has("b") ? m.get(k) : 0;`,
    `m.get(k) traps when the map has no such key; check m.has(k) first, or use getOr(m, k, otherwise)`,
  ],
  [`const keys = m.keys(); for (let j = 0; j < keys.length; j++) i += m.get(keys[j]); return i;`],
  [`return ctx.requestHeaders.get(k) === null ? 0 : 1;`],
  [`return Json.parse(k).get("a").i32();`],
  [
    `return list[i].length;`,
    `list[i] traps when the index is out of range; check list.length first, or use atOr(list, i, otherwise)`,
  ],
  [`return i < list.length ? list[i].length : 0;`],
  [
    `return i < otherlist.length ? list[i].length : 0;`,
    `list[i] traps when the index is out of range; check list.length first, or use atOr(list, i, otherwise)`,
  ],
  [`list[0] = k; return 0;`],
  [
    `const s = new StaticArray<i32>(2); s[i] = 1; return 0;`,
    `s[i] traps when the index is out of range; check s.length first, or use atOr(s, i, otherwise)`,
  ],
  [`const s = new StaticArray<i32>(2); return s[1];`],
  [
    `const s = new StaticArray<i32>(2); return s[2];`,
    `s[2] traps when the index is out of range; check s.length first, or use atOr(s, 2, otherwise)`,
  ],
  [
    `const bytes = new Uint8Array(4); return bytes[i];`,
    `bytes[i] traps when the index is out of range; check bytes.length first, or use atOr(bytes, i, otherwise)`,
  ],
  [`return [1, 2][1];`],
  [`return k.split(";")[0].length;`],
  [
    `return k.split(";")[1].length;`,
    `k.split(";")[1] traps when the index is out of range; check k.split(";").length first, or use atOr(k.split(";"), 1, otherwise)`,
  ],
  [`const parts = k.split(";"); return parts[0].length;`],
  [
    `const pair = ctx.requestHeaders.entries()[0]; return pair[1].length;`,
    `ctx.requestHeaders.entries()[0] traps when the index is out of range; check ctx.requestHeaders.entries().length first, or use atOr(ctx.requestHeaders.entries(), 0, otherwise)`,
  ],
  [`const all = ctx.requestHeaders.entries(); for (let j = 0; j < all.length; j++) i += all[j][1].length; return i;`],
  [`return k[i].length;`],
  [`return list.pop().length;`, `list.pop() traps when the array is empty; check list.length first`],
  [`return list.length > 0 ? list.shift().length : 0;`],
  [`return k.at(i).length;`, `k.at(i) traps when the index is out of range; check k.length first`],
  [`return k.repeat(i).length;`, `k.repeat(i) traps when i is negative or huge; check i first`],
  [`return k.repeat(3).length;`],
  [`return i < 0 ? 0 : k.repeat(i).length;`],
  [`return String.fromCodePoint(i).length;`, `String.fromCodePoint(i) traps above 0x10FFFF; check i first`],
  [
    `return decodeURIComponent(k).length;`,
    `decodeURIComponent(k) traps on a malformed escape; use decodePath(k) or decodeQueryComponent(k)`,
  ],
  [
    `return encodeURI(k).length;`,
    `encodeURI(k) traps on a lone surrogate; use encodePathSegment(k) or encodeQueryComponent(k)`,
  ],
  [
    `return <i32>Date.fromString(k).getTime();`,
    `Date.fromString(k) traps on a text that is not a date; use parseRfc3339(k) or parseHttpDate(k)`,
  ],
  [`return 10 / i;`, `10 / i traps when i is 0; check i first`],
  [`return 10 % (i + 1);`, `10 % (i + 1) traps when (i + 1) is 0; check (i + 1) first`],
  [`i /= list.length; return i;`, `i /= list.length traps when list.length is 0; check list.length first`],
  [`return i != 0 ? 10 / i : 0;`],
  [`return 10 / max(i, 1);`],
  [`return 10 / 3;`],
  [`return 10 / SIZE;`],
  [`return <i32>(1.5 / <f64>i);`],
  [`return maybe!.length;`, `maybe! traps when maybe is null; compare maybe with null first`],
  [`return maybe !== null ? maybe.length : 0;`],
  [
    `if (i > 9) throw new Error("no"); return 0;`,
    `throw ends the VM, and nothing catches the error; return an Error instead`,
  ],
  [`assert(i > 0); return 0;`, `assert(i > 0) ends the VM when i > 0 does not hold; return an Error instead`],
  [`return 10 / i; // cannot trap: the parser rejects 0`],
  [`return 10 / i; // cannot trap:`, `10 / i traps when i is 0; check i first`],
  [`return 10 / i; // cannot fail`, `10 / i traps when i is 0; check i first`],
  [`\n// cannot trap: the parser rejects 0\nreturn 10 / i;`],
  [
    `const x = 1; // cannot trap: this comment is about its own line\nreturn x / i;`,
    `x / i traps when i is 0; check i first`,
  ],
];

let project: PluginProject;
/** The warnings of the build, by the number of the case. */
const warnings = new Map<number, string[]>();

beforeAll(async () => {
  const head = `import { HttpContext, Json, SetCtx, ProcessRequestHeaders, Action } from "as-proxy-wasm-sdk";
const SIZE = 4;
const m = new Map<string, i32>();
const list: string[] = [];
const otherlist: string[] = [];
class Config {}
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ${CASES.map((_, n) => `case${n}(ctx, ctx.path, 1, null);`).join(" ")}
  return Action.Continue;
}
function notUsed(i: i32): i32 { return 10 / i; }
SetCtx<Config>("traps", [ProcessRequestHeaders<Config>(onRequestHeaders)]);
`;
  let source = head;
  const starts: number[] = [];
  for (const [n, [body]] of CASES.entries()) {
    starts.push(source.split("\n").length);
    source += `function case${n}(ctx: HttpContext, k: string, i: i32, maybe: string | null): i32 {\n${body}\n}\n`;
  }
  project = new PluginProject({ "assembly/index.ts": source });
  const result = await buildPlugin(project.folder);
  if (!result.ok) throw new Error(JSON.stringify(result));
  for (const { message, line, code } of result.warnings) {
    const n = starts.findLastIndex((start) => start <= line!);
    warnings.set(n, [...(warnings.get(n) ?? []), code === "AS102" ? message : `${code}: ${message}`]);
  }
}, 120_000);
afterAll(() => project.remove());

it.each(CASES.map(([body, warning], n) => [body, warning ?? "nothing", n] as const))("%s → %s", (_, warning, n) => {
  expect(warnings.get(n) ?? ["nothing"]).toEqual([warning]);
});

it("warns about the plugin's own code only, and only about code that is compiled", () => {
  expect(warnings.get(-1)).toBe(undefined);
});

it("does not warn about a plugin that cannot trap", async () => {
  project.write({ "assembly/index.ts": PLUGIN });
  expect(await buildPlugin(project.folder)).toMatchObject({ warnings: [] });
});
