import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LogFile } from "./log-file.js";

const MIB = 1024 * 1024;
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "as-proxy-wasm-log-"));
  path = join(folder, "log");
  writeFileSync(path, "");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("returns the written text, even when a read cuts a character", () => {
  const log = new LogFile(path);
  const text = "é".repeat(100_001);
  appendFileSync(path, Buffer.concat([Buffer.from("x"), Buffer.from(text).subarray(0, 1001)]));
  expect(log.text(0)).toBe(`x${"é".repeat(500)}`);
  appendFileSync(path, Buffer.from(text).subarray(1001));
  expect(log.text(0)).toBe(`x${text}`);
  expect([log.end, log.tail(3)]).toEqual([100_002, "ééé"]);
  log.close();
});

test("keeps the text and the file within their limits", () => {
  const log = new LogFile(path, { mostLog: MIB, mostLogFile: 2 * MIB });
  const line = `${"a line ".repeat(100)}\n`;
  const block = line.repeat(Math.ceil(MIB / line.length));
  let written = 0;
  for (let i = 0; i < 700; i++) {
    appendFileSync(path, block);
    written += block.length;
    expect(log.end).toBe(written);
    expect(statSync(path).size).toBeLessThanOrEqual(2 * MIB + block.length);
  }
  // Longer than the longest string of V8.
  expect(written).toBeGreaterThan(2 ** 29);
  expect(log.text(0).length).toBeLessThan(1.2 * MIB);
  expect(log.start).toBe(written - log.text(0).length);
  appendFileSync(path, "the last\n");
  expect(log.text(written)).toBe("the last\n");
  log.close();
});
