import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { startPlugin, type PluginOptions } from "../sdk/testing/index.js";
import { buildPlugin } from "./support/build.js";
import { countsWork, workOf } from "./support/work.js";

// How the work of examples grows with their configurations, and with bodies.

/** Starts an example on the kit. `work` returns the work of a function until its promise is resolved. */
async function start(example: string, options: PluginOptions & { config: object }) {
  const wasm = countsWork(readFileSync(await buildPlugin(`examples/${example}`)));
  const { Instance } = WebAssembly;
  let exports: WebAssembly.Exports = {};
  // The kit shows no exports.
  WebAssembly.Instance = class extends Instance {
    constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
      super(module, imports);
      ({ exports } = this);
    }
  };
  const plugin = await startPlugin({ ...options, wasm, logLevel: "error" }).finally(() => {
    WebAssembly.Instance = Instance;
  });
  const work = async (run: () => Promise<void>): Promise<number> => {
    const before = workOf(exports);
    await run();
    return workOf(exports) - before;
  };
  return { plugin, work };
}

test("key-auth finds one of 10,000 consumers with the work for one of two", async () => {
  const requests = async (count: number): Promise<number> => {
    const consumers = Array.from({ length: count }, (_, i) => ({ name: `consumer ${i}`, credential: `token ${i}` }));
    const config = { consumers, keys: ["x-api-key"], in_header: true };
    const { plugin, work } = await start("key-auth", { config });
    const headers = { "x-api-key": consumers.at(-1)!.credential };
    return work(async () => {
      for (let i = 0; i < 20; i++) expect(await plugin.fetch("/", { headers })).toHaveStatus(200);
    });
  };
  // A search through the list would compute or compare 10,000 digests for each request.
  expect(await requests(10_000)).toBeLessThan(1.1 * (await requests(2)));
});

test("transformer changes a body with 10 rules in linear time", async () => {
  const reqRules = Array.from({ length: 10 }, (_, i) => ({
    operate: "append",
    body: [{ key: `list.${String(i)}.tag`, appendValue: "x" }],
  }));
  const change = async (length: number): Promise<number> => {
    const { plugin, work } = await start("transformer", { config: { reqRules }, bufferLimit: 4_000_000 });
    const list = Array.from({ length }, (_, id) => ({ id, text: "x".repeat(80) }));
    const headers = { "content-type": "application/json" };
    return work(async () => {
      const { request } = await plugin.fetch("/", { method: "POST", headers, body: JSON.stringify({ list }) });
      expect((JSON.parse(request.upstream!.text()) as { list: unknown[] }).list[9]).toMatchObject({ id: 9, tag: "x" });
    });
  };
  expect(await change(10_000)).toBeLessThan(11 * (await change(1_000)));
});
