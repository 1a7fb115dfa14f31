import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../envoy/root.js";
import { templateFiles, TEMPLATES } from "./templates.js";

test("lists every folder of templates/", () => {
  const folders = readdirSync(join(packageRoot(), "templates")).filter((name) => name !== "_common");
  expect(Object.keys(TEMPLATES).sort()).toEqual(folders.sort());
});

test("names files as they are in a project", () => {
  const paths = [...templateFiles("blank").keys()];
  expect(paths).toContain(".gitignore");
  expect(paths).toContain(".github/workflows/ci.yml");
  expect(paths.filter((path) => /(^|\/)_/.test(path) || path === "about.md")).toEqual([]);
});

test("puts the text about the template into the README", () => {
  const readme = templateFiles("mock-response").get("README.md")!;
  expect(readme).toMatch(/^# my-plugin\n\nResponds to each request with a fixed text/);
  expect(readme).not.toContain("<!--");
});
