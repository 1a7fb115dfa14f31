import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { main } from "./main.js";

afterEach(() => vi.restoreAllMocks());

/** Runs `as-proxy-wasm create` in a folder. vitest's standard input and output are no terminal. */
async function create(folder: string, ...args: string[]): Promise<{ code: number; output: string; errors: string[] }> {
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const code = await main(["create", ...args]);
  const errors = error.mock.calls.map(([line]) => String(line)).filter((line) => !line.startsWith("Usage: "));
  return { code, output: log.mock.calls.map(([line]) => String(line)).join("\n"), errors };
}

test("creates a project, and prints the next three commands", async () => {
  const folder = temporaryFolder();
  const { code, output } = await create(folder, "plugins/foo", "--template", "mock-response", "--sdk", "0.1.0");
  expect(code).toBe(0);
  expect(output).toBe(`Created foo from the template mock-response: 14 files.

Next:
  cd plugins/foo
  npm install
  npx as-proxy-wasm dev`);
  expect(JSON.parse(readFileSync(join(folder, "plugins", "foo", "package.json"), "utf8"))).toMatchObject({
    name: "foo",
    devDependencies: { "as-proxy-wasm-sdk": "0.1.0" },
  });
});

test("leaves out `cd` for the current folder, and quotes a path with spaces", async () => {
  const folder = join(temporaryFolder(), "foo");
  mkdirSync(folder);
  expect((await create(folder, ".", "--yes")).output).toContain("\nNext:\n  npm install\n");
  expect((await create(folder, "a b/foo", "--yes")).output).toContain('\n  cd "a b/foo"\n');
});

test("takes defaults with --yes", async () => {
  const folder = temporaryFolder();
  expect((await create(folder, "-y")).code).toBe(0);
  expect(readFileSync(join(folder, "my-plugin", "README.md"), "utf8")).toMatch(/^# my-plugin\n\nAdds a greeting/);
});

test.each([
  [[], 2, "NAME and --template are missing; expected one of blank, mock-response, "],
  [["foo"], 2, "--template is missing; expected one of blank, mock-response, "],
  [["--template", "blank"], 2, "NAME is missing; --yes takes the defaults"],
  [["foo", "bar"], 2, "expected one NAME, got 2: foo bar"],
  [["foo", "--tmplate", "auth"], 2, 'unknown option "--tmplate"; did you mean "--template"?'],
  [["foo", "--template"], 2, "--template needs a value"],
  [["foo", "--template", "blnk"], 1, 'unknown template "blnk"; did you mean "blank"?'],
  [["Foo", "--yes"], 1, 'the name "Foo" is not valid for npm and Kubernetes: '],
  [["", "--yes"], 1, "the name of the plugin is empty"],
  [["foo", "--yes", "--sdk", "./gone.tgz"], 1, "--sdk ./gone.tgz: there is no "],
])("reports the mistake in %j, and writes nothing", async (args, expected, message) => {
  const folder = temporaryFolder();
  const { code, output, errors } = await create(folder, ...args);
  expect({ code, output }).toEqual({ code: expected, output: "" });
  expect(errors).toEqual([expect.stringMatching(/^as-proxy-wasm create: [^\n]*$/)]);
  expect(errors[0]).toContain(message);
  expect(readdirSync(folder)).toEqual([]);
});

test("does not write into a folder with files", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "notes.txt"), "mine");
  mkdirSync(join(folder, "foo"));
  writeFileSync(join(folder, "foo", "notes.txt"), "mine");
  const { code, errors } = await create(folder, "foo", "--yes");
  expect(code).toBe(1);
  expect(errors).toEqual(["as-proxy-wasm create: the folder foo is not empty: it has notes.txt. Choose another name"]);
  expect(existsSync(join(folder, "foo", "package.json"))).toBe(false);
});

test("prints the stack with --verbose", async () => {
  const { errors } = await create(temporaryFolder(), "Foo", "--yes", "--verbose");
  expect(errors[0]).toMatch(/^as-proxy-wasm create: CreateError: the name "Foo" .*\n {4}at /);
});
