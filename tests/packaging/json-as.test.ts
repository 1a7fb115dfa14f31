import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { join } from "node:path";
import { outside, pluginFiles, write } from "./project.js";
import { install, must, run } from "./run.js";

// The entry file of most plugins is named `assembly/index`. json-as treats every source of that name as a library's.

const SOURCE = `
import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action } from "as-proxy-wasm-sdk";
import { JSON } from "json-as";

@json
class User {
  name: string = "mia";
  tags: string[] = ["a", "é"];
}

@config
class Config {
  /** @minLength 1 */
  tag: string = "é";
}

SetCtx<Config>("serialises", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const user = new User();
  user.name = ctx.path;
  user.tags[1] = config.tag;
  ctx.sendResponse(200, [["content-type", "application/json"]], JSON.stringify(user));
  return Action.Continue;
}
`;

/** Prints the body of the plugin's local reply, and the growth of its memory in the second half of 4,000 requests. */
const SCRIPT = `
import { startPlugin } from "as-proxy-wasm-sdk/testing";
const plugin = await startPlugin({ wasm: "build/plugin.wasm" });
console.log((await plugin.fetch("/a\\"b")).body);
for (let i = 0; i < 2000; i++) await plugin.fetch("/" + i);
const half = plugin.memorySize;
for (let i = 0; i < 2000; i++) await plugin.fetch("/" + i);
console.log(plugin.memorySize - half);
`;

const { folder: temporary, remove } = outside();
const project = join(temporary, "project");

beforeAll(async () => {
  write(project, { ...pluginFiles(SOURCE), "requests.mjs": SCRIPT });
  await must(project, "npm", "init", "-y");
  const tarball = inject("tarball");
  await install(project, "-D", tarball, "assemblyscript@0.28.20", "json-as@1.6.0");
});
afterAll(remove);

test.each([
  ["before the SDK's", ["json-as/transform"]],
  ["after the SDK's", ["as-proxy-wasm-sdk/transform", "json-as/transform"]],
])("a plugin serialises classes with json-as if the transform of json-as runs %s", async (_name, transform) => {
  const config = JSON.parse(String(pluginFiles()["asconfig.json"])) as object;
  write(project, { "asconfig.json": { ...config, options: { transform } } });
  const npx = (...args: string[]) => run(project, "npx", "--no-install", ...args);
  const { status, output } = await npx("asc", "--target", "release");
  expect(output).not.toContain("as-proxy-wasm-sdk:");
  expect(status).toBe(0);
  const printed = await must(project, process.execPath, "requests.mjs");
  expect(printed).toBe(`${JSON.stringify({ name: '/a"b', tags: ["a", "é"] })}\n0\n`);
});
