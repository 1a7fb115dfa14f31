import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { poll } from "../envoy/wait.js";
import { watchFolder, type WatchOptions, type Watching } from "./watch.js";

let folder: string;
let watching: Watching | undefined;
/** All paths that were reported, relative to the folder. */
let seen: string[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "watch-")));
  seen = [];
});
afterEach(() => {
  watching?.close();
  watching = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);
const write = (name: string, text = name) => {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
};
/** Writes as editors do: a new file takes the place of the old one. */
const replace = (name: string, text: string) => {
  write(`${name}.tmp`, text);
  renameSync(path(`${name}.tmp`), path(name));
};
const start = async (paths: string | string[] = ".", options: WatchOptions = {}) => {
  const onChange = (changed: string[]) => void seen.push(...changed.map((one) => one.slice(folder.length + 1)));
  const absolute = [paths].flat().map((one) => join(folder, one));
  watching = watchFolder(absolute, onChange, options);
  await watching.ready;
};
/** Waits until all these paths were reported, forgets them, and fails if another path was reported. */
const expectSeen = async (...names: string[]) => {
  await poll(5000, `reported ${seen.join()} instead of ${names.join()}`, () =>
    names.every((name) => seen.includes(name)) ? true : undefined,
  );
  expect([...new Set(seen.splice(0))].sort()).toEqual([...names].sort());
};

test("reports files that are written, appear and vanish", async () => {
  write("a.ts");
  await start();
  write("a.ts", "changed");
  await expectSeen("a.ts");
  write("b.ts");
  await expectSeen("b.ts");
  unlinkSync(path("b.ts"));
  await expectSeen("b.ts");
  renameSync(path("a.ts"), path("c.ts"));
  await expectSeen("a.ts", "c.ts");
});

test("reports a file each time it is replaced or written after it was replaced", async () => {
  write("a.ts");
  await start();
  for (let i = 0; i < 5; i++) {
    replace("a.ts", `replaced ${i}`);
    await expectSeen("a.ts");
    write("a.ts", `written ${i}`);
    await expectSeen("a.ts");
  }
});

test("reports each write, also of text with the same size", async () => {
  write("a.ts", "1");
  await start();
  for (let i = 0; i < 20; i++) {
    write("a.ts", String(i % 10));
    await expectSeen("a.ts");
  }
});

test("reports files in new folders, however quickly they come, and in folders that were made again", async () => {
  await start();
  write("one/two/three/a.ts");
  await expectSeen("one/two/three/a.ts");
  write("one/two/b.ts");
  await expectSeen("one/two/b.ts");
  rmSync(path("one"), { recursive: true });
  await expectSeen("one/two/b.ts", "one/two/three/a.ts");
  write("one/two/c.ts");
  await expectSeen("one/two/c.ts");
  rmSync(path("one"), { recursive: true });
  write("one/two/c.ts", "again");
  await expectSeen("one/two/c.ts");
  write("one/two/c.ts", "changed");
  await expectSeen("one/two/c.ts");
});

test("follows a folder that is renamed", async () => {
  write("old/a.ts");
  await start();
  renameSync(path("old"), path("new"));
  await expectSeen("old/a.ts", "new/a.ts");
  write("new/a.ts", "changed");
  await expectSeen("new/a.ts");
});

test("passes over build, node_modules, dot files and the temporary files of editors", async () => {
  write("a.ts");
  await start();
  for (const name of [
    "build/plugin.wasm",
    "node_modules/x/index.js",
    ".git/HEAD",
    ".a.ts.swp",
    "a.ts~",
    "#a.ts#",
    "4913",
  ])
    write(name);
  write("a.ts", "changed");
  await expectSeen("a.ts");
});

test("reports many files", async () => {
  await start();
  const names = Array.from({ length: 500 }, (_, i) => `d${i % 20}/f${i}.ts`);
  for (const name of names) write(name);
  await expectSeen(...names);
});

test("watches single files, and no others beside them", async () => {
  write("one.yaml");
  await start(["one.yaml", "later.yaml"]);
  write("other.yaml");
  replace("one.yaml", "changed");
  await expectSeen("one.yaml");
  write("later.yaml");
  await expectSeen("later.yaml");
  unlinkSync(path("later.yaml"));
  await expectSeen("later.yaml");
  replace("later.yaml", "again");
  await expectSeen("later.yaml");
});

test("waits for a folder that does not exist, and for a folder that vanishes", async () => {
  await start("deep/er/assembly");
  write("deep/er/assembly/a.ts");
  await expectSeen("deep/er/assembly/a.ts");
  rmSync(path("deep"), { recursive: true });
  await expectSeen("deep/er/assembly/a.ts");
  write("deep/er/assembly/a.ts");
  await expectSeen("deep/er/assembly/a.ts");
});

test("follows links: to a file that is replaced, to another target, and in a circle", async () => {
  write("targets/1/a.yaml");
  write("targets/2/a.yaml", "other");
  mkdirSync(path("watched"));
  symlinkSync("../targets/1", path("watched/data"));
  symlinkSync("..", path("targets/1/up"));
  symlinkSync("data/a.yaml", path("watched/a.yaml"));
  await start(["watched/a.yaml"]);
  replace("targets/1/a.yaml", "changed");
  await expectSeen("watched/a.yaml");
  symlinkSync("../targets/2", path("watched/next"));
  renameSync(path("watched/next"), path("watched/data"));
  await expectSeen("watched/a.yaml");
  replace("targets/2/a.yaml", "again");
  await expectSeen("watched/a.yaml");
  watching!.close();
  await start("targets");
  write("targets/2/a.yaml", "circle");
  await expectSeen("targets/2/a.yaml");
});

test("reports nothing after close", async () => {
  write("a.ts");
  await start();
  watching!.close();
  write("a.ts", "changed");
  await start();
  write("b.ts");
  await expectSeen("b.ts");
});

test("a relative path is relative to the current folder", async () => {
  watching = watchFolder("sdk/build/watch.ts", () => {});
  await expect(watching.ready).resolves.toBeUndefined();
});
