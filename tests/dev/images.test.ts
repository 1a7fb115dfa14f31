// Plugins whose modules are in a registry or on a server, with the pull policies of Istio.
import { readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/root.js";
import { imageOf, ModuleCache, pushImage, tarOf, withRegistry } from "../../sdk/oci/index.js";
import { FakeRegistry } from "../oci/fake-registry.js";
import { buildPlugin } from "../support/build.js";
import { temporaryFolder } from "../support/temporary.js";
import { describeDev, type TestDev } from "./dev.js";

/** A plugin that responds with a text. */
const manifest = (url: string, text: string, more = "") => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: mock, namespace: istio-system }
spec: { url: "${url}", pluginConfig: { content: ${text} }${more} }
`;

const module = async () => readFileSync(await buildPlugin(join(packageRoot(), "examples/mock-response")));
const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const isModule = (name: string) => /blobs\/sha256/.test(name);

async function push(registry: FakeRegistry, tag: string, bytes: Buffer) {
  const image = imageOf({ layout: "compat", module: bytes, hasIndex: true });
  await withRegistry(registry.host, {}, (one) => pushImage(one, "org/mock", [tag], image));
  registry.seen.length = 0;
  return image;
}

/** How often manifests and layers were asked for. */
function asked(registry: FakeRegistry): { manifests: number; layers: number } {
  const gets = registry.seen.filter(({ method }) => method === "GET").map(({ path }) => path);
  const tags = gets.filter((path) => /manifests\/[^s]/.test(path));
  return { manifests: tags.length, layers: gets.filter(isModule).length };
}

/** Writes a manifest, and waits until the gateway uses it. */
async function change(dev: TestDev, text: string, expected: string): Promise<void> {
  dev.write("a.yaml", text);
  await expect.poll(async () => (await dev.fetch("a.org", "/")).text, { timeout: 10_000 }).toBe(expected);
}

describeDev("an image", (start) => {
  test("is pulled once for a version, and again for latest when its resource changes", async () => {
    await using registry = await FakeRegistry.start();
    const bytes = await module();
    await push(registry, "1.0.0", bytes);
    await push(registry, "latest", bytes);
    const fetch = { cache: new ModuleCache(temporaryFolder()) };
    const url = (tag: string) => `oci://${registry.host}/org/mock:${tag}`;
    {
      await using dev = await start({ "a.yaml": manifest(url("1.0.0"), "one") }, { fetch });
      expect((await dev.fetch("a.org", "/")).text).toBe("one");
      expect(dev.fetches).toEqual([url("1.0.0")]);
      expect(asked(registry)).toEqual({ manifests: 1, layers: 1 });
      await change(dev, manifest(url("1.0.0"), "two"), "two");
      expect(asked(registry)).toEqual({ manifests: 1, layers: 1 });
      await change(dev, manifest(url("1.0.0"), "three", ", imagePullPolicy: Always"), "three");
      // The manifest is the same, so the layer comes from the cache.
      expect(asked(registry)).toEqual({ manifests: 2, layers: 1 });
    }
    await using dev = await start({ "a.yaml": manifest(url("latest"), "four") }, { fetch });
    expect(asked(registry).manifests).toBe(3);
    await dev.gateway.rebuild();
    expect(asked(registry).manifests).toBe(4);
    dev.write(
      "service.yaml",
      "apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { ports: [{ port: 80 }] }\n",
    );
    await expect.poll(() => dev.lives + dev.reads).toBeGreaterThan(2);
    expect(asked(registry).manifests).toBe(4);
  });

  test("must have the manifest that sha256 names", async () => {
    await using registry = await FakeRegistry.start();
    const image = await push(registry, "1.0.0", await module());
    const url = `oci://${registry.host}/org/mock:1.0.0`;
    const child = image.children[0]!.digest.replace("sha256:", "");
    await using dev = await start({ "a.yaml": manifest(url, "one", `, sha256: ${child}`) });
    expect((await dev.fetch("a.org", "/")).text).toBe("one");
    // The digest of the index is another one.
    const wrong = image.root.digest.replace("sha256:", "");
    await change(dev, manifest(url, "two", `, sha256: ${wrong}`), "RBAC: access denied");
    expect(dev.warnings.at(-1)).toContain(`the manifest has the digest sha256:${child}, expected sha256:${wrong}`);
  });
});

describeDev("a module on a server", (start) => {
  test.each<[string, (bytes: Buffer) => Buffer]>([
    ["as it is", (bytes) => bytes],
    ["in gzip", (bytes) => gzipSync(bytes)],
    ["in an archive in gzip", (bytes) => gzipSync(tarOf([{ name: "any.wasm", content: bytes }]))],
  ])("is taken %s, with the checksum of the module", async (_, box) => {
    await using server = await FakeRegistry.start();
    const bytes = await module();
    server.fault = ({ url }, response) => {
      if (url === "/a") response.writeHead(302, { location: "/b" }).end();
      else if (server.seen.length === 2) response.writeHead(503).end();
      else response.end(box(bytes));
      return true;
    };
    const url = `http://${server.host}/a`;
    const text = manifest(url, "one", `, sha256: ${sha256(bytes)}`);
    const cache = new ModuleCache(temporaryFolder());
    {
      await using dev = await start({ "a.yaml": text }, { fetch: { cache, pauseMs: 1 } });
      expect((await dev.fetch("a.org", "/")).text).toBe("one");
      expect(server.seen.map(({ path }) => path)).toEqual(["/a", "/b", "/a", "/b"]);
    }
    await using again = await start({ "a.yaml": text }, { fetch: { cache } });
    expect((await again.fetch("a.org", "/")).text).toBe("one");
    expect(server.seen).toHaveLength(4);
  });

  test("denies all requests when there is none, and shows no password of the URL", async () => {
    await using server = await FakeRegistry.start();
    server.fault = (_, response) => (response.writeHead(404).end(), true);
    const url = `http://mia:s3cret@${server.host}/a.wasm?token=t0ken`;
    await using dev = await start({ "a.yaml": manifest(url, "one") });
    expect((await dev.fetch("a.org", "/")).status).toBe(403);
    expect(server.seen).toHaveLength(1); // a status 4xx is not tried again
    const all = [...dev.warnings, ...dev.fetches].join("\n");
    expect(all).toContain(
      `spec.url http://${server.host}/a.wasm?…: http://${server.host}/a.wasm?… responded with status 404`,
    );
    expect(all).not.toMatch(/s3cret|t0ken/);
  });
});
