import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { PluginTrap, startPlugin } from "../../sdk/testing/index.js";
import { buildTraps, markedLine, TRAPS } from "./traps-plugin.js";

let debug: string;
let release: string;
beforeAll(async () => {
  debug = await buildTraps("debug");
  release = await buildTraps("release");
}, 120_000);

async function trap(wasm: string, how: string): Promise<PluginTrap> {
  const plugin = await startPlugin({ wasm });
  try {
    await plugin.fetch("/", { headers: { "x-trap": how } });
  } catch (error) {
    if (error instanceof PluginTrap) return error;
    throw error;
  }
  throw new Error("the plugin did not trap");
}

async function thrownBy(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** The frames of an error's stack, with paths relative to the plugin's folder. */
function frames({ stack }: Error): string[] {
  const lines = stack!.split("\n").filter((line) => /^\s+at /.test(line));
  return lines.map((line) =>
    line
      .trim()
      .replaceAll(`${TRAPS}/`, "")
      .replace(/:\d+\)$/, ")"),
  );
}

describe("a debug build", () => {
  test.each([
    ["throw", "thrown by the plugin", []],
    ["null", "Unexpected 'null' (not assigned or failed cast)", [["nullValue", "assembly/index.ts", "null"]]],
    ["unreachable", "unreachable", []],
  ])("%s: the stack of the trap begins in the plugin's sources", async (how, message, inner) => {
    const error = await trap(debug, how);
    expect(error.message.split("\n")[0]).toBe(`the plugin trapped in on_request_headers: ${message}`);
    const own = [...inner, ["onRequestHeaders", "assembly/index.ts", inner.length > 0 ? `calls ${how}` : how]];
    const expected = own.map(([name, file, mark]) => `at ${name} (${markedLine(file!, mark!)})`);
    expect(frames(error).slice(0, expected.length)).toEqual(expected);
  });

  test("index: the stack begins in another file of the plugin's, not in AssemblyScript's library", async () => {
    const error = await trap(debug, "index");
    expect(frames(error).slice(0, 2)).toEqual([
      `at indexTooFar (${markedLine("assembly/deep/index-too-far.ts", "index")})`,
      `at onRequestHeaders (${markedLine("assembly/index.ts", "calls index")})`,
    ]);
    expect(error.message).toContain(
      [
        "the plugin trapped in on_request_headers: Index out of range",
        "assembly/deep/index-too-far.ts:3",
        "  1 | /** Reads an element, for tests with an index out of bounds in another file. */",
        "  2 | export function indexTooFar(numbers: i32[], index: i32): i32 {",
        "> 3 |   return numbers[index]; // index",
        "",
        "What happened, in order:",
      ].join("\n"),
    );
    expect(error.message).toContain("in indexTooFar (assembly/deep/index-too-far.ts:3:10), in Array<i32>#__get\n");
    expect(error.stack).not.toContain("node_modules/assemblyscript");
  });

  test("the stack continues with the SDK's sources and the test", async () => {
    const all = frames(await trap(debug, "throw"));
    expect(all).toContainEqual(
      expect.stringMatching(/^at proxy_on_request_headers \(.*\/assembly\/abi\/exports\.ts:\d+\)$/),
    );
    expect(all.filter((line) => /\/sdk\/|wasm|@override/.test(line))).toEqual([]);
    expect(all.at(-1)).toMatch(/traps\.test\.ts/);
  });

  test("a trap at the start or at a reload has the same stack, and its log once", async () => {
    const started = await thrownBy(() => startPlugin({ wasm: debug, config: { throw: true } }));
    const plugin = await startPlugin({ wasm: debug });
    const reloaded = await thrownBy(() => plugin.reload({ throw: true }));
    for (const error of [started, reloaded]) {
      expect(error).toBeInstanceOf(PluginTrap);
      expect(error.message.split("\n")[0]).toBe("the plugin trapped in on_configure: thrown at the start");
      expect(frames(error)[0]).toBe(`at parseConfig (${markedLine("assembly/index.ts", "start")})`);
      expect(error.message.match(/proxy_on_configure failed/g)).toHaveLength(1);
      expect(error.message).not.toContain("backtrace");
      expect(error.message.match(/abort: thrown at the start/g)).toHaveLength(1);
      expect(frames(error).filter((line) => /\/sdk\//.test(line))).toEqual([]);
      expect(frames(error).join("\n")).toContain("traps.test.ts");
    }
    expect(await plugin.fetch()).toHaveStatus(200);
  });

  test("without a source map, the stack names functions and the message asks for the map", async () => {
    const alone = join(mkdtempSync(join(tmpdir(), "as-proxy-wasm-")), "debug.wasm");
    copyFileSync(debug, alone);
    const error = await trap(alone, "throw");
    expect(error.message).toContain("The module has no source map beside it. A source map adds file and line");
    expect(frames(error)[0]).toMatch(/^at onRequestHeaders \(wasm 0x[0-9a-f]+\)$/);
  });
});

test("for a release build, the message has the thrown error and recommends a debug build", async () => {
  const error = await trap(release, "throw");
  expect(error.message.split("\n").slice(0, 2)).toEqual([
    "the plugin trapped in on_request_headers: thrown by the plugin",
    "(The module is a release build without function names. A debug build adds file and line: npx as-proxy-wasm build --debug)",
  ]);
  expect(error.message).toContain(
    `critical: abort: thrown by the plugin at ${markedLine("assembly/index.ts", "throw")}`,
  );
});

test("assertNoLeaks throws if the plugin keeps 500 bytes of each request", async () => {
  const plugin = await startPlugin({ wasm: release });
  await plugin.assertNoLeaks(() => plugin.fetch());
  await expect(plugin.assertNoLeaks(() => plugin.fetch("/", { headers: { "x-trap": "leak" } }))).rejects.toThrow(
    /^the plugin's memory grows from \d+ bytes after 500 runs to \d+ bytes after 1000 runs/,
  );
});

test("with a failure policy, a trap gives a local reply and throws nothing", async () => {
  for (const [failurePolicy, after] of [
    ["FAIL_CLOSED", 503],
    ["FAIL_OPEN", 200],
  ] as const) {
    const plugin = await startPlugin({ wasm: release, failurePolicy });
    expect(await plugin.fetch("/", { headers: { "x-trap": "throw" } })).toBeLocalReply(503);
    expect(plugin).toHaveLogged(/^Function: proxy_on_request_headers failed: unreachable/, "error");
    expect(await plugin.fetch("/")).toHaveStatus(after);
  }
});

test("a trap also ends requests in flight", async () => {
  const plugin = await startPlugin({ wasm: release });
  const request = plugin.request("/");
  await expect(plugin.fetch("/", { headers: { "x-trap": "unreachable" } })).rejects.toThrow(PluginTrap);
  request.answer();
  expect(request).toBeLocalReply({ status: 503, details: "wasm_fail_stream" });
});
