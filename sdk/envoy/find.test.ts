import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { describeWithEnvoy } from "../../tests/support/envoy.js";
import { describeEnvoy, findEnvoy } from "./find.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "find-envoy-"));
  vi.stubEnv("ENVOY_PATH", undefined);
  vi.stubEnv("PATH", "/usr/bin:/bin");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** A script that behaves as an Envoy: prints a version and a list of runtimes. */
function fake(path: string, version: string, runtimes: string): string {
  mkdirSync(join(path, ".."), { recursive: true });
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo "envoy  version: abc/${version}/Clean/RELEASE/BoringSSL"; exit; fi
echo "statically linked extensions:" >&2
echo "  envoy.wasm.runtime: ${runtimes}" >&2
echo "starting main dispatch loop" >&2
exec sleep 30
`;
  writeFileSync(path, script);
  chmodSync(path, 0o755);
  return path;
}

const BOTH = "envoy.wasm.runtime.null, envoy.wasm.runtime.v8";

test("suggests npm run envoy:install when no Envoy is found", async () => {
  const result = await findEnvoy({ root: folder });
  expect(result).toMatchObject({
    found: false,
    reason: expect.stringMatching(/^no usable Envoy .*envoy:install$/) as string,
  });
});

test("prefers ENVOY_PATH", async () => {
  const named = fake(join(folder, "named"), "1.38.2", BOTH);
  fake(join(folder, "bin", "envoy"), "1.39.3", BOTH);
  vi.stubEnv("ENVOY_PATH", named);
  vi.stubEnv("PATH", join(folder, "bin"));
  expect(await findEnvoy({ root: folder })).toEqual({
    ...{ found: true, path: named, version: "1.38.2", source: "ENVOY_PATH" },
  });
});

test("throws when the Envoy of ENVOY_PATH cannot be used", async () => {
  fake(join(folder, ".envoy", "1.40.0", "bin", "envoy"), "1.40.0", BOTH);
  const gone = join(folder, "gone");
  vi.stubEnv("ENVOY_PATH", gone);
  await expect(findEnvoy({ root: folder })).rejects.toThrow(`ENVOY_PATH=${gone}: the file does not exist`);

  const text = join(folder, "text");
  writeFileSync(text, "text");
  vi.stubEnv("ENVOY_PATH", text);
  await expect(findEnvoy({ root: folder })).rejects.toThrow(`ENVOY_PATH=${text}: the file is not executable`);

  vi.stubEnv("ENVOY_PATH", "/bin/true");
  await expect(findEnvoy({ root: folder })).rejects.toThrow("ENVOY_PATH=/bin/true: the file is not an Envoy");

  const without = fake(join(folder, "without"), "1.38.3", "envoy.wasm.runtime.null");
  vi.stubEnv("ENVOY_PATH", without);
  await expect(findEnvoy({ root: folder })).rejects.toThrow(/Envoy 1.38.3 was built without envoy.wasm.runtime.v8/);
});

test("skips an Envoy on PATH without V8, and names it when no other is found", async () => {
  const without = fake(join(folder, "bin", "envoy"), "1.38.3", "envoy.wasm.runtime.null");
  vi.stubEnv("PATH", `${join(folder, "bin")}:/usr/bin:/bin`);
  const missing = await findEnvoy({ root: folder });
  expect(missing).toMatchObject({
    found: false,
    reason: expect.stringContaining(`${without}: Envoy 1.38.3 was built`) as string,
  });

  fake(join(folder, ".envoy", "1.39.3", "bin", "envoy"), "1.39.3", BOTH);
  expect(await findEnvoy({ root: folder })).toMatchObject({ version: "1.39.3", source: "project" });
});

test("prefers the pinned version of the project, then the newest", async () => {
  const install = (version: string) => fake(join(folder, ".envoy", version, "bin", "envoy"), version, BOTH);
  install("1.9.9");
  install("1.41.0");
  expect(await findEnvoy({ root: folder })).toMatchObject({ version: "1.41.0" });
  install("1.40.0");
  expect(await findEnvoy({ root: folder })).toMatchObject({ version: "1.40.0", source: "project" });
});

describeWithEnvoy("the Envoy of this run", (envoy) => {
  test("is a binary with a known version", async () => {
    vi.stubEnv("ENVOY_PATH", envoy.path);
    const found = await findEnvoy();
    expect(found).toMatchObject({ found: true, version: envoy.version, source: "ENVOY_PATH" });
    if (found.found) expect(describeEnvoy(found)).toBe(`Envoy ${envoy.version} from ENVOY_PATH: ${envoy.path}`);
  });
});
