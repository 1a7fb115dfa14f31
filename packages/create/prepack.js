// Puts the compiled command, the templates and the licence of the SDK into this package.
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const folder = import.meta.dirname;
const root = join(folder, "..", "..");

for (const name of ["dist", "templates"]) rmSync(join(folder, name), { recursive: true, force: true });
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "-p", folder], { stdio: ["ignore", "inherit", "inherit"] });
if (status !== 0) process.exit(1);
cpSync(join(root, "templates"), join(folder, "templates"), { recursive: true });
cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
