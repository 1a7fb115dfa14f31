import { homedir } from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { envoysFolder, installCommand } from "./root.js";

afterEach(() => vi.unstubAllEnvs());

test("an Envoy goes into the repository, or for an installed package into the user's cache", () => {
  expect(envoysFolder("/clone")).toBe("/clone/.envoy");
  vi.stubEnv("XDG_CACHE_HOME", "/cache");
  expect(envoysFolder("/project/node_modules/as-proxy-wasm-sdk")).toBe("/cache/as-proxy-wasm/envoy");
  vi.stubEnv("XDG_CACHE_HOME", "");
  expect(envoysFolder("/project/node_modules/as-proxy-wasm-sdk")).toBe(`${homedir()}/.cache/as-proxy-wasm/envoy`);
});

test("the command that installs an Envoy exists where the package is", () => {
  expect(installCommand("/clone")).toBe("npm run envoy:install");
  expect(installCommand("/project/node_modules/as-proxy-wasm-sdk")).toBe("npx as-proxy-wasm envoy install");
});
