import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { createProject, projectAt } from "./create-project.js";

const read = (folder: string, file: string) => readFileSync(join(folder, file), "utf8");
const create = (folder: string, more: { name?: string; template?: string } = {}) =>
  createProject({ folder, name: "foo", template: "blank", sdk: "^1.2.3", ...more });

test("writes the files of the template with the project's name", () => {
  const folder = join(temporaryFolder(), "deep", "foo");
  expect(create(folder)).toEqual([
    ".dockerignore",
    ".editorconfig",
    ".github/workflows/ci.yml",
    ".gitignore",
    "Dockerfile",
    "README.md",
    "asconfig.json",
    "assembly/index.ts",
    "assembly/tsconfig.json",
    "ingress.yaml",
    "package.json",
    "plugin.test.ts",
    "tsconfig.json",
    "wasmplugin.yaml",
  ]);
  expect(JSON.parse(read(folder, "package.json"))).toMatchObject({
    name: "foo",
    devDependencies: { "as-proxy-wasm-sdk": "^1.2.3" },
  });
  expect(read(folder, "assembly/index.ts")).toContain('SetCtx<Config>("foo", [');
  expect(read(folder, "README.md")).toMatch(/^# foo\n\nAdds a greeting/);
  expect(parse(read(folder, "wasmplugin.yaml"))).toMatchObject({
    metadata: { name: "foo" },
    spec: { url: "oci://registry.example.com/foo:0.1.0" },
  });
});

test.each(["12", "1e3", "on", "null"])("quotes the name %s in YAML", (name) => {
  const folder = join(temporaryFolder(), name);
  create(folder, { name });
  expect(parse(read(folder, "wasmplugin.yaml"), { version: "1.1" })).toMatchObject({ metadata: { name } });
});

test("writes into an empty folder, and beside a Git repository", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, ".git"));
  create(folder);
  expect(readdirSync(folder)).toContain("package.json");
});

test("does not write into a folder with files, and lists some of them", () => {
  const folder = temporaryFolder();
  for (const name of ["a", "b", "c", "d", "e"]) writeFileSync(join(folder, name), name);
  expect(() => create(folder)).toThrow(
    `the folder ${folder} is not empty: it has a, b, c and 2 more. Choose another name`,
  );
  expect(readdirSync(folder)).toEqual(["a", "b", "c", "d", "e"]);
});

test("names a file that has the path of the new folder", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "foo"), "");
  expect(() => projectAt("foo", folder)).toThrow("foo is, or is inside of, a file. Choose another name");
  expect(() => projectAt("foo/bar", folder)).toThrow("foo/bar is, or is inside of, a file. Choose another name");
});

test("suggests a template", () => {
  const folder = temporaryFolder();
  expect(() => create(folder, { template: "mock-respnse" })).toThrow(
    'unknown template "mock-respnse"; did you mean "mock-response"?',
  );
  expect(() => create(folder, { template: "toString" })).toThrow(/^unknown template "toString"; expected blank, /);
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  ["my-plugin", "/a/my-plugin", "my-plugin"],
  ["./plugins/my-plugin/", "/a/plugins/my-plugin", "my-plugin"],
  [".", "/a", "a"],
  ["/b/c", "/b/c", "c"],
])("finds folder and name of %s", (path, folder, name) => {
  expect(projectAt(path, "/a")).toEqual({ folder, name });
});

test.each(["", " "])("rejects the path %j", (path) => {
  expect(() => projectAt(path, "/a")).toThrow("the name of the plugin is empty");
});
