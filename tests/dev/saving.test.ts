// How editors and other programs save manifests: no request may pass without a plugin meanwhile.
import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { buildPlugin } from "../support/build.js";
import { PLUGIN, PluginProject } from "../support/plugin-project.js";
import { TestDev, type TestDevOptions } from "./dev.js";

let mockResponse: string;
beforeAll(async () => {
  mockResponse = await buildPlugin("examples/mock-response");
});

const manifest = (content: string) => `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: guard, namespace: higress-system }
spec: { url: "file://plugin.wasm", defaultConfig: { content: ${content} } }
`;
const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: { name: foo }\nspec: { ports: [{ port: 80 }] }\n";
const FILE = "wasmplugin.yaml";

const start = (files: Readonly<Record<string, string>>, options: TestDevOptions = {}) =>
  TestDev.start(files, { plugins: { guard: mockResponse }, ...options });
const text = async (dev: TestDev) => (await dev.fetch("a.org", "/")).text;
const path = (dev: TestDev, name = FILE) => join(dev.folder, name);

/** Sends requests until something is true. Returns the texts of the responses, each once. */
async function textsUntil(dev: TestDev, isDone: (last: string) => boolean): Promise<string[]> {
  const texts = new Set<string>();
  await expect
    .poll(
      async () => {
        const last = await text(dev);
        texts.add(last);
        return isDone(last);
      },
      { timeout: 20_000, interval: 5 },
    )
    .toBe(true);
  return [...texts];
}

test.each<[what: string, options: TestDevOptions]>([
  ["of the current folder", { files: [] }],
  ["of a folder", {}],
])("a manifest %s that an editor moves away and writes again", async (_, options) => {
  await using dev = await start({ [FILE]: manifest("old"), "service.yaml": SERVICE }, options);
  renameSync(path(dev), path(dev, `${FILE}~`));
  const later = setTimeout(() => dev.write(FILE, manifest("new")), 400);
  expect(await textsUntil(dev, (last) => last === "new")).toEqual(["old", "new"]);
  clearTimeout(later);
  expect(dev.failures).toEqual([]);
});

test("a manifest that is written in parts, with pauses", async () => {
  const two = (content: string) => `${SERVICE}---\n${manifest(content)}`;
  await using dev = await start({ [FILE]: two("old") });
  dev.write(FILE, SERVICE);
  const later = setTimeout(() => dev.write(FILE, two("new")), 400);
  expect(await textsUntil(dev, (last) => last === "new")).toEqual(["old", "new"]);
  clearTimeout(later);
});

test("a manifest that becomes empty keeps its plugin", async () => {
  await using dev = await start({ [FILE]: manifest("old"), "service.yaml": SERVICE });
  dev.write(FILE, "");
  expect(await textsUntil(dev, () => dev.failures.length > 0)).toEqual(["old"]);
  expect(dev.failures.map(String)).toEqual([
    `ManifestError: ${path(dev)}: the file has become empty; delete the file if the gateway is to lose its resources`,
  ]);
});

test("a manifest that is deleted loses its plugin", async () => {
  await using dev = await start({ [FILE]: manifest("old"), "service.yaml": SERVICE });
  unlinkSync(path(dev));
  await textsUntil(dev, (last) => last.includes('"service"'));
  dev.write(FILE, manifest("again"));
  await textsUntil(dev, (last) => last === "again");
  expect(dev.failures).toEqual([]);
});

test("a folder of manifests that is deleted and made again", async () => {
  await using dev = await start({ "m/a.yaml": manifest("old") }, { files: [], prepare: () => {} });
  expect(await text(dev)).not.toBe("old"); // The current folder has no manifest.
  await using own = await start({}, { files: [join(dev.folder, "m")] });
  rmSync(join(dev.folder, "m"), { recursive: true });
  expect(await textsUntil(own, () => own.failures.length > 0)).toEqual(["old"]);
  dev.write("m/a.yaml", manifest("new"));
  expect(await textsUntil(own, (last) => last === "new")).toEqual(["old", "new"]);
});

test("a manifest that is a link to a file elsewhere", async () => {
  await using other = await start({ [FILE]: manifest("old") });
  await using dev = await start(
    {},
    { prepare: (folder) => symlinkSync(join(other.folder, FILE), join(folder, "a.yaml")) },
  );
  expect(await text(dev)).toBe("old");
  other.write(FILE, manifest("new"));
  await textsUntil(dev, (last) => last === "new");
});

test("the links of a mounted ConfigMap", async () => {
  const version = (folder: string, name: string, content: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, FILE), manifest(content));
    symlinkSync(name, join(folder, "..next"));
    renameSync(join(folder, "..next"), join(folder, "..data"));
  };
  await using dev = await start(
    {},
    {
      prepare(folder) {
        version(folder, "..1", "old");
        symlinkSync(`..data/${FILE}`, join(folder, FILE));
      },
    },
  );
  version(dev.folder, "..2", "new");
  expect(await textsUntil(dev, (last) => last === "new")).toEqual(["old", "new"]);
});

test("a manifest that is saved while a build runs does not end the build", { timeout: 60_000 }, async () => {
  const project = new PluginProject({ [FILE]: manifest("old").replace("plugin.wasm", ".") });
  const options = { folder: project.folder, files: [], plugins: {} };
  await using dev = await start({}, options);
  expect(await text(dev)).toBe("small");
  const { ended } = dev.builds;
  project.write({ "assembly/index.ts": PLUGIN.replace('"small"', '"large"') });
  await expect.poll(() => dev.builds.begun, { timeout: 20_000, interval: 5 }).toBe(ended + 1);
  expect(dev.builds.ended).toBe(ended);
  project.write({ [FILE]: manifest("new").replace("plugin.wasm", ".") });
  await textsUntil(dev, (last) => last === "large");
  expect([dev.builds, dev.failures]).toEqual([{ begun: ended + 1, ended: ended + 1 }, []]);
  const { plugins } = dev.gateway.live.plan;
  expect(plugins.map(({ plugin }) => plugin.configuration)).toEqual([{ content: "new" }]);
  project.remove();
});

test("other files in the folder, such as the output of dev itself, are not read", async () => {
  await using dev = await start({ [FILE]: manifest("old") }, { files: [] });
  await using own = await start({ [FILE]: manifest("old") });
  for (const one of [dev, own]) {
    one.write("dev.log", "no change for the gateway\n");
    one.write("sub/a.yaml", "a: [");
    one.write(".#wasmplugin.yaml", "a: [");
  }
  await sleep(300);
  for (const one of [dev, own]) {
    expect([one.reads, one.failures]).toEqual([0, []]);
    one.write(FILE, manifest("new"));
    await textsUntil(one, (last) => last === "new");
  }
});

test("a signal ends the start, and leaves no folder behind", async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith("as-proxy-wasm-dev-"));
  const before = folders();
  const starting = start({ [FILE]: manifest("old") }, { signal: AbortSignal.abort(new Error("interrupted")) });
  await expect(starting).rejects.toThrow("interrupted");
  expect(folders().filter((name) => !before.includes(name))).toEqual([]);
});
