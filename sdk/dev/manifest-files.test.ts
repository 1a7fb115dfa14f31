import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { manifestFiles, readManifest, usualManifests } from "./manifest-files.js";

const filesOf = (paths: string[]) => manifestFiles(paths).map(({ file }) => file);

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "manifests-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string | Uint8Array = ""): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("reads the manifests of a folder in the order of their names, without subfolders", () => {
  const [b, a, c] = ["b.yaml", "a.yml", "c.json"].map((name) => write(name));
  write("notes.txt");
  mkdirSync(join(folder, "sub.yaml"));
  expect(filesOf([folder])).toEqual([a, b, c]);
});

test("passes over the files of a project in a folder, and reads them when they are named", () => {
  const manifest = write("wasmplugin.json");
  const project = ["package.json", "package-lock.json", "asconfig.json", "tsconfig.json", "tsconfig.test.json"].map(
    (name) => write(name),
  );
  write(".#wasmplugin.yaml");
  expect(filesOf([folder])).toEqual([manifest]);
  expect(filesOf(project)).toEqual(project);
});

test("reads a file once that is named twice", () => {
  const path = write("a.yaml");
  expect(manifestFiles([folder, path, path])).toEqual([{ file: path, isFromFolder: false }]);
  expect(manifestFiles([folder])).toEqual([{ file: path, isFromFolder: true }]);
});

test("rejects a path that does not exist", () => {
  expect(() => manifestFiles([join(folder, "a.yaml")])).toThrow("a.yaml: the file or folder does not exist");
});

test("rejects a folder without manifests", () => {
  expect(() => manifestFiles([folder])).toThrow(`-f ${folder}: the folder has no file that ends in .yaml, .yml, .json`);
});

test("finds the manifests with usual names", () => {
  const found = ["wasmplugin.yaml", "ingress.yml", "service.yaml"].map((name) => write(name));
  write("envoy.yaml");
  write("wasmplugin-istio.yaml");
  expect(usualManifests(folder).map(({ file }) => file)).toEqual(found);
});

test("waits until a file is written completely", async () => {
  const path = join(folder, "slow.yaml");
  const file = openSync(path, "w");
  const reading = readManifest(path).catch((error: Error) => error.message);
  for (const part of ["kind: ", "Ing", "ress\n"]) {
    writeSync(file, part);
    await sleep(10);
  }
  closeSync(file);
  expect(await reading).toBe("kind: Ingress\n");
});

test("rejects bytes that are not UTF-8", async () => {
  const path = write("latin1.yaml", Buffer.from([0x61, 0xff]));
  await expect(readManifest(path)).rejects.toThrow(`${path}:1: the file is not UTF-8`);
});

test("rejects a file that does not exist", async () => {
  await expect(readManifest(join(folder, "gone.yaml"))).rejects.toThrow("gone.yaml: the file does not exist");
});
