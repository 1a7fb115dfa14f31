import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { dockerCredentials } from "./docker-config.js";

const base64 = (text: string) => Buffer.from(text).toString("base64");

function find(registry: string, config: object | string) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  return dockerCredentials(registry, folder);
}

const MIA = { kind: "password", username: "mia", password: "a:b" };

test.each<[string, string, object, unknown]>([
  ["a host", "ghcr.io", { "ghcr.io": { auth: base64("mia:a:b") } }, MIA],
  ["a host with a port", "localhost:5000", { "localhost:5000": { auth: base64("mia:a:b") } }, MIA],
  ["a URL", "ghcr.io", { "https://ghcr.io/v2/": { auth: base64("mia:a:b") } }, MIA],
  ["Docker Hub", "index.docker.io", { "https://index.docker.io/v1/": { auth: base64("mia:a:b") } }, MIA],
  ["a user and a password", "a.io", { "a.io": { username: "mia", password: "a:b" } }, MIA],
  [
    "an identity token",
    "a.io",
    { "a.io": { auth: base64("mia:"), identitytoken: "t" } },
    { kind: "identityToken", token: "t" },
  ],
  ["a registry token", "a.io", { "a.io": { registrytoken: "t" } }, { kind: "registryToken", token: "t" }],
  ["another port", "a.io:5000", { "a.io": { auth: base64("mia:a:b") } }, undefined],
  ["another host that begins the same", "a.io", { "a.io.evil.com": { auth: base64("mia:a:b") } }, undefined],
  ["an empty entry", "a.io", { "a.io": {} }, undefined],
])("finds the credentials of %s", async (_, registry, auths, expected) => {
  expect(await find(registry, { auths })).toEqual(expected);
});

test.each([
  ["{", "config.json: expected JSON"],
  ["[]", "config.json: expected a JSON object"],
  [{ auths: { "a.io": { auth: base64("s3cret") } } }, 'auths["a.io"].auth: expected USER:PASSWORD in base64'],
  [{ credsStore: "../evil" }, '"../evil" is no name of a credential helper'],
  [{ credsStore: "none-of-that-name" }, "docker-credential-none-of-that-name is not on PATH"],
])("rejects %j, and shows nothing of it", async (config, message) => {
  const error = await find("a.io", config).catch((one: Error) => one.message);
  expect(error).toContain(message);
  expect(error).not.toContain("s3cret");
});

test("a machine without docker login has no credentials", async () => {
  expect(await dockerCredentials("a.io", temporaryFolder())).toBeUndefined();
});
