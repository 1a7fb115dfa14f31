import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../sdk/envoy/index.js";
import { HIGRESS, HOST, WASI } from "../transform/imports.js";
import { buildPlugin } from "./support/build.js";
import { describeWithEnvoy } from "./support/envoy.js";
import { request, type HttpResponse } from "./support/http.js";
import { LARGEST } from "./support/sizes.js";

const folder = join(packageRoot(), "examples");
const examples = readdirSync(folder);

/** The examples that need Higress's host calls. Istio and Envoy do not load them. */
const ON_HIGRESS = ["cluster-key-rate-limit"];

/** The callbacks that each example needs. A callback without use would cost time in each request. */
const CALLBACKS: Record<string, string[]> = {
  "body-transform": [
    "proxy_on_tick",
    ...["proxy_on_request_headers", "proxy_on_request_body", "proxy_on_request_trailers"],
    ...["proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers"],
  ],
  "cluster-key-rate-limit": [
    ...["proxy_on_request_headers", "proxy_on_response_headers", "proxy_on_redis_call_response"],
  ],
  cors: ["proxy_on_request_headers", "proxy_on_response_headers"],
  "custom-response": ["proxy_on_request_headers", "proxy_on_response_headers"],
  "easy-logger": [
    ...["proxy_on_request_headers", "proxy_on_request_body", "proxy_on_request_trailers"],
    ...["proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers"],
  ],
  "ext-auth": ["proxy_on_request_headers", "proxy_on_http_call_response"],
  "header-authorization": ["proxy_on_request_headers"],
  "key-auth": ["proxy_on_request_headers"],
  "mock-response": ["proxy_on_request_headers"],
  "token-bucket": ["proxy_on_request_headers", "proxy_on_response_headers"],
  transformer: [
    "proxy_on_tick",
    ...["proxy_on_request_headers", "proxy_on_request_body", "proxy_on_request_trailers"],
    ...["proxy_on_response_headers", "proxy_on_response_body", "proxy_on_response_trailers"],
  ],
  whoami: ["proxy_on_request_headers"],
};

/** The responses that the README of each example shows for its envoy.yaml. */
const RESPONSES: Record<string, { status: number; text: string }> = {
  "body-transform": { status: 200, text: '{"hello":"from the app","by":"the gateway"}' },
  cors: { status: 200, text: "hello from the app\n" },
  "custom-response": { status: 200, text: '{"hello":"world"}' },
  "easy-logger": { status: 200, text: "hello from the app\n" },
  "ext-auth": { status: 401, text: "unauthorized\n" },
  "header-authorization": { status: 403, text: "Forbidden by ASM Wasm Plugin" },
  "key-auth": {
    ...{ status: 401, text: "Request denied by Key Auth check. No Key Authentication information found." },
  },
  "mock-response": { status: 200, text: "hello higress" },
  "token-bucket": { status: 200, text: "hello from the app\n" },
  whoami: { status: 200, text: "hello from the app\n" },
  transformer: { status: 200, text: '{\n  "user": "mia",\n  "by": "the gateway"\n}\n' },
};

describe.each(examples)("examples/%s", (name) => {
  const read = (file: string) => readFileSync(join(folder, name, file), "utf8");
  let bytes: Uint8Array<ArrayBuffer>;
  let module: WebAssembly.Module;

  beforeAll(async () => {
    bytes = new Uint8Array(readFileSync(await buildPlugin(`examples/${name}`)));
    module = new WebAssembly.Module(bytes);
  }, 60_000);

  test("imports only functions that every stock Envoy provides, or Higress if the example is for Higress", () => {
    const imports = WebAssembly.Module.imports(module).map((it) => `${it.module}.${it.name}`);
    expect(imports).not.toEqual([]);
    const isKnown = (it: string) => HOST.has(it) || WASI.has(it) || (ON_HIGRESS.includes(name) && HIGRESS.has(it));
    expect(imports.filter((it) => !isKnown(it))).toEqual([]);
    expect(imports.some((it) => HIGRESS.has(it))).toBe(ON_HIGRESS.includes(name));
  });

  test("exports the ABI markers of Higress and of Envoy, in this order, and the callbacks that it uses", () => {
    expect(WebAssembly.Module.exports(module).map((it) => it.name)).toEqual([
      ...["proxy_abi_version_0_2_100", "proxy_abi_version_0_2_1", "malloc", "proxy_on_memory_allocate"],
      ...["proxy_on_context_create", "proxy_on_configure"],
      ...(CALLBACKS[name] ?? []),
      ...["proxy_on_delete", "memory", "_initialize"],
    ]);
  });

  test("is not larger than its limit", () => {
    expect(bytes.length).toBeLessThanOrEqual((LARGEST[name] ?? 0) * 1024);
  });

  test("has manifests for Higress and Istio", () => {
    const higress = parse(read("wasmplugin.yaml"));
    expect(higress).toMatchObject({ apiVersion: "extensions.higress.io/v1alpha1", kind: "WasmPlugin" });
    if (ON_HIGRESS.includes(name)) return;
    const istio = parse(read("wasmplugin-istio.yaml"));
    expect(istio).toMatchObject({ apiVersion: "extensions.istio.io/v1alpha1", kind: "WasmPlugin" });
    expect(higress.metadata.name).toBe(name);
    expect(istio.metadata.name).toBe(name);
    expect(istio.spec.url).toBe(higress.spec.url);
    expect(istio.spec.pluginConfig).toEqual(higress.spec.defaultConfig);
  });
});

describeWithEnvoy("an example's envoy.yaml", ({ path }) => {
  test.each(examples.filter((name) => !ON_HIGRESS.includes(name)))(
    "examples/%s/envoy.yaml gives the response of the README",
    async (name) => {
      const text = readFileSync(join(folder, name, "envoy.yaml"), "utf8");
      const wasm = await buildPlugin(`examples/${name}`);
      const temporary = mkdtempSync(join(tmpdir(), "as-proxy-wasm-example-"));
      const config = join(temporary, "envoy.yaml");
      // 10000 is the port of the gateway; the other ports belong to the upstreams of the example.
      const given = text.match(/(?<=port_value: )\d+/g) ?? [];
      const ports = new Map<string, number>();
      for (const one of new Set(given)) ports.set(one, await freePort());
      const port = ports.get("10000") ?? 0;
      const changed = text
        .replace(/(?<=port_value: )\d+/g, (one) => String(ports.get(one)))
        .replace("build/plugin.wasm }", `${wasm} }`);
      expect(changed.split("\n").filter((line, i) => line !== text.split("\n")[i])).toHaveLength(given.length + 1);
      writeFileSync(config, changed);
      const envoy = spawn(path, ["-c", config, "--disable-hot-restart", "--concurrency", "1"], { stdio: "ignore" });
      try {
        const { status, text: body } = await eventually(() => request(port, {}));
        expect({ status, text: body }).toEqual(RESPONSES[name]);
      } finally {
        const ended = new Promise((resolve) => envoy.once("exit", resolve));
        envoy.kill("SIGKILL");
        await ended;
        rmSync(temporary, { recursive: true });
      }
    },
  );
});

async function eventually(send: () => Promise<HttpResponse>): Promise<HttpResponse> {
  const end = performance.now() + 20_000;
  for (;;) {
    try {
      return await send();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
