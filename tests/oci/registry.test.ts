// Images against Debian's docker-registry, read back by Debian's skopeo.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LAYOUTS } from "../../sdk/oci/index.js";
import { describeWithRegistry, PASSWORD, TestRegistry, USER, type RegistryKind } from "../support/registry.js";
import { command, ended, pluginFolder, start, startCommand, type Ended } from "./command.js";

/** Puts the credentials where docker login puts them. */
function login(folder: string, host: string): void {
  mkdirSync(join(folder, "docker"));
  const auth = Buffer.from(`${USER}:${PASSWORD}`).toString("base64");
  writeFileSync(join(folder, "docker", "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
}

/** Neither the password nor the header may appear. */
function expectNoSecret({ stdout, stderr }: Ended): void {
  const text = stdout + stderr;
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), Buffer.from(`${USER}:${PASSWORD}`).toString("base64")])
    expect(text).not.toContain(secret);
  expect(text).not.toMatch(/eyJ/); // a token
}

const lastLine = ({ stdout }: Ended) => stdout.trimEnd().split("\n").at(-1)!;

describeWithRegistry("docker-registry", () => {
  describe.each<[string, RegistryKind]>([
    ["plain", {}],
    ["with TLS", { tls: true }],
    ["with Basic", { auth: "basic" }],
    ["with a token server", { auth: "token" }],
    ["with TLS and a token server", { tls: true, auth: "token" }],
  ])("%s", (_, kind) => {
    test.each(LAYOUTS)("takes the layout %s, and gives the module back", async (layout) => {
      await using registry = await TestRegistry.start(kind);
      const { folder, module } = await pluginFolder();
      writeFileSync(join(folder, "spec.yaml"), "apiVersion: 1.0.0\nspec:\n  configSchema: {}\n");
      writeFileSync(join(folder, "README.md"), "# mock\n");
      if (kind.auth) login(folder, registry.host);
      const tls = kind.tls ? ["--ca", registry.ca] : [];
      const run = (...args: string[]) => command([...args, ...tls], { folder });
      const image = `${registry.host}/org/mock`;

      const pushed = await run("push", `${image}:1.0.0`, "--layout", layout, "--tag", "stable");
      expect(pushed).toMatchObject({ code: 0, stdout: expect.stringMatching(/@sha256:[0-9a-f]{64}\n$/) as string });
      const reference = lastLine(pushed);
      expect(reference.startsWith(`${image}@sha256:`)).toBe(true);

      const pulled = await run("pull", `${image}:stable`, "-o", "pulled.wasm");
      expect(pulled).toMatchObject({ code: 0, stdout: `${reference}\n` });
      expect(readFileSync(join(folder, "pulled.wasm"))).toEqual(readFileSync(module));

      const inspected = await run("inspect", reference, "--json");
      expect(inspected.code).toBe(0);
      expect(JSON.parse(inspected.stdout)).toMatchObject({
        ...{ image: reference, layers: { length: { compat: 1, artifact: 2, hub: 3 }[layout] } },
        module: { size: readFileSync(module).length, gateways: ["Higress", "Istio", "Envoy"] },
        ...(layout === "hub" ? { spec: "apiVersion: 1.0.0\nspec:\n  configSchema: {}\n" } : {}),
      });

      mkdirSync(join(folder, "certificates"));
      writeFileSync(join(folder, "certificates", "ca.crt"), readFileSync(registry.ca));
      const access = [...(kind.tls ? ["--src-cert-dir", "certificates"] : ["--src-tls-verify=false"])];
      const credentials = kind.auth ? ["--src-creds", `${USER}:${PASSWORD}`] : [];
      const policy = ["--insecure-policy"];
      const copy = ["copy", ...policy, ...access, ...credentials, `docker://${image}:1.0.0`, "dir:copied"];
      expect(await ended(start("skopeo", copy, { folder }))).toMatchObject({ code: 0 });
      const copied = readFileSync(join(folder, "copied", "manifest.json"));
      expect(`${image}@${sha(copied)}`).toBe(reference);
      const options = [...access, ...credentials].map((one) => one.replace("--src-", "--"));
      const raw = layout === "artifact" ? ["--raw"] : [];
      const seen = await ended(start("skopeo", ["inspect", ...raw, ...options, `docker://${image}:1.0.0`], { folder }));
      expect(seen.code).toBe(0);
      if (layout !== "artifact") expect(JSON.parse(seen.stdout)).toMatchObject({ Architecture: "amd64", Os: "linux" });
      for (const one of [pushed, pulled, inspected]) expectNoSecret(one);
    });
  });

  test("a second push sends nothing, and another repository mounts the layers", async () => {
    await using registry = await TestRegistry.start({ auth: "token" });
    const { folder } = await pluginFolder();
    login(folder, registry.host);
    const push = async (...args: string[]) => {
      const { code, stdout } = await command(["push", ...args, "--json"], { folder });
      expect(code).toBe(0);
      return JSON.parse(stdout) as { image: string; tags: string[]; blobs: { how: string }[] };
    };
    const how = (result: { blobs: { how: string }[] }) => result.blobs.map((one) => one.how);
    const first = await push(`${registry.host}/org/mock`);
    expect(first.tags).toEqual(["1.2.3"]);
    expect(how(first)).toEqual(["pushed", "pushed"]);
    expect(how(await push(`${registry.host}/org/mock:again`))).toEqual(["present", "present"]);
    expect(how(await push(`${registry.host}/org/copy:1`))).toEqual(["mounted", "mounted"]);
    expect(how(await push(`${registry.host}/org/other:1`, "--mount", "org/mock"))).toEqual(["mounted", "mounted"]);
    const mounts = registry.tokenRequests.filter(({ scopes }) => scopes.length === 2);
    expect(mounts.map(({ scopes }) => scopes).at(-1)).toEqual([
      "repository:org/other:pull,push",
      "repository:org/mock:pull",
    ]);
  });

  test("an index has both platforms, and skopeo takes each", async () => {
    await using registry = await TestRegistry.start();
    const { folder, module } = await pluginFolder();
    const image = `${registry.host}/mock:1`;
    const pushed = await command(["push", image, "--index", "--json"], { folder });
    const result = JSON.parse(pushed.stdout) as { image: string; digest: string; manifests: string[] };
    // The digest in the index, which Istio takes in a URL, and not that of the index.
    expect(result.image).toBe(`${registry.host}/mock@${result.manifests[0]}`);
    expect(result.manifests).not.toContain(result.digest);
    expect((await command(["manifest"], { folder })).stdout).toContain(`url: oci://${result.image}\n`);
    const inspected = await command(["inspect", image], { folder });
    expect(inspected).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`index      ${result.digest}`) as string,
    });
    for (const arch of ["amd64", "arm64"]) {
      const args = ["inspect", "--tls-verify=false", "--override-arch", arch, `docker://${image}`];
      const { stdout } = await ended(start("skopeo", args, { folder }));
      expect(JSON.parse(stdout)).toMatchObject({ Architecture: arch, Layers: { length: 1 } });
    }
    const pulled = await command(["pull", image, "-o", "a.wasm"], { folder });
    expect(pulled).toMatchObject({ code: 0, stdout: `${result.image}\n` });
    expect(readFileSync(join(folder, "a.wasm"))).toEqual(readFileSync(module));
  });

  test("pack writes what skopeo pushes, in a folder and in an archive", async () => {
    await using registry = await TestRegistry.start();
    const { folder, module } = await pluginFolder();
    for (const [output, source] of [
      ["image", "oci:image"],
      ["a.tar", "oci-archive:a.tar"],
    ] as const) {
      // prettier-ignore
      const packed = await command(["pack", "-o", output], { folder });
      expect(packed).toMatchObject({ code: 0, stderr: `wrote ${output}\n` });
      const image = `${registry.host}/packed:${output}`;
      const copy = ["copy", "--insecure-policy", "--dest-tls-verify=false", source, `docker://${image}`];
      expect(await ended(start("skopeo", copy, { folder }))).toMatchObject({ code: 0 });
      const pulled = await command(["pull", image, "-o", `${output}.wasm`], { folder });
      expect(pulled.stdout).toBe(`${registry.host}/packed@${packed.stdout}`);
      expect(readFileSync(join(folder, `${output}.wasm`))).toEqual(readFileSync(module));
    }
  });

  test("a Docker manifest that skopeo makes is pulled", async () => {
    await using registry = await TestRegistry.start();
    const { folder, module } = await pluginFolder();
    await command(["pack", "-o", "image"], { folder });
    const image = `${registry.host}/docker:1`;
    const copy = [
      "copy",
      "--insecure-policy",
      "--dest-tls-verify=false",
      "--format",
      "v2s2",
      "oci:image",
      `docker://${image}`,
    ];
    expect(await ended(start("skopeo", copy, { folder }))).toMatchObject({ code: 0 });
    expect(await command(["pull", image], { folder })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "plugin.wasm"))).toEqual(readFileSync(module));
  });

  test("--username and --password-stdin, and a helper of Docker, give the credentials", async () => {
    await using registry = await TestRegistry.start({ auth: "basic" });
    const { folder } = await pluginFolder();
    const image = `${registry.host}/mock:1`;
    const none = await command(["push", image], { folder });
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`docker login ${registry.host}, or --username`) as string,
    });
    const withPassword = (name: string, input: string) =>
      ended(startCommand(["push", image, name, USER, "--password-stdin"], { folder, input }));
    const wrong = await withPassword("--username", "wr0ng-password\n");
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("the password is wrong") as string });
    expect(wrong.stderr).not.toContain("wr0ng");
    const right = await withPassword("-u", `${PASSWORD}\n`);
    expect(right.code).toBe(0);

    const secret = JSON.stringify({ ServerURL: registry.host, Username: USER, Secret: PASSWORD });
    const script = `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = "${registry.host}" ] && echo '${secret}'\n`;
    mkdirSync(join(folder, "docker"));
    writeFileSync(join(folder, "docker-credential-test"), script, { mode: 0o755 });
    const config = { credHelpers: { [registry.host]: "test" } };
    writeFileSync(join(folder, "docker", "config.json"), JSON.stringify(config));
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    const pulled = await command(["pull", image, "-o", "a.wasm"], { folder, env });
    expect(pulled.code).toBe(0);
    for (const one of [none, wrong, right, pulled]) expectNoSecret(one);
  });

  test("TLS is verified, unless the host is named as insecure", async () => {
    await using registry = await TestRegistry.start({ tls: true });
    const { folder } = await pluginFolder();
    const image = `${registry.host}/mock:1`;
    const refused = await command(["push", image, "--insecure", "127.0.0.1:1"], { folder });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`the certificate of ${registry.host} cannot be verified`);
    expect(await command(["push", image, "--insecure", registry.host], { folder })).toMatchObject({ code: 0 });
  });

  test("a push goes on when the connection closes within a chunk", async () => {
    await using registry = await TestRegistry.start();
    const { folder, module } = await pluginFolder();
    let cuts = 0;
    const proxy = createServer((client) => {
      const upstream = connect(Number(registry.host.split(":")[1]), "127.0.0.1");
      for (const socket of [client, upstream]) socket.on("error", () => {});
      client.on("close", () => upstream.destroy());
      upstream.pipe(client);
      client.on("data", (chunk: Buffer) => {
        const isLayer = /^PATCH [^]*content-length: \d{5}\r/i.test(chunk.toString("latin1"));
        if (!isLayer || cuts === 2) return void upstream.write(chunk);
        cuts++;
        upstream.write(chunk.subarray(0, 5000), () => client.destroy());
      });
      client.on("end", () => upstream.end());
    }).listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const image = `127.0.0.1:${(proxy.address() as AddressInfo).port}/mock:1`;
    expect(await command(["push", image], { folder })).toMatchObject({ code: 0 });
    expect(cuts).toBe(2);
    proxy.close();
    expect(await command(["pull", `${registry.host}/mock:1`], { folder })).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder, "plugin.wasm"))).toEqual(readFileSync(module));
  });

  test("an image that is not there is named", async () => {
    await using registry = await TestRegistry.start();
    const { folder } = await pluginFolder();
    const { code, stderr } = await command(["pull", `${registry.host}/gone:1`], { folder });
    expect(code).toBe(1);
    expect(stderr).toContain(
      `the manifest ${registry.host}/gone:1: ${registry.host} responded with status 404: MANIFEST_UNKNOWN`,
    );
  });
});

function sha(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
