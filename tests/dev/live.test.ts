// Changes of manifests and sources while clients send requests.
import { copyFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../sdk/envoy/index.js";
import { buildPlugin } from "../support/build.js";
import { HttpConnection, type HttpResponse } from "../support/http.js";
import { NIGHTLY } from "../support/nightly.js";
import { describeDev, type TestDev } from "./dev.js";

const CHANGES = NIGHTLY ? 100 : 20;
/** Each change of a source costs a run of the compiler. */
const SOURCE_CHANGES = NIGHTLY ? 100 : 2;

let mockResponse: string;
let echoConfig: string;
beforeAll(async () => {
  [mockResponse, echoConfig] = await Promise.all([
    buildPlugin("examples/mock-response"),
    buildPlugin("tests/plugins/echo-config"),
  ]);
});

function manifest(content: string, more = ""): string {
  return `
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: mock-response, namespace: higress-system }
spec:
  url: oci://registry.example.com/mock-response:1.0.0
  defaultConfig: { content: "${content}" }
${more}`;
}

/** Clients that send requests one after the other, on kept connections and on new ones, until they are stopped. */
class Clients {
  readonly failures: string[] = [];
  responses = 0;
  private isStopped = false;
  private readonly running: Promise<void>[];

  constructor(
    private readonly port: number,
    private readonly isExpected: (response: HttpResponse) => boolean,
  ) {
    this.running = [this.send(true), this.send(true), this.send(false)];
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await Promise.all(this.running);
  }

  private async send(keep: boolean): Promise<void> {
    let connection: HttpConnection | undefined;
    for (let i = 0; !this.isStopped; i++) {
      try {
        connection ??= await HttpConnection.open(this.port);
        const response = await connection.send({ target: `/${i}`, body: "x".repeat(i % 2000), method: "POST" });
        this.responses++;
        if (!this.isExpected(response)) this.failures.push(`${response.statusLine}: ${response.text.slice(0, 200)}`);
        if (!keep || response.header("connection") === "close") {
          connection.close();
          connection = undefined;
        }
      } catch (error) {
        this.failures.push((error as Error).message);
        connection?.close();
        connection = undefined;
      }
    }
    connection?.close();
  }
}

/** Makes a change and waits until it is in force. */
async function change(dev: TestDev, write: () => void): Promise<void> {
  const before = dev.lives;
  write();
  await expect
    .poll(() => dev.lives, { timeout: 30_000, interval: 10 })
    .toBeGreaterThan(before)
    .catch((error: Error) => {
      throw new Error(`${error.message}: ${dev.failures.map(String).join("; ")}`);
    });
}

describeDev("changes under load", (start) => {
  test(`${CHANGES} changes of a manifest fail no request`, { timeout: 300_000 }, async () => {
    await using dev = await start({ "a.yaml": manifest("0") }, { plugins: { "mock-response": mockResponse } });
    const clients = new Clients(dev.gateway.port, ({ status, text }) => status === 200 && /^\d+$/.test(text));
    for (let i = 1; i <= CHANGES; i++) {
      await change(dev, () => dev.write("a.yaml", manifest(String(i))));
      expect((await dev.fetch("a.org", "/")).text).toBe(String(i));
    }
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(clients.responses).toBeGreaterThan(CHANGES);
    expect(dev.failures).toEqual([]);
  });

  test("changes of the chain and of the routes fail no request", { timeout: 300_000 }, async () => {
    const second = (priority: number) => `---
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: second, namespace: higress-system }
spec:
  url: oci://registry.example.com/second:1.0.0
  phase: AUTHN
  priority: ${priority}
  defaultConfig: { priority: ${priority} }
`;
    const guard = `---
apiVersion: extensions.higress.io/v1alpha1
kind: WasmPlugin
metadata: { name: first, namespace: higress-system }
spec:
  url: oci://registry.example.com/first:1.0.0
  phase: AUTHN
  priority: 5
  defaultConfig: { name: guard }
`;
    const path = (i: number) => `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: any }
spec:
  rules:
    - http:
        paths:
          - { path: /, pathType: Prefix, backend: { service: { name: s${i % 2}, port: { number: 80 } } } }
`;
    const plugins = { first: echoConfig, second: echoConfig };
    await using dev = await start({ "a.yaml": `${guard}${second(1)}${path(0)}` }, { plugins });
    // Each request passes the first plugin, whatever else changes.
    const clients = new Clients(
      dev.gateway.port,
      ({ status, text }) => status === 200 && text.includes(String.raw`{\"name\":\"guard\"}`),
    );
    for (let i = 1; i <= 20; i++) {
      // The second plugin moves from behind the first to the place before, and vanishes at times.
      const plugin = i % 3 === 0 ? "" : second(i % 2 === 0 ? 1 : 9);
      await change(dev, () => dev.write("a.yaml", `${guard}${plugin}${path(i)}`)).catch((error: Error) => {
        throw new Error(`change ${i}: ${error.message}; ${dev.failures.map(String).join("\n")}`);
      });
    }
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(dev.failures).toEqual([]);
  });

  test(`${SOURCE_CHANGES} changes of a source fail no request`, { timeout: 600_000 }, async () => {
    const source = (text: string) => `
import { SetCtx, ProcessRequestHeaders, HttpContext, Action } from "as-proxy-wasm-sdk";
class NoConfig {}
SetCtx<NoConfig>("source", [
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    ctx.sendResponse(200, [], "${text}");
    return Action.Pause;
  }),
]);
`;
    await using dev = await start(
      {
        ...{ "assembly/index.ts": source("0"), "package.json": '{ "name": "source" }' },
        "asconfig.json": JSON.stringify({
          ...{ extends: "as-proxy-wasm-sdk/asconfig.json", entries: ["assembly/index.ts"] },
          targets: { debug: { outFile: "build/debug.wasm" }, release: { outFile: "build/plugin.wasm" } },
        }),
      },
      { files: [], prepare: linkModules },
    );
    const clients = new Clients(dev.gateway.port, ({ status, text }) => status === 200 && /^\d+$/.test(text));
    for (let i = 1; i <= SOURCE_CHANGES; i++) {
      await change(dev, () => dev.write("assembly/index.ts", source(String(i))));
      expect((await dev.fetch("a.org", "/")).text).toBe(String(i));
    }
    // A source with an error keeps the module that runs.
    dev.write("assembly/index.ts", "this is no program");
    await expect.poll(() => dev.failures.length, { timeout: 60_000 }).toBe(1);
    expect((await dev.fetch("a.org", "/")).text).toBe(String(SOURCE_CHANGES));
    await clients.stop();
    expect(clients.failures).toEqual([]);
  });

  test(`${CHANGES} changes of a module fail no request`, { timeout: 300_000 }, async () => {
    const module = (folder: string) => join(folder, "plugin.wasm");
    await using dev = await start(
      {
        "a.yaml": manifest("hello").replace("oci://registry.example.com/mock-response:1.0.0", "file://plugin.wasm"),
      },
      { prepare: (folder) => copyFileSync(mockResponse, module(folder)) },
    );
    const clients = new Clients(dev.gateway.port, ({ status, text }) => status === 200 && /hello/.test(text));
    for (let i = 1; i <= CHANGES; i++) {
      const next = i % 2 === 0 ? mockResponse : echoConfig;
      await change(dev, () => copyFileSync(next, module(dev.folder)));
    }
    await clients.stop();
    expect(clients.failures).toEqual([]);
    expect(dev.failures).toEqual([]);
  });
});

/** Gives a project this repository's packages. */
function linkModules(folder: string): void {
  symlinkSync(join(packageRoot(), "node_modules"), join(folder, "node_modules"));
}
