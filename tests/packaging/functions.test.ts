import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { listings, outside, pack, write } from "./project.js";
import { install, must, run } from "./run.js";

// Runs the listings of docs/testing.md, "Functions by themselves", with the functions of an example.
const { folder: temporary, remove } = outside();
const project = join(temporary, "project");

beforeAll(async () => {
  cpSync(join(packageRoot(), "examples", "token-bucket", "assembly"), join(project, "assembly"), { recursive: true });
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  await must(project, "npm", "init", "-y");
  await must(project, "npm", "pkg", "set", "type=module");
  const tools = ["assemblyscript", "typescript", "vitest", "@types/node"].map(
    (name) => `${name}@${devDependencies[name]}`,
  );
  const loader = `@assemblyscript/loader@${devDependencies.assemblyscript}`;
  await install(project, "-D", await pack(join(temporary, "packed")), loader, ...tools);
});
afterAll(remove);

test.each(["With files that asc writes", "With the loader"])("the listings of the section %s work", async (heading) => {
  const [config] = listings("docs/testing.md", heading, "json");
  const [source] = listings("docs/testing.md", heading, "ts");
  write(project, { "asconfig.functions.json": config!, "functions.test.ts": source! });
  const npx = (...args: string[]) => run(project, "npx", "--no-install", ...args);
  expect(await npx("asc", "--config", "asconfig.functions.json")).toEqual({ status: 0, output: "" });
  const { status, output } = await npx("vitest", "run");
  expect(output).toMatch(/Tests {2}1 passed/);
  expect(status).toBe(0);
  const flags = [
    "--noEmit",
    "--strict",
    "--skipLibCheck",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--types",
    "node",
  ];
  expect(await npx("tsc", ...flags, "functions.test.ts")).toEqual({ status: 0, output: "" });
});

test("docs/testing.md installs the loader in the compiler's version", () => {
  const { devDependencies } = JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
  const page = readFileSync(join(packageRoot(), "docs", "testing.md"), "utf8");
  expect(page).toContain(`npm install -D @assemblyscript/loader@${devDependencies.assemblyscript}\``);
});
