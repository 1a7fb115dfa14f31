// What the commands do with an image that was pushed.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { poll } from "../../sdk/envoy/wait.js";
import { request } from "../support/http.js";
import { command, pluginFolder, startCommand } from "./command.js";
import { FakeRegistry } from "./fake-registry.js";

let registry: FakeRegistry;
let folder: string;
let image: string;

beforeEach(async () => {
  registry = await FakeRegistry.start();
  ({ folder } = await pluginFolder());
  const pushed = await command(["push", `${registry.host}/org/mock:1`], { folder });
  image = pushed.stdout.trim();
});
afterEach(() => registry[Symbol.asyncDispose]());

const write = (name: string, text: string, mode = 0o644) => writeFileSync(join(folder, name), text, { mode });
const MANIFEST = `# with comments
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: mock, namespace: higress-system }
spec: { url: "oci://registry.example.com/mock:0.1.0", sha256: "${"a".repeat(64)}", defaultConfig: { content: hello } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: foo }
`;
const EXPECTED = (url: string) => `apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata:
  name: mock
  namespace: higress-system
spec:
  url: oci://${url}
  defaultConfig:
    content: hello
`;

describe("manifest", () => {
  test.each(["higress", "istio"])("has the digest of the pushed image, for %s", async (gateway) => {
    expect((await command(["manifest", "--for", gateway], { folder })).stdout).toContain(`url: oci://${image}\n`);
    const tagged = ["manifest", "--for", gateway, "--image", `${registry.host}/org/mock:1`];
    expect((await command(tagged, { folder })).stdout).toContain(`url: oci://${image}\n`);
    const other = ["manifest", "--for", gateway, "--image", `${registry.host}/org/mock:2`];
    expect((await command(other, { folder })).stdout).toContain(`url: oci://${registry.host}/org/mock:2\n`);
  });

  test("has no digest when the module has changed since, and says so", async () => {
    write("build/plugin.wasm", "another");
    const { stdout, stderr } = await command(["manifest"], { folder });
    expect(stdout).toContain("url: oci://registry.example.com/mock:1.2.3\n");
    expect(stderr).toContain("warning: build/plugin.wasm has changed since it was pushed");
  });
});

describe("deploy", () => {
  test("applies the manifest of the folder with the digest of the image", async () => {
    write("wasmplugin.yaml", MANIFEST);
    write("kubectl", `#!/bin/sh\necho "$@" > arguments.txt\ncat > applied.yaml\n`, 0o755);
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    expect(await command(["deploy", "--context", "staging"], { folder, env })).toMatchObject({ code: 0, stdout: "" });
    expect(readFileSync(join(folder, "arguments.txt"), "utf8")).toBe(
      "--context staging apply --server-side --field-manager=as-proxy-wasm -f -\n",
    );
    expect(readFileSync(join(folder, "applied.yaml"), "utf8")).toBe(EXPECTED(image));
  });

  test("ends with kubectl's exit code", async () => {
    write("kubectl", "#!/bin/sh\nexit 3\n", 0o755);
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    expect(await command(["deploy"], { folder, env })).toMatchObject({ code: 3 });
  });

  test("prints the manifest without kubectl, and with --dry-run", async () => {
    write("wasmplugin.yaml", MANIFEST);
    const none = await command(["deploy"], { folder, env: { PATH: folder } });
    expect(none).toMatchObject({ code: 1, stdout: EXPECTED(image) });
    expect(none.stderr).toContain("kubectl is not on PATH, so nothing was applied");
    write("kubectl", "#!/bin/sh\ntouch called\n", 0o755);
    const env = { PATH: `${folder}:${process.env["PATH"]}` };
    expect(await command(["deploy", "--dry-run"], { folder, env })).toMatchObject({ code: 0, stdout: EXPECTED(image) });
    expect(existsSync(join(folder, "called"))).toBe(false);
  });

  test("makes a manifest if there is none", async () => {
    const args = ["deploy", "--dry-run", "--for", "istio", "--config", '{"content":"x"}'];
    const { code, stdout } = await command(args, { folder });
    expect(code).toBe(0);
    expect(stdout).toContain("apiVersion: extensions.istio.io/v1alpha1");
    expect(stdout).toContain(`url: oci://${image}\n`);
    expect(stdout).toContain("content: x\n");
  });

  test("wants an image of the module that is there", async () => {
    write("build/plugin.wasm", "another");
    const { code, stderr } = await command(["deploy", "--dry-run"], { folder });
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("build/plugin.wasm has changed since it was pushed; push it again"),
    ]);
    const empty = (await pluginFolder()).folder;
    expect((await command(["deploy"], { folder: empty })).stderr).toContain(
      "build/plugin.wasm was not pushed; run: npx as-proxy-wasm push",
    );
  });
});

describe("run", () => {
  test.each([
    ["an image", () => [`${registry.host}/org/mock:1`]],
    ["a file", () => ["build/plugin.wasm"]],
    ["a URL", () => [`http://${registry.host}/file.wasm`]],
  ])("serves %s", async (_, name) => {
    registry.fault = (one, response) => {
      if (one.url === "/file.wasm") response.end(readFileSync(join(folder, "build/plugin.wasm")));
      return one.url === "/file.wasm";
    };
    const child = startCommand(["run", ...name(), "--port", "0", "--config", '{"content":"hello"}'], { folder });
    let output = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
    try {
      const port = await poll(30_000, "run does not listen", () => {
        if (child.exitCode !== null) throw new Error(output);
        return /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)?.[1];
      });
      expect((await request(Number(port), { target: "/" })).text).toBe("hello");
    } finally {
      child.kill("SIGINT");
      if (child.exitCode === null) await once(child, "close");
    }
    expect(child.exitCode).toBe(0);
  });
});

describe("pack", () => {
  test("writes the same bytes each time, and annotations only when they are wanted", async () => {
    const pack = async (output: string, ...more: string[]) => {
      const { code, stdout } = await command(["pack", "-o", output, ...more], { folder });
      expect(code).toBe(0);
      return { digest: stdout, bytes: readFileSync(join(folder, output)) };
    };
    const first = await pack("a.tar");
    expect(await pack("b.tar")).toEqual(first);
    expect(first.bytes.toString("latin1")).not.toContain("org.opencontainers.image");
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder, encoding: "utf8" });
    git("init", "-q");
    git("remote", "add", "origin", "https://user:t0ken@example.com/org/mock.git");
    git("commit", "-q", "--allow-empty", "-m", "first");
    const created = "org.opencontainers.image.created=2026-01-31T00:00:00Z";
    const annotated = (await pack("c.tar", "--annotate", "--annotation", created)).bytes.toString("latin1");
    const found = /"annotations":(\{[^}]*\})\}/.exec(annotated)![1]!;
    expect(JSON.parse(found)).toEqual({
      "org.opencontainers.image.title": "mock",
      "org.opencontainers.image.version": "1.2.3",
      "org.opencontainers.image.licenses": "MIT",
      "org.opencontainers.image.source": "https://example.com/org/mock",
      "org.opencontainers.image.revision": git("rev-parse", "HEAD").trim(),
      "org.opencontainers.image.created": "2026-01-31T00:00:00Z",
    });
    expect(annotated).not.toContain("t0ken");
  });

  test("leaves a folder with other files alone", async () => {
    const { code, stderr } = await command(["pack", "-o", "build"], { folder });
    expect([code, stderr]).toEqual([2, expect.stringContaining("-o build: the folder has other files")]);
  });
});
