import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PLUGIN, PluginProject } from "../../tests/support/plugin-project.js";
import { ModuleCopies } from "./module-copies.js";
import { Modules } from "./modules.js";

let project: PluginProject;
let copies: string;
let modules: Modules;
let events: string[];

beforeEach(() => {
  project = new PluginProject();
  copies = mkdtempSync(join(tmpdir(), "modules-"));
  events = [];
  modules = new Modules(new ModuleCopies(copies), {
    fetching: () => {},
    warning: () => {},
    building: () => void events.push("building"),
    built: () => void events.push("built"),
  });
});
afterEach(() => {
  modules.stop();
  project.remove();
  rmSync(copies, { recursive: true, force: true });
});

const prepare = (signal?: AbortSignal) => modules.prepare([{ kind: "project", folder: project.folder }], signal);

test("a reload that is aborted leaves its build to the next reload", async () => {
  const reload = new AbortController();
  const first = prepare(reload.signal);
  setTimeout(() => reload.abort(new Error("a manifest was saved")), 50);
  await expect(first).rejects.toThrow("a manifest was saved");
  expect(await prepare()).toEqual([expect.stringMatching(/\.wasm$/)]);
  expect(events).toEqual(["building", "built"]);
});

test("a change of the sources ends the build that runs", async () => {
  const first = prepare();
  const ended = expect(first).rejects.toThrow("aborted");
  setTimeout(() => {
    project.write({ "assembly/index.ts": PLUGIN.replace("200", "201") });
    modules.forget([project.path("assembly/index.ts")]);
  }, 50);
  await ended;
  const [before] = await prepare();
  expect(events).toEqual(["building", "building", "built"]);
  modules.forgetAll();
  expect(await prepare()).toEqual([before]);
});

test("a change of another file does not end the build", async () => {
  const first = prepare();
  modules.forget([join(copies, "index.ts")]);
  expect(await first).toEqual(await prepare());
  expect(events).toEqual(["building", "built"]);
});
