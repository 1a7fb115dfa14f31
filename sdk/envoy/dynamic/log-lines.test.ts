import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFile } from "../log-file.js";
import { LogLines, type EnvoyLogLine } from "./log-lines.js";
import { PluginNames } from "./plugin-names.js";

let folder: string;
let path: string;
let log: LogFile;
let lines: EnvoyLogLine[];
let following: LogLines;
const names = new PluginNames();
const wasm = import.meta.filename;
const plugins = [
  { name: "ns.a", wasm, vmId: "a" },
  { name: "ns.b", wasm, rootId: "root", vmId: "vm" },
  { name: "ns.c", wasm },
  { name: "ns.d", wasm: "/none" },
];
names.use({ listeners: [{ name: "gateway", plugins, routes: [] }] });
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "log-lines-"));
  path = join(folder, "log");
  writeFileSync(path, "");
  log = new LogFile(path);
  lines = [];
  following = new LogLines(log, (line) => lines.push(line), names);
});
afterEach(() => {
  following.stop();
  log.close();
  rmSync(folder, { recursive: true });
});

const write = (level: string, component: string, message: string) =>
  appendFileSync(path, `[2026-11-28 03:42:50.677][7][${level}][${component}] [source/file.cc:81] ${message}\n`);

test("reports the lines of plugins with their names, and Envoy's own problems", () => {
  write("debug", "wasm", "wasm log a: a: text");
  write("info", "wasm", "wasm log root vm: text");
  write("info", "wasm", "wasm log ns.d: in a request");
  write("info", "wasm", "wasm log: of c or d");
  write("info", "wasm", "wasm log: [name-in-c] text");
  write("debug", "wasm", "[host->vm] proxy_on_tick(1)");
  write("info", "main", "starting");
  write("warning", "upstream", "a warning");
  write("error", "wasm", "Function: f failed: unreachable\nbacktrace:\n[2] 0: f");
  write("warning", "upstream", "cds: cluster 'c' config rejected: wrong");
  following.stop();
  expect(lines).toEqual([
    { level: "debug", message: "a: text", plugin: "ns.a" },
    { level: "info", message: "text", plugin: "ns.b" },
    { level: "info", message: "in a request", plugin: "ns.d" },
    { level: "info", message: "of c or d" },
    { level: "info", message: "[name-in-c] text", plugin: "ns.c" },
    { level: "warn", message: "a warning" },
    { level: "error", message: "Function: f failed: unreachable\nbacktrace:\n[2] 0: f" },
  ]);
});

test("reports a line soon after it was written, with all of its text", async () => {
  write("info", "wasm", "wasm log a: first\n[2] second");
  await expect.poll(() => lines).toEqual([{ level: "info", message: "first\n[2] second", plugin: "ns.a" }]);
  appendFileSync(path, "[2026-11-28 03:42:50.677][7][info][wasm] [source/file.cc:81] wasm log a: begun");
  appendFileSync(path, " and ended\n");
  await expect.poll(() => lines.at(-1)).toEqual({ level: "info", message: "begun and ended", plugin: "ns.a" });
});
