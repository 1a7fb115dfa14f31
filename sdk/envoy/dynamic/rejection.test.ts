import { expect, test } from "vitest";
import { failsOpen, rejection } from "./rejection.js";

const entry = (level: string, component: string, message: string) =>
  `[2026-11-28 03:42:50.677][30584][${level}][${component}] [source/file.cc:81] ${message}\n`;
const failed = (name: string) =>
  entry("error", "wasm", "Wasm VM failed Failed to configure base Wasm plugin") +
  entry("critical", "wasm", `Plugin ${name} failed to load`) +
  entry("critical", "wasm", "Plugin configured to fail closed failed to load") +
  entry("warning", "config", `Filesystem config update rejected: Unable to create Wasm plugin ${name}`);

test("names each plugin with the errors that it has logged", () => {
  const log =
    entry("error", "wasm", "wasm log root vm: content: expected string: got integer") +
    failed("ns.a") +
    entry("warning", "wasm", "wasm log ns.b: a warning") +
    failed("ns.b");
  expect(rejection(['plugin "ns.a"', 'plugin "ns.b"'], log).message).toBe(
    'plugin "ns.a" rejected its configuration: content: expected string: got integer\nplugin "ns.b" rejected its configuration',
  );
});

test("names the plugin because of which Envoy rejects a listener", () => {
  const log =
    entry("error", "wasm", "wasm log: wrong") +
    entry("error", "wasm", "Wasm VM failed Failed to configure base Wasm plugin") +
    entry("critical", "wasm", "Plugin net failed to load") +
    entry(
      "warning",
      "config",
      "Filesystem config update rejected: Error adding/updating listener(s) tcp: Unable to create Wasm plugin net\n",
    );
  expect(rejection(['listener "tcp"'], log).message).toBe('plugin "net" rejected its configuration: wrong');
});

test("names a missing import", () => {
  const log =
    entry("error", "wasm", "Failed to load Wasm module due to a missing import: env.nothing") +
    entry("error", "wasm", "Wasm VM failed Failed to initialize Wasm code") +
    entry("critical", "wasm", "Plugin a failed to load") +
    entry("warning", "config", "Filesystem config update rejected: Unable to create Wasm plugin a");
  expect(rejection(['plugin "a"'], log).message).toBe(
    'plugin "a" does not load: Failed to load Wasm module due to a missing import: env.nothing',
  );
});

test("names a port in use, and gives Envoy's reason for other parts", () => {
  const bind =
    "listener 'gw' failed to bind or apply socket options: cannot bind '127.0.0.1:80': Address already in use";
  expect(rejection(["the listeners"], entry("error", "config", bind)).message).toBe(
    "port 80 on 127.0.0.1 is in use: stop the process that listens there",
  );
  const reason = entry("warning", "config", "Filesystem config update rejected: malformed IP address: a.org");
  expect(rejection(["the clusters"], reason).message).toBe("Envoy rejects the clusters: malformed IP address: a.org");
});

test("tells a plugin that fails open from one that fails closed", () => {
  expect(failsOpen(entry("critical", "wasm", "Plugin configured to fail open failed to load"))).toBe(true);
  expect(failsOpen(failed("a"))).toBe(false);
});
