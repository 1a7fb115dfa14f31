import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { givenSpec, sdkSpec } from "./sdk-spec.js";

/** Writes files into a temporary folder; objects are written as JSON. */
function folderWith(files: Record<string, string | object>): string {
  const folder = temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const SDK = { name: "as-proxy-wasm-sdk", version: "1.2.3" };
const INSTALLED = "x/node_modules/as-proxy-wasm-sdk";
const record = (entry: object) => ({ packages: { "node_modules/as-proxy-wasm-sdk": entry } });

/** The spec for the project x/y of a package that was installed in x. */
function specWith(files: Record<string, string | object>, root = INSTALLED): string {
  const folder = folderWith({ [`${root}/package.json`]: SDK, "sdk.tgz": "", ...files });
  return sdkSpec(join(folder, root), join(folder, "x", "y"));
}

test("is a range for a package from npm's registry", () => {
  expect(specWith({})).toBe("^1.2.3");
  const manifest = { devDependencies: { "as-proxy-wasm-sdk": "^1.0.0" } };
  const resolved = "https://registry.example.com/as-proxy-wasm-sdk/-/as-proxy-wasm-sdk-1.2.3.tgz";
  expect(specWith({ "x/package.json": manifest })).toBe("^1.2.3");
  expect(specWith({ "x/package.json": manifest, "x/node_modules/.package-lock.json": record({ resolved }) })).toBe(
    "^1.2.3",
  );
});

test("is a range for another package, such as create-as-proxy-wasm", () => {
  const folder = folderWith({ "x/package.json": { name: "create-as-proxy-wasm", version: "1.2.3" } });
  expect(sdkSpec(join(folder, "x"), join(folder, "y"))).toBe("^1.2.3");
});

test("is the file that npm has installed the package from", () => {
  expect(specWith({ "x/node_modules/.package-lock.json": record({ resolved: "file:../sdk.tgz" }) })).toBe(
    "file:../../sdk.tgz",
  );
});

test("is the file in a package.json above, for other package managers", () => {
  const manifest = { dependencies: { "as-proxy-wasm-sdk": "file:../sdk.tgz" } };
  const pnpm = "x/node_modules/.pnpm/as-proxy-wasm-sdk@file/node_modules/as-proxy-wasm-sdk";
  expect(specWith({ "x/package.json": manifest }, pnpm)).toBe("file:../../sdk.tgz");
});

test("is a range if the file is gone", () => {
  expect(specWith({ "x/node_modules/.package-lock.json": record({ resolved: "file:../gone.tgz" }) })).toBe("^1.2.3");
});

test.each(["git+ssh://git@example.com/sdk.git#abc", "github:mia/sdk", "https://example.com/sdk.tgz"])(
  "is the address %s that package.json names",
  (spec) => {
    expect(specWith({ "x/package.json": { devDependencies: { "as-proxy-wasm-sdk": spec } } })).toBe(spec);
  },
);

test("is the folder of a clone that runs its own command, also through a symbolic link to the project's parent", () => {
  const folder = folderWith({ "clone/package.json": SDK, "a/b/c.txt": "" });
  expect(sdkSpec(join(folder, "clone"), join(folder, "my-plugin"))).toBe("file:../clone");
  symlinkSync(join(folder, "a", "b"), join(folder, "link"));
  expect(sdkSpec(join(folder, "clone"), join(folder, "link", "my-plugin"))).toBe("file:../../../clone");
});

test.each(["0.1.0", "^0.1.0", "latest", ">=1 <2", "https://example.com/sdk.tgz", "github:mia/sdk"])(
  "keeps the given spec %s",
  (spec) => {
    expect(givenSpec(spec, "/a", "/a/b")).toBe(spec);
  },
);

test.each(["sdk.tgz", "./sdk.tgz", "file:sdk.tgz", "file:./sdk.tgz"])("finds %s in the current folder", (spec) => {
  const folder = folderWith({ "sdk.tgz": "" });
  expect(givenSpec(spec, folder, join(folder, "plugins", "b"))).toBe("file:../../sdk.tgz");
});

test("finds an absolute path, as a path and as a file URL", () => {
  const folder = folderWith({ "sdk.tgz": "" });
  expect(givenSpec(join(folder, "sdk.tgz"), "/", join(folder, "b"))).toBe("file:../sdk.tgz");
  expect(givenSpec(`file://${folder}/sdk.tgz`, "/", join(folder, "b"))).toBe("file:../sdk.tgz");
});

test("finds a path that starts in the project's folder, as in a package.json", () => {
  const folder = folderWith({ "sdk.tgz": "", "x/other.txt": "" });
  expect(givenSpec("file:../sdk.tgz", folder, join(folder, "b"))).toBe("file:../sdk.tgz");
});

test("rejects a path that leads nowhere, and text that is no spec", () => {
  expect(() => givenSpec("./gone.tgz", "/a", "/a/b")).toThrow("--sdk ./gone.tgz: there is no /a/gone.tgz");
  expect(() => givenSpec("0.1.0;x", "/a", "/a/b")).toThrow(
    '--sdk 0.1.0;x: expected a version such as "0.1.0", or a path such as "file:../sdk.tgz"',
  );
});
