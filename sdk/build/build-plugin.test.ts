import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { PLUGIN, PluginProject } from "../../tests/support/plugin-project.js";
import { Builder, buildPlugin, type BuildFailure, type BuildOptions, type BuildSuccess } from "./index.js";

let project: PluginProject;
let builder: Builder;

beforeAll(() => {
  project = new PluginProject();
  builder = new Builder(project.folder);
});
afterEach(() => project.write({ "assembly/index.ts": PLUGIN }));
afterAll(() => {
  builder.close();
  project.remove();
});

const built = async (options: BuildOptions = { debug: true }): Promise<BuildSuccess> => {
  const result = await builder.build(options);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result;
};
const failed = async (options: BuildOptions = { debug: true }): Promise<BuildFailure> => {
  const result = await builder.build(options);
  if (result.ok) throw new Error(`${result.wasm} was built`);
  return result;
};
const source = (text: string) => project.write({ "assembly/index.ts": text });

describe("a build", () => {
  test("writes the module and the source map that asconfig.json names", async () => {
    const first = await built();
    expect(first).toMatchObject({
      wasm: project.path("build/debug.wasm"),
      map: project.path("build/debug.wasm.map"),
      needsHigress: [],
      warnings: [],
      notes: "",
    });
    const bytes = readFileSync(first.wasm);
    expect([first.bytes, first.gzipBytes]).toEqual([bytes.length, gzipSync(bytes, { level: 9 }).length]);
    expect(first.imports).toContain("env.proxy_send_local_response");
    expect(first.sources).toContain(project.path("assembly/index.ts"));
    expect(JSON.parse(readFileSync(first.map!, "utf8"))).toMatchObject({ sourceRoot: "./debug" });
    expect(bytes.toString("latin1")).toContain("./debug.wasm.map");
    expect(readdirSync(project.path("build")).sort()).toEqual(["debug.wasm", "debug.wasm.map"]);

    source(PLUGIN.replace('"small")', '"another text")'));
    const second = await built();
    expect(second.previousBytes).toBe(first.bytes);
    expect(second.bytes).toBeGreaterThan(first.bytes);
  });

  test("makes the same module in a process that was used before as in a new one", async () => {
    const used = readFileSync((await built()).wasm);
    const result = await buildPlugin(project.folder, { debug: true });
    expect(readFileSync((result as BuildSuccess).wasm).equals(used)).toBe(true);
  });

  test("without debug makes the release module, without a source map", async () => {
    const { wasm, map, previousBytes } = await built({});
    expect([wasm, map, previousBytes]).toEqual([project.path("build/plugin.wasm"), undefined, undefined]);
  });

  test("of several callers at once gives each a whole module", async () => {
    const builds = [
      buildPlugin(project.folder, { debug: true }),
      builder.build({ debug: true }),
      builder.build({ debug: true }),
    ];
    for (const result of await Promise.all(builds)) {
      expect(result.ok).toBe(true);
      expect(WebAssembly.validate(readFileSync((result as BuildSuccess).wasm))).toBe(true);
    }
    expect(readdirSync(project.path("build")).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("needs Higress when the plugin calls what only Higress provides", async () => {
    source(`${PLUGIN}
@external("env", "proxy_redis_init") declare function redis_init(a: usize, b: u32, c: usize, d: u32, e: usize, f: u32, g: u32): u32;
export function proxy_on_tick(id: u32): void { redis_init(0, 0, 0, 0, 0, 0, 0); }`);
    const { needsHigress, notes } = await built();
    expect(needsHigress).toEqual(["proxy_redis_init"]);
    expect(notes).toBe("");
  });

  test("reports warnings", async () => {
    source(`${PLUGIN}\nexport function first<T>(values: T[]): T { return values[0]; }`);
    const { warnings } = await built();
    expect(warnings).toMatchObject([
      { severity: "warning", code: "AS235", file: project.path("assembly/index.ts"), line: 9 },
    ]);
  });
});

describe("a failed build", () => {
  test("names file, line, column and the source line of each error, and keeps the previous module", async () => {
    const { wasm } = await built();
    const before = readFileSync(wasm);
    project.write({
      "assembly/helper.ts": "\r\nexport function help(a: i32): string {\r\n\treturn a.toStrin();\r\n}\r\n",
    });
    source(`import { help } from "./helper";\n${PLUGIN}const a: i32 = "é";\nhelp(a);\n`);
    const { diagnostics, sources } = await failed();
    expect(diagnostics).toEqual([
      {
        ...{ severity: "error", code: "TS2322", message: "Type '~lib/string/String' is not assignable to type 'i32'." },
        ...{ file: project.path("assembly/index.ts"), line: 9, column: 16, length: 3, excerpt: 'const a: i32 = "é";' },
      },
      {
        ...{
          severity: "error",
          code: "TS2339",
          message: "Property 'toStrin' does not exist on type '~lib/number/I32'.",
        },
        ...{
          file: project.path("assembly/helper.ts"),
          line: 3,
          column: 11,
          length: 7,
          excerpt: "\treturn a.toStrin();",
        },
      },
    ]);
    expect(sources).toContain(project.path("assembly/helper.ts"));
    expect(readFileSync(wasm).equals(before)).toBe(true);
  });

  test("names the file of a package in which the error is", async () => {
    source(PLUGIN.replace("<Config>(onRequest", "<i32>(onRequest"));
    const { diagnostics } = await failed();
    expect(diagnostics.length).toBeGreaterThan(0);
    for (const { file } of diagnostics) expect(existsSync(file!)).toBe(true);
  });

  test.each([
    ["a syntax error", "function ( {", { code: "TS1003", line: 1, column: 9, message: "Identifier expected." }],
    ["an import of no file", 'import { a } from "./none"; a();', { code: "TS6054", line: 1, column: 19 }],
  ])("reports %s", async (_name, text, expected) => {
    source(text);
    expect((await failed()).diagnostics[0]).toMatchObject(expected);
  });

  test.each([
    [
      "SetCtx has no hook",
      PLUGIN.replace("ProcessRequestHeaders<Config>(onRequestHeaders)", ""),
      "SetCtx registers no hook",
    ],
    ["SetCtx is not called", "export function f(): void {}", "no plugin: SetCtx is not called"],
    [
      "no gateway has an import",
      `${PLUGIN}\ndeclare function alert(): void;\nexport function proxy_on_tick(id: u32): void { alert(); }`,
      "the plugin imports index.alert, which no proxy-wasm host provides",
    ],
  ])("says why the module would do nothing, or not load: %s", async (_name, text, message) => {
    source(text);
    const { diagnostics } = await failed();
    expect(diagnostics).toMatchObject([{ severity: "error", code: "" }]);
    expect(diagnostics[0]!.message).toContain(message);
    expect(diagnostics[0]!.message).not.toContain("    at ");
  });
});

test("a signal ends the compiler's process, and the next build works", async () => {
  const controller = new AbortController();
  const build = builder.build({ debug: true, signal: controller.signal });
  controller.abort(new Error("enough"));
  await expect(build).rejects.toThrow("enough");
  const later = builder.build({ debug: true, signal: controller.signal });
  await expect(later).rejects.toThrow("enough");
  expect((await built()).ok).toBe(true);
});

describe("transforms", () => {
  const target = (transform: string) => {
    const config = JSON.parse(readFileSync(project.path("asconfig.json"), "utf8")) as object;
    return JSON.stringify({ ...config, options: { transform: [transform] } });
  };
  let config: string;
  beforeAll(() => (config = readFileSync(project.path("asconfig.json"), "utf8")));
  afterEach(() => writeFileSync(project.path("asconfig.json"), config));

  test("are loaded again when they change", async () => {
    const transform = (text: string) =>
      project.write({ "transform.mjs": `export default class { afterParse() { this.stderr.write("${text}\\n"); } }` });
    transform("one");
    project.write({ "asconfig.json": target("./transform.mjs") });
    expect((await built()).notes).toBe("one");
    expect((await built()).notes).toBe("one");
    transform("another");
    expect((await built()).notes).toBe("another");
  });

  test.each([
    ["throws", 'throw new Error("not today")', "not today"],
    ["ends the process", "process.exit(3)", "the compiler's process was ended with exit code 3 before it had a result"],
  ])("a transform that %s fails the build", async (name, code, message) => {
    const file = `transform-${name.replaceAll(" ", "-")}.mjs`;
    project.write({
      [file]: `export default class { afterParse() { ${code}; } }`,
      "asconfig.json": target(`./${file}`),
    });
    expect((await failed()).diagnostics).toEqual([{ severity: "error", code: "", message }]);
  });
});

describe("a folder that cannot be built", () => {
  const check = async (files: Record<string, string>) => {
    const broken = new PluginProject(files);
    const result = await buildPlugin(broken.folder);
    broken.remove();
    if (result.ok) throw new Error("built");
    return result.diagnostics.map((one) => [one.message.replaceAll(broken.folder, "FOLDER"), one.file && one.line]);
  };

  test.each([
    ['{\n  "entries": [,]\n}', /^not valid JSON: /, 2],
    ["[]", /^expected an object$/, 1],
    ['{\n"extends": 1}', /^"extends": expected the name of a file$/, 2],
    [
      '{"extends": "none/asconfig.json"}',
      /^"extends": cannot find "none\/asconfig.json": the package is not installed; run: npm install$/,
      1,
    ],
    ['{"extends": "./none.json"}', /^"extends": cannot find "\.\/none\.json": the file does not exist$/, 1],
    [
      '{"targets": {"release": {"outFile": "a.wasm"}}}',
      /^asconfig.json names no source; expected "entries"/,
      undefined,
    ],
    [
      '{"entries": ["assembly/index.ts"]}',
      /has no target "release"; write "release": \{ "outFile": "build\/plugin.wasm" \}/,
      undefined,
    ],
    [
      '{"entries": ["assembly/index.ts"], "targets": {"release": {}}}',
      /its target "release" has no "outFile"/,
      undefined,
    ],
    [
      '{"entries": ["assembly/none.ts"], "targets": {"release": {"outFile": "a.wasm"}}}',
      /^File 'assembly\/none.ts' not found\.$/,
      undefined,
    ],
  ])("asconfig.json is %s", async (text, message, line) => {
    const [first] = await check({ "asconfig.json": text });
    expect(first![0]).toMatch(message);
    expect(first![1]).toBe(line);
  });

  test("the folder or its asconfig.json is missing", async () => {
    const empty = new PluginProject();
    rmSync(empty.path("asconfig.json"));
    const [first] = ((await buildPlugin(empty.folder)) as BuildFailure).diagnostics;
    expect(first!.message).toMatch(
      /has no asconfig.json, so it is not the folder of a plugin. To build it, write:\n\{/,
    );
    empty.remove();
    const [second] = ((await buildPlugin(empty.folder)) as BuildFailure).diagnostics;
    expect(second!.message).toBe(`the folder ${empty.folder} does not exist`);
    const [third] = ((await buildPlugin("package.json")) as BuildFailure).diagnostics;
    expect(third!.message).toMatch(/package.json is no folder; expected the folder of a plugin$/);
  });

  test("assemblyscript is not installed", async () => {
    const outside = mkdtempSync(join(tmpdir(), "build-plugin-"));
    writeFileSync(join(outside, "asconfig.json"), '{"entries": ["assembly/index.ts"]}');
    const [first] = ((await buildPlugin(outside)) as BuildFailure).diagnostics;
    rmSync(outside, { recursive: true });
    expect(first!.message).toBe(`assemblyscript is not installed in ${outside}; run: npm install -D assemblyscript`);
  });
});
