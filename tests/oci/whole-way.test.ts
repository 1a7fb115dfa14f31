// From an empty folder to a gateway that pulls the plugin's image.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/root.js";
import { poll } from "../../sdk/envoy/wait.js";
import { describeWithEnvoy } from "../support/envoy.js";
import { describeWithRegistry, TestRegistry } from "../support/registry.js";
import { temporaryFolder } from "../support/temporary.js";
import { command, startCommand } from "./command.js";

describeWithRegistry("create, build, push, dev and curl", () => {
  let registry: TestRegistry;
  /** Projects inside the repository find its node_modules. */
  let folder: string;
  let image: string;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    const cache = join(packageRoot(), "node_modules", ".cache");
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, "whole-way-"));
    const created = await command(["create", "hello", "--template", "mock-response"], { folder });
    expect(created.code).toBe(0);
    const project = join(folder, "hello");
    expect(await command(["build"], { folder: project })).toMatchObject({ code: 0 });
    const pushed = await command(["push", `${registry.host}/team/hello`], { folder: project });
    expect(pushed.code).toBe(0);
    image = pushed.stdout.trim();
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    const { stdout } = await command(["manifest", "--config", '{"body":"hello"}'], { folder: project });
    expect(stdout).toContain(`url: oci://${image}`);
    writeFileSync(join(folder, "wasmplugin.yaml"), stdout);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  const tests = (engine: string, env: Record<string, string>) =>
    test(`lead to a plugin that responds, on ${engine}`, async () => {
      const own = temporaryFolder();
      const args = [
        "dev",
        "-f",
        join(folder, "wasmplugin.yaml"),
        "--port",
        "0",
        "--admin-port",
        "0",
        "--engine",
        engine,
      ];
      const child = startCommand(args, { folder: own, env });
      let output = "";
      for (const stream of [child.stdout!, child.stderr!])
        stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
      try {
        const url = await poll(60_000, "dev does not listen", () => {
          if (child.exitCode !== null) throw new Error(output);
          return /listening on (http:\S+)/.exec(output)?.[1];
        });
        expect(output).toContain(`pulling oci://${image}`);
        const { stdout } = await promisify(execFile)("curl", ["-s", "-i", `${url}/any`]);
        expect(stdout).toMatch(/^HTTP\/1.1 200 OK\r\n/);
        expect(stdout).toMatch(/\r\n\r\nhello$/);
      } finally {
        child.kill("SIGINT");
        if (child.exitCode === null) await once(child, "close");
      }
    });

  tests("node", {});
  describeWithEnvoy("with a real Envoy", ({ path }) => tests("envoy", { ENVOY_PATH: path }));
});
