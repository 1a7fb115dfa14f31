import { expect, test } from "vitest";
import { CreateError } from "./create-error.js";
import { checkName } from "./project-name.js";

test.each(["a", "my-plugin", "7", "a1-b2", "x".repeat(63)])("accepts the name %s", (name) => {
  expect(() => checkName(name)).not.toThrow();
});

const CHARACTERS = 'is not valid for npm and Kubernetes: expected lower-case letters, digits and "-"';

test.each([
  ["My Plugin", `the name "My Plugin" ${CHARACTERS}; try "my-plugin"`],
  ["myPlugin", `the name "myPlugin" ${CHARACTERS}; try "my-plugin"`],
  ["my_plugin", `the name "my_plugin" ${CHARACTERS}; try "my-plugin"`],
  [".hidden", `the name ".hidden" ${CHARACTERS}; try "hidden"`],
  ["café", `the name "café" ${CHARACTERS}; try "cafe"`],
  ["插件", `the name "插件" ${CHARACTERS}`],
  ["node_modules", `the name "node_modules" ${CHARACTERS}; try "node-modules"`],
  ["-a", 'the name "-a" is not valid: "-" cannot be its first or last character; try "a"'],
  ["a-", 'the name "a-" is not valid: "-" cannot be its first or last character; try "a"'],
  ["vitest", 'the name "vitest" is already the name of another package or module; try "my-vitest"'],
  ["http", 'the name "http" is already the name of another package or module; try "my-http"'],
  ["", `the name "" ${CHARACTERS}`],
])("rejects the name %j", (name, message) => {
  expect(() => checkName(name)).toThrow(new CreateError(message));
});

test("rejects a long name, and suggests its beginning", () => {
  const name = "a".repeat(64);
  expect(() => checkName(name)).toThrow(
    `the name "${name}" is too long: expected at most 63 characters, got 64; try "${"a".repeat(63)}"`,
  );
});
