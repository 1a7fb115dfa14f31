// A registry that misbehaves.
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { fetchModule, imageOf, ModuleCache, pushImage, withRegistry, type FetchOptions } from "../../sdk/oci/index.js";
import { temporaryFolder } from "../support/temporary.js";
import { command, ended, pluginFolder, startCommand } from "./command.js";
import { digestOf, FakeRegistry } from "./fake-registry.js";

const MODULE = Buffer.concat([Buffer.from("\0asm\x01\0\0\0", "latin1"), Buffer.alloc(60_000, "0123456789abcdef")]);
/** A module that gzip cannot make smaller. */
const LARGE = Buffer.concat([MODULE.subarray(0, 8), noise(40_000)]);

let registry: FakeRegistry;

beforeEach(async () => {
  registry = await FakeRegistry.start();
});
afterEach(() => registry[Symbol.asyncDispose]());

const options = (more: FetchOptions = {}): FetchOptions => ({
  pauseMs: 1,
  cache: new ModuleCache(temporaryFolder()),
  ...more,
});

const push = (more: FetchOptions = {}, chunkBytes = 1 << 24, module = LARGE) => {
  const image = imageOf({ layout: "compat", module });
  const work = withRegistry(registry.host, options(more), (one) =>
    pushImage(one, "org/auth", ["1", "2"], image, { chunkBytes }),
  );
  return work.then(() => image);
};

const pull = (more: FetchOptions = {}, reference = "org/auth:1") =>
  fetchModule({ url: `oci://${registry.host}/${reference}` }, options(more));

/** Does something to the requests of a method and a path, a number of times. */
function when(method: string, path: RegExp, times: number, fault: FakeRegistry["fault"]): void {
  let left = times;
  registry.fault = (request, response, where) => {
    if (request.method !== method || !path.test(where) || left <= 0) return false;
    left--;
    return fault(request, response, where);
  };
}

const respond =
  (status: number, headers: Record<string, string> = {}, body = ""): FakeRegistry["fault"] =>
  (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
    return true;
  };

describe("a push", () => {
  test("sends chunks, each once", async () => {
    const image = await push({}, 16_000);
    const chunks = registry.requests("PATCH", /uploads/);
    const layer = image.blobs.at(-1)!.bytes.length;
    expect(chunks.map(({ headers }) => headers["content-range"]).slice(-3)).toEqual([
      ...["0-15999", "16000-31999", `32000-${layer - 1}`],
    ]);
    expect(registry.tags).toEqual(["1", "2"]);
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("continues where the registry has got to when the connection closes within a chunk", async () => {
    let taken = 0;
    when("PATCH", /uploads/, 2, (request, _, path) => {
      const id = /uploads\/([^?]*)/.exec(path)![1]!;
      if (Number(request.headers["content-length"]) < 10_000) return false;
      request.once("data", (chunk: Buffer) => {
        const part = chunk.subarray(0, 5000);
        registry.uploads.set(id, Buffer.concat([registry.uploads.get(id)!, part]));
        taken += part.length;
        request.destroy();
      });
      return true;
    });
    await push();
    expect(taken).toBeGreaterThan(0);
    const last = registry.requests("PATCH", /uploads/).at(-1)!;
    expect(last.headers["content-range"]).toMatch(new RegExp(`^${taken}-`));
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("begins a blob again when the registry has forgotten the upload", async () => {
    when("PATCH", /uploads/, 2, (request, _, path) => {
      registry.uploads.delete(/uploads\/([^?]*)/.exec(path)![1]!);
      request.once("data", () => request.destroy());
      return true;
    });
    await push();
    expect(registry.requests("POST", /uploads/)).toHaveLength(4);
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("ends after some tries, and tags nothing", async () => {
    when("PATCH", /uploads/, Infinity, (request) => {
      request.once("data", () => request.destroy());
      return true;
    });
    await expect(push({ tries: 3 })).rejects.toThrow(`cannot talk to ${registry.host}: the connection was closed`);
    expect(registry.requests("PATCH", /uploads/)).toHaveLength(3);
    expect(registry.tags).toEqual([]);
  });

  test.each([
    ["HEAD", /blobs/],
    ["POST", /uploads/],
    ["PATCH", /uploads/],
    ["PUT", /uploads/],
    ["PUT", /manifests/],
  ])("tries %s %s again after 429, 500 and 503", async (method, path) => {
    const faults = [respond(429, { "retry-after": "0" }), respond(500), respond(503)];
    when(method, path, 3, (...args) => faults.shift()!(...args));
    await push();
    expect(faults).toEqual([]);
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("waits as long as the registry asks for", async () => {
    when("POST", /uploads/, 1, respond(429, { "retry-after": "1" }));
    const begin = performance.now();
    await push();
    expect(performance.now() - begin).toBeGreaterThan(990);
  });

  test("gives up after 500 again and again, and tags nothing", async () => {
    when("PUT", /uploads/, Infinity, respond(500, {}, '{"errors":[{"code":"UNKNOWN","message":"the disk is full"}]}'));
    await expect(push({ tries: 3 })).rejects.toThrow("responded with status 500: UNKNOWN the disk is full");
    expect(registry.tags).toEqual([]);
  });

  test("is complete when the response to its last request is lost", async () => {
    when("PUT", /uploads/, 1, (request, _, path) => {
      const url = new URL(path, "http://a");
      const id = url.pathname.split("/").at(-1)!;
      registry.blobs.set(url.searchParams.get("digest")!, registry.uploads.get(id)!);
      registry.uploads.delete(id);
      request.destroy();
      return true;
    });
    await push();
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("ends when the registry says that it has stored something else, and tags nothing", async () => {
    when("PUT", /uploads/, 1, respond(201, { "docker-content-digest": digestOf(Buffer.from("x")) }));
    await expect(push()).rejects.toThrow("the registry has stored other bytes than were sent");
    expect(registry.tags).toEqual([]);
  });

  test("ends when the registry claims more bytes than were sent", async () => {
    when("PATCH", /uploads/, 1, respond(202, { location: "/v2/org/auth/blobs/uploads/x", range: "0-999999999" }));
    await expect(push()).rejects.toThrow("says that it has more bytes than were sent");
  });

  test("does not take an upload to a place that is no URL of a server", async () => {
    when("POST", /uploads/, 1, respond(202, { location: "file:///etc/passwd" }));
    await expect(push()).rejects.toThrow("names file:///etc/passwd as the place of the upload: expected http or https");
    when("POST", /uploads/, 1, respond(202));
    await expect(push()).rejects.toThrow("names no place of the upload");
  });
});

describe("credentials", () => {
  const PASSWORD = "s3cret pass/word";
  const BASIC = Buffer.from(`mia:${PASSWORD}`).toString("base64");
  const credentials = () => Promise.resolve({ kind: "password" as const, username: "mia", password: PASSWORD });

  const wantsBasic: FakeRegistry["fault"] = (request, response, path) => {
    if (request.headers.authorization === `Basic ${BASIC}`) return false;
    return respond(401, { "www-authenticate": 'Basic realm="test"' })(request, response, path);
  };

  test("do not go to another host, in a redirect or an upload", async () => {
    await using other = await FakeRegistry.start();
    registry.fault = wantsBasic;
    await push({ credentials });
    registry.fault = (...args) => {
      const [request, response, path] = args;
      if (wantsBasic(...args)) return true;
      if (request.method !== "GET" || !/blobs/.test(path)) return false;
      return respond(307, { location: `http://mia:leak@${other.host}${path}` })(request, response, path);
    };
    for (const [digest, bytes] of registry.blobs) other.blobs.set(digest, bytes);
    expect((await pull({ credentials })).bytes).toEqual(LARGE);
    registry.blobs.clear();
    registry.fault = (...args) => {
      const [request, response, path] = args;
      if (wantsBasic(...args)) return true;
      if (request.method !== "POST") return false;
      other.uploads.set("x", Buffer.alloc(0));
      return respond(202, { location: `http://${other.host}/v2/org/auth/blobs/uploads/x` })(request, response, path);
    };
    await push({ credentials });
    expect(other.requests("PATCH", /uploads/).length).toBeGreaterThan(0);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual(other.seen.map(() => undefined));
  });

  test("do not appear when the registry sends them back", async () => {
    const { folder } = await pluginFolder();
    mkdirSync(join(folder, "docker"));
    writeFileSync(
      join(folder, "docker", "config.json"),
      JSON.stringify({ auths: { [registry.host]: { auth: BASIC } } }),
    );
    registry.fault = (...args) => {
      const [request, response, path] = args;
      if (wantsBasic(...args)) return true;
      if (request.method !== "POST") return false;
      const message = `no ${request.headers.authorization} of ${PASSWORD} ${encodeURIComponent(PASSWORD)}\u001b[31m`;
      return respond(403, {}, JSON.stringify({ errors: [{ code: "DENIED", message }] }))(request, response, path);
    };
    const { code, stdout, stderr } = await command(["push", `${registry.host}/org/auth:1`, "--verbose"], { folder });
    expect(code).toBe(1);
    expect(stderr).toContain("responded with status 403: DENIED no Basic *** of *** ***");
    expect(stderr).toContain("the user may not do this, or the password is wrong");
    expect(stdout + stderr).not.toMatch(/s3cret/);
    expect(stdout + stderr).not.toContain("\u001b");
    expect(stdout + stderr).not.toContain(BASIC);
  });

  describe("of a token server", () => {
    /** Makes tokens, each good for some requests. */
    const tokens = (uses: number, tokenFault: FakeRegistry["fault"] = () => false): FakeRegistry["fault"] => {
      let [count, left] = [0, 0];
      return (request, response, path) => {
        if (path.startsWith("/token")) {
          if (tokenFault(request, response, path)) return true;
          count++;
          left = uses;
          return respond(200, {}, JSON.stringify({ token: `token-${count}`, expires_in: 3600 }))(
            request,
            response,
            path,
          );
        }
        if (request.headers.authorization === `Bearer token-${count}` && left-- > 0) return false;
        const realm = `Bearer realm="http://${registry.host}/token",service="test",error="invalid_token"`;
        return respond(401, { "www-authenticate": realm })(request, response, path);
      };
    };

    test("are asked for again when a token has expired", async () => {
      registry.fault = tokens(2);
      await push({ credentials });
      expect(registry.tags).toEqual(["1", "2"]);
      const asked = registry.requests("GET", /^\/token/);
      expect(asked.length).toBeGreaterThan(3);
      const [{ headers, path }] = asked as [(typeof asked)[0]];
      expect(headers.authorization).toBe(`Basic ${BASIC}`);
      expect(path).toBe("/token?service=test&scope=repository%3Aorg%2Fauth%3Apull%2Cpush");
    });

    test("do not help when each new token is rejected", async () => {
      registry.fault = tokens(0);
      await expect(push({ credentials })).rejects.toThrow("responded with status 401; the user may not do this");
      expect(registry.requests("GET", /^\/token/).length).toBeLessThan(3);
    });

    test.each<[string, FakeRegistry["fault"], string]>([
      ["rejects the password", respond(401, {}, PASSWORD), "rejects the user or the password"],
      ["sends no token", respond(200, {}, "{}"), "sent no token"],
      ["sends a token that would split the header", respond(200, {}, '{"token":"a\\r\\nx: y"}'), "sent no token"],
      ["sends no JSON", respond(200, {}, "<html>"), "sent no token"],
      ["redirects", respond(302, { location: "http://127.0.0.1:1/" }), "responded with status 302"],
    ])("do not appear when the token server %s", async (_, fault, message) => {
      registry.fault = tokens(100, fault);
      const error = await push({ credentials }).catch((one: Error) => one.message);
      expect(error).toContain(message);
      expect(error).not.toContain(PASSWORD);
    });

    test("do not go to a token server without TLS on another host", async () => {
      registry.fault = respond(401, { "www-authenticate": 'Bearer realm="http://example.com/token?a=b"' });
      await expect(push({ credentials })).rejects.toThrow(
        "names http://example.com/token?… as its token server: expected https",
      );
    });

    test("go by an identity token, if docker login has stored one", async () => {
      const bodies: string[] = [];
      registry.fault = tokens(100, (request) => {
        request.on("data", (chunk: Buffer) => bodies.push(chunk.toString()));
        return false;
      });
      await push({ credentials: () => Promise.resolve({ kind: "identityToken", token: "t0ken" }) });
      expect(bodies[0]).toBe(
        "grant_type=refresh_token&service=test&scope=repository%3Aorg%2Fauth%3Apull%2Cpush&client_id=as-proxy-wasm&refresh_token=t0ken",
      );
    });
  });
});

describe("a pull", () => {
  const layerOf = (image: Awaited<ReturnType<typeof push>>) => image.blobs.at(-1)!;

  test("tries again when the connection closes within a layer", async () => {
    const image = await push();
    const { bytes } = layerOf(image);
    when("GET", /blobs/, 2, (_, response) => {
      response.writeHead(200, { "content-length": String(bytes.length) });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
      return true;
    });
    expect((await pull()).bytes).toEqual(LARGE);
  });

  test("does not take a layer, a manifest or a tag with another digest", async () => {
    const image = await push();
    const { digest, bytes } = layerOf(image);
    const other = Buffer.from(bytes);
    other[bytes.length - 20]! ^= 1;
    when("GET", /blobs/, 1, respondBytes(200, other));
    await expect(pull()).rejects.toThrow(
      `the layer ${digest}: the registry sends other bytes: their digest is sha256:`,
    );
    const manifest = image.root.bytes;
    const type = { "content-type": image.root.mediaType };
    const changed = Buffer.from(manifest.toString().replace('"schemaVersion":2', '"schemaVersion": 2'));
    when("GET", /manifests/, 1, respondBytes(200, changed, type));
    await expect(pull({}, `org/auth@${image.root.digest}`)).rejects.toThrow("the registry sends other bytes");
    when("GET", /manifests/, 1, respondBytes(200, changed, { ...type, "docker-content-digest": image.root.digest }));
    await expect(pull()).rejects.toThrow(`not ${image.root.digest}`);
  });

  test("does not read more than the manifest says, nor a manifest without end", async () => {
    const image = await push();
    let sent = 0;
    const endless: FakeRegistry["fault"] = (_, response) => {
      response.writeHead(200, { "content-type": image.root.mediaType });
      const more = () => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536, "{"), () => setImmediate(more));
      };
      more();
      return true;
    };
    when("GET", /blobs/, 1, endless);
    await expect(pull()).rejects.toThrow(`the server sends more than the ${layerOf(image).bytes.length} bytes`);
    when("GET", /manifests/, 1, endless);
    await expect(pull()).rejects.toThrow("the server sends more than the 4194304 bytes");
    expect(sent).toBeLessThan(32 * 1024 * 1024);
  });

  test("does not take a layer that is smaller than the manifest says, as Istio does not", async () => {
    const image = await push();
    const { digest, bytes } = layerOf(image);
    const size = `"size":${bytes.length}`;
    const changed = Buffer.from(image.root.bytes.toString().replace(size, `"size":${bytes.length + 1}`));
    expect(changed).not.toEqual(image.root.bytes);
    when("GET", /manifests/, 1, respondBytes(200, changed, { "content-type": image.root.mediaType }));
    await expect(pull()).rejects.toThrow(
      `the layer ${digest} has ${bytes.length} bytes, and the manifest says ${bytes.length + 1}`,
    );
  });

  test("does not take a layer that says it is larger than 256 MiB", async () => {
    const image = await push();
    const size = layerOf(image).bytes.length;
    const text = image.root.bytes.toString().replace(`"size":${size}}]`, '"size":268435457}]');
    when("GET", /manifests/, 1, respondBytes(200, Buffer.from(text), { "content-type": image.root.mediaType }));
    await expect(pull()).rejects.toThrow("expected at most 268435456, as Istio has it");
    expect(registry.requests("GET", /blobs/)).toEqual([]);
  });

  test("does not unpack more than 256 MiB", { timeout: 60_000 }, async () => {
    const { gzipSync } = await import("node:zlib");
    const { tarOf } = await import("../../sdk/oci/index.js");
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const header = tarOf([{ name: "zeros", content: Buffer.alloc(0) }]).subarray(0, 512);
    header.write("02000000000", 124); // 256 MiB
    header.fill(" ", 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0`,
      148,
    );
    const bomb = Buffer.concat([
      gzipSync(header),
      zeros,
      zeros,
      zeros,
      zeros,
      gzipSync(tarOf([{ name: "plugin.wasm", content: MODULE }])),
    ]);
    const image = await push();
    const { digest, bytes } = layerOf(image);
    const text = image.root.bytes
      .toString()
      .replace(digest, digestOf(bomb))
      .replace(`"size":${bytes.length}}]`, `"size":${bomb.length}}]`);
    when("GET", /manifests/, 1, respondBytes(200, Buffer.from(text), { "content-type": image.root.mediaType }));
    registry.blobs.set(digestOf(bomb), bomb);
    await expect(pull()).rejects.toThrow("more than 268435456 bytes up to the end of the file");
  });

  test("names the host that fails, which may be another one than the registry", async () => {
    await push();
    when("GET", /blobs/, Infinity, respond(307, { location: "http://127.0.0.1:1/layer" }));
    await expect(pull({ tries: 1 })).rejects.toThrow("cannot talk to 127.0.0.1:1: nothing listens there");
    await using other = await FakeRegistry.start();
    other.fault = (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("x", () => response.destroy());
      return true;
    };
    when("GET", /blobs/, Infinity, respond(307, { location: `http://${other.host}/layer` }));
    await expect(pull({ tries: 1 })).rejects.toThrow(`cannot talk to ${other.host}: the connection was closed`);
    when("GET", /v2/, Infinity, respond(401, { "www-authenticate": 'Bearer realm="http://127.0.0.1:1/token"' }));
    await expect(pull({ tries: 1 })).rejects.toThrow("cannot talk to 127.0.0.1:1: nothing listens there");
    when("POST", /uploads/, Infinity, respond(202, { location: "http://127.0.0.1:1/upload" }));
    registry.blobs.clear();
    await expect(push({ tries: 1 })).rejects.toThrow("cannot talk to 127.0.0.1:1: nothing listens there");
  });

  test("follows no endless redirects", async () => {
    await push();
    when("GET", /blobs/, Infinity, (request, response, path) =>
      respond(302, { location: path })(request, response, path),
    );
    await expect(pull()).rejects.toThrow("more than 5 redirects");
  });

  test("takes no image whose file is no module", async () => {
    await push({}, 1 << 24, Buffer.from("#!/bin/sh\n"));
    await expect(pull()).rejects.toThrow("plugin.wasm in the last layer is not WebAssembly");
    const { code, stdout } = await command(["inspect", `${registry.host}/org/auth:1`], { folder: temporaryFolder() });
    expect(code).toBe(1);
    expect(stdout).toContain("Istio does not take the image: plugin.wasm in the last layer is not WebAssembly");
  });

  test("uses the cache for a digest, and asks again for a module that was changed on disk", async () => {
    const image = await push();
    const folder = temporaryFolder();
    const cache = new ModuleCache(folder);
    const url = `oci://${registry.host}/org/auth@${image.root.digest}`;
    await fetchModule({ url }, options({ cache }));
    const count = registry.seen.length;
    expect((await fetchModule({ url }, options({ cache }))).bytes).toEqual(LARGE);
    expect(registry.seen.length).toBe(count);
    const [file] = readdirSync(join(folder, "modules"));
    writeFileSync(join(folder, "modules", file!), MODULE);
    expect((await fetchModule({ url }, options({ cache }))).bytes).toEqual(LARGE);
    expect(registry.seen.length).toBeGreaterThan(count);
  });

  test("does not take the digest of an index, as Istio does not, not even from the cache", async () => {
    const image = imageOf({ layout: "compat", module: LARGE, hasIndex: true });
    await withRegistry(registry.host, options(), (one) => pushImage(one, "org/auth", ["1"], image));
    const cache = new ModuleCache(temporaryFolder());
    const byDigest = (digest: string) =>
      fetchModule({ url: `oci://${registry.host}/org/auth@${digest}` }, options({ cache }));
    const [amd64, arm64] = image.children.map(({ digest }) => digest);
    expect((await pull({ cache })).digest).toBe(amd64);
    const reason = `@${image.root.digest} is an index; Istio takes only the digest of the manifest for linux/amd64: ${registry.host}/org/auth@${amd64}`;
    await expect(byDigest(image.root.digest)).rejects.toThrow(reason);
    expect((await byDigest(amd64!)).bytes).toEqual(LARGE);
    expect((await byDigest(arm64!)).bytes).toEqual(LARGE);
    const address = { url: `oci://${registry.host}/org/auth@${image.root.digest}`, sha256: amd64!.slice(7) };
    expect((await fetchModule(address, options())).bytes).toEqual(LARGE);
    const inspected = await command(["inspect", `${registry.host}/org/auth@${image.root.digest}`, "--json"], {
      folder: temporaryFolder(),
    });
    expect(inspected.code).toBe(1);
    expect(JSON.parse(inspected.stdout)).toMatchObject({
      image: `${registry.host}/org/auth@${amd64}`,
      digest: image.root.digest,
      problem: expect.stringContaining(reason) as string,
    });
  });

  test("works without a cache that can be written", async () => {
    await push();
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const problems: string[] = [];
    const cache = new ModuleCache(join(file, "cache"), (reason) => problems.push(reason));
    expect((await pull({ cache })).bytes).toEqual(LARGE);
    expect(problems[0]).toContain("cannot be written: ENOTDIR");
  });

  test.runIf(existsSync("/dev/full"))("says that the disk is full", async () => {
    await push();
    const folder = temporaryFolder();
    const { code, stderr } = await command(["pull", `${registry.host}/org/auth:1`, "-o", "/dev/full"], { folder });
    expect(code).toBe(1);
    expect(stderr).toContain("-o /dev/full: ENOSPC: no space left on device");
    expect(existsSync("/dev/full")).toBe(true);
  });
});

describe("what is not a registry", () => {
  test.each<[string, FakeRegistry["fault"], string]>([
    ["a website", respond(200, { "content-type": "text/html" }, "<html>"), "is not a registry: http"],
    ["a server without /v2/", respond(404), "responded with status 404, no type"],
    ["a server that redirects", respond(302, { location: "https://example.com/" }), "responded with status 302"],
  ])("is named: %s", async (_, fault, message) => {
    registry.fault = fault;
    await expect(pull()).rejects.toThrow(message);
  });

  test("is named: a server that does not speak HTTP", async () => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end("SSH-2.0-OpenSSH_9.2\r\n");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    await expect(fetchModule({ url: `oci://${host}/org/auth:1` }, options())).rejects.toThrow(
      `cannot talk to ${host}: `,
    );
    server.close();
  });

  test("is named: a server that never responds", async () => {
    registry.fault = () => true;
    await expect(pull({ idleMs: 100, tries: 2 })).rejects.toThrow(
      `cannot talk to ${registry.host}: the host does not respond`,
    );
  });
});

test.each([
  [["push", "http://example.com/a"], "expected REGISTRY/REPOSITORY:TAG, got a URL"],
  [["push", "example.com/Auth:1"], 'expected lower-case letters in the image name "Auth"'],
  [["push", "example.com/a/../b:1"], 'the name "a/../b" has an empty part, "." or ".."'],
  [["push", `example.com/auth@sha256:${"a".repeat(64)}`], "expected an image without a digest"],
  [["push", "example.com/auth:1", "--tag", "a b"], "--tag a b: expected letters"],
  [["push", "exa mple.com/auth:1"], "expected"],
  [["push"], "name the image: REGISTRY/REPOSITORY:TAG"],
  [["pull", "example.com/auth@sha256:abc"], 'expected "@sha256:" and 64 lower-case hexadecimal digits'],
  [["pull", "example.com:99999/auth:1"], 'expected a host such as ghcr.io or localhost:5000, got "example.com:99999"'],
  [["inspect", "example.com/auth:"], 'the tag "" has other characters'],
  [["push", "example.com/auth:1", "--username", "mia"], "--username needs --password-stdin"],
  [["push", "example.com/auth:1", "--password-stdin"], "--password-stdin needs --username"],
  [["push", "example.com/auth:1", "--layout", "x"], "--layout x: expected compat, artifact, hub"],
  [["push", "example.com/auth:1", "--layout", "hub"], "--layout hub: this folder has no spec.yaml and no README.md"],
])("%j is a wrong command line", async (args, message) => {
  const { folder } = await pluginFolder();
  const { code, stderr } = await command(args, { folder });
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});

test("what is no module is neither packed nor pushed", async () => {
  const { folder, module } = await pluginFolder();
  writeFileSync(module, "#!/bin/sh\n");
  const { code, stderr } = await command(["push", `${registry.host}/org/auth:1`], { folder });
  expect([code, stderr]).toEqual([1, expect.stringContaining("build/plugin.wasm is not WebAssembly")]);
  writeFileSync(module, Buffer.from("\0asm\x01\0\0\0broken", "latin1"));
  expect(await command(["pack"], { folder })).toMatchObject({
    ...{ code: 1, stderr: expect.stringContaining("build/plugin.wasm is damaged: no gateway can load it") as string },
  });
  expect(registry.seen).toEqual([]);
  expect(existsSync(join(folder, "build", "image.tar"))).toBe(false);
});

test("Ctrl-C ends a push at once, and nothing is tagged", async () => {
  const { folder } = await pluginFolder();
  let isSending = false;
  when("PATCH", /uploads/, Infinity, () => (isSending = true));
  const child = startCommand(["push", `${registry.host}/org/auth:1`], { folder });
  const end = ended(child);
  await poll(20_000, "the push did not begin", () => isSending || undefined);
  child.kill("SIGINT");
  expect(await end).toMatchObject({ code: 130, stdout: "" });
  expect(registry.tags).toEqual([]);
  expect(readFileSync(join(folder, "build", "plugin.wasm")).length).toBeGreaterThan(0);
  expect(existsSync(join(folder, "build", "image.json"))).toBe(false);
});

function respondBytes(status: number, bytes: Buffer, headers: Record<string, string> = {}): FakeRegistry["fault"] {
  return (_, response) => {
    response.writeHead(status, headers).end(bytes);
    return true;
  };
}

/** Bytes that look random, and are always the same. */
function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at++) bytes[at] = (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 16;
  return bytes;
}
