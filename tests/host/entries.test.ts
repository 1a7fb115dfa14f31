// How often a request enters a plugin: each callback that a plugin exports costs time, even if the callback does nothing.
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { Plugin, PluginModule, VmPool } from "../../sdk/host/index.js";
import { buildPlugin } from "../support/build.js";
import { compileProject } from "../support/compile-project.js";
import { PluginProject } from "../support/plugin-project.js";
import { Random } from "../support/random.js";
import { benchServices, openExchange, sendUpstreamResponse, type Exchange } from "./bench.js";

const project = new PluginProject();
afterAll(() => project.remove());

const NAMES = [
  ...["SetCtx", "Action", "HttpContext", "Headers", "Json", "Body"],
  ...["ProcessRequestHeaders", "ProcessResponseHeaders", "ProcessStreamDone", "ProcessResponseTrailers"],
];

/** Builds a plugin with the class `Config`, from the options of SetCtx. */
async function build(options: string, { head = "", use = [] as string[] } = {}): Promise<Uint8Array> {
  const names = [...NAMES, "ParseConfig"].filter((name) =>
    new RegExp(`\\b${name}\\b`).test(`SetCtx ${head}${options}`),
  );
  project.write({
    "assembly/index.ts": `import { ${names.join(", ")} } from "as-proxy-wasm-sdk";
${/class Config\b/.test(head) ? "" : "class Config {}"}
${head}
SetCtx<Config>("entries", [${options}]);
`,
  });
  return compileProject(project, ["--optimizeLevel", "1", ...use.flatMap((it) => ["--use", it])]);
}

/** A worker with plugins of the same module in one VM, which notes the callbacks of streams. */
function start(wasm: Uint8Array | string, configurations: readonly string[] = [""]) {
  const entered: string[] = [];
  const vms = new Set<{ memory: { size: number } }>();
  const services = benchServices({
    traceCallbacks: {
      begin: ({ name, vm }) => {
        vms.add(vm);
        if (name.startsWith("proxy_on_")) entered.push(name.slice("proxy_on_".length));
      },
      end: () => {},
    },
  });
  const bytes = typeof wasm === "string" ? readFileSync(wasm) : wasm;
  const module = PluginModule.load(bytes, { host: "envoy" });
  const pool = new VmPool(services);
  const plugins = configurations.map((configuration) => {
    const plugin = new Plugin({ name: "plugin", module }, pool);
    plugin.configure(Buffer.from(configuration));
    return plugin;
  });
  return {
    plugins,
    services,
    /** The size of the memory of all VMs. */
    get memory() {
      return [...vms].reduce((sum, { memory }) => sum + memory.size, 0);
    },
    /** The callbacks of one request, without the allocator. */
    request(index = 0, headers: [string, string][] = []) {
      entered.length = 0;
      const exchange = openExchange([plugins[index]!], services, { headers });
      if (exchange.upstream) sendUpstreamResponse(exchange);
      exchange.stream.destroy();
      return { exchange, entries: entered.filter((name) => name !== "memory_allocate") };
    },
  };
}

/** The reason for which a plugin rejects a configuration; undefined if the plugin accepts it. */
function rejection(wasm: Uint8Array, configuration: string): string | undefined {
  const { plugins, services } = start(wasm);
  try {
    plugins[0]!.configure(Buffer.from(configuration));
    return undefined;
  } catch {
    return /configuration rejected: (.*)/.exec(services.lines.map(({ message }) => message).join("\n"))?.[1];
  }
}

type Export = "malloc" | `proxy_on_${"context_create" | "configure" | "request_headers" | "delete"}`;

/** The exports of a plugin without a host. Host calls that are not given return `NotFound`. */
function instantiate(wasm: Uint8Array, calls: Record<string, (...args: number[]) => number>) {
  const module = new WebAssembly.Module(wasm as BufferSource);
  const env = WebAssembly.Module.imports(module).map(({ name }) => [name, calls[name] ?? (() => 1)]);
  const { exports } = new WebAssembly.Instance(module, { env: Object.fromEntries(env) as WebAssembly.ModuleImports });
  (exports["_initialize"] as () => void)();
  return exports as unknown as Record<Export, (...args: number[]) => number> & { memory: WebAssembly.Memory };
}

const REQUEST = "ProcessRequestHeaders<Config>((ctx, config) => Action.Continue)";
const RESPONSE =
  'ProcessResponseHeaders<Config>((ctx, config) => { ctx.responseHeaders.set("x-a", "1"); return Action.Continue; })';
const METHOD =
  'ProcessResponseHeaders<Config>((ctx, config) => { ctx.responseHeaders.set("x-a", ctx.method); return Action.Continue; })';
const TRAILERS = "ProcessResponseTrailers<Config>((ctx, config) => Action.Continue)";
const DONE = "ProcessStreamDone<Config>((ctx, config) => {})";
const PARSER = "ParseConfig<Config>((json, config) => null)";
const NO_RULES = ["RULES=0"];

interface Case {
  name: string;
  options: string;
  head?: string;
  use?: string[];
  entries: string[];
}

const CASES: Case[] = [
  { name: "a hook that does nothing", options: REQUEST, entries: ["request_headers"] },
  { name: "one response header", options: RESPONSE, entries: ["response_headers"] },
  {
    name: "two hooks",
    options: `${REQUEST}, ${RESPONSE}`,
    entries: ["request_headers", "response_headers", "delete"],
  },
  {
    name: "a value of the request in a response hook",
    options: METHOD,
    entries: ["request_headers", "response_headers", "delete"],
  },
  {
    name: "a hook at the end of streams",
    options: DONE,
    entries: ["context_create", "log", "done", "delete"],
  },
  {
    name: "a configuration",
    options: `${PARSER}, ${REQUEST}`,
    entries: ["context_create", "request_headers", "delete"],
  },
  {
    name: "a configuration, without rules",
    options: `${PARSER}, ${RESPONSE}`,
    use: NO_RULES,
    entries: ["context_create", "response_headers", "delete"],
  },
  {
    name: "a configuration that may have rules: they belong to requests",
    options: `${PARSER}, ${RESPONSE}`,
    entries: ["context_create", "request_headers", "response_headers", "delete"],
  },
  {
    name: "rules without a parser",
    options: REQUEST,
    use: ["RULES=1"],
    entries: ["context_create", "request_headers", "delete"],
  },
  {
    name: "state in the configuration",
    head: "class Config { requests: i32 = 0; }",
    options: "ProcessRequestHeaders<Config>((ctx, config) => { config.requests++; return Action.Continue; })",
    entries: ["context_create", "request_headers", "delete"],
  },
  ...[
    ["a variable", "let kept: HttpContext | null = null;", "kept = ctx"],
    ["a static field", "class Kept { static ctx: HttpContext | null = null; }", "Kept.ctx = ctx"],
    ["a field", "class Kept { ctx: HttpContext | null = null; }\nconst kept = new Kept();", "kept.ctx = ctx"],
    ["an array", "const kept: HttpContext[] = [];", "kept.push(ctx)"],
    ["a map", "const kept = new Map<i32, HttpContext>();", "kept.set(1, ctx)"],
    [
      "a field of a base class",
      "class Kept { constructor(public it: Object) {} }\nlet kept: Kept | null = null;",
      "kept = new Kept(ctx)",
    ],
    ["a variable with its headers", "let kept: Headers | null = null;", "kept = ctx.requestHeaders"],
  ].map(([name, head, keep]) => ({
    name: `a context in ${name!}`,
    ...{
      head: head!,
      options: `ProcessRequestHeaders<Config>((ctx, config) => { ${keep!}; return Action.Continue; })`,
    },
    entries: ["request_headers", "delete"],
  })),
];

describe("a request enters a plugin with", () => {
  test.each(CASES)("$name", async ({ options, head, use, entries }) => {
    expect(start(await build(options, { head: head ?? "", use: use ?? [] })).request().entries).toEqual(entries);
  });

  test.each([
    ["mock-response", ["context_create", "request_headers", "delete"]],
    ["token-bucket", ["context_create", "request_headers", "response_headers", "delete"]],
  ])("the example %s", async (name, entries) => {
    const worker = start(await buildPlugin(`examples/${name}`), ['{"capacity":100,"refillPerSecond":1,"content":"a"}']);
    expect(worker.request().entries).toEqual(entries);
  });
});

describe("a configuration with rules", () => {
  const ESCAPED = ["\\u005frules_", "_\\u0072ules_", "_rules\\u005f"].map((key) => `{"${key}":[]}`);
  const REASON =
    '_rules_: the plugin was built without rules; "use": ["RULES=1"] in its asconfig.json builds it with rules';

  test("is rejected by a plugin that does not read its configuration", async () => {
    const wasm = await build(REQUEST);
    const rules = '{"_rules_":[{"_match_domain_":["a"]}]}';
    for (const configuration of [rules, `{"_plugin_id_":"p",${rules.slice(1)}`, ...ESCAPED]) {
      expect(rejection(wasm, configuration)).toBe(REASON);
    }
    for (const configuration of ["", "{}", '{"_plugin_id_":"p"}', '{"a":"\\u4e2d\\u003c_rule"}']) {
      expect(start(wasm, [configuration]).request().entries).toEqual(["request_headers"]);
    }
  });

  test("is rejected by a plugin with a parser that is built without rules", async () => {
    const wasm = await build(`${PARSER}, ${REQUEST}`, { use: NO_RULES });
    for (const more of ["", '"a":1,']) {
      expect(rejection(wasm, `{${more}"_rules_":[{"_match_domain_":["a"]}]}`)).toBe(REASON);
    }
    for (const escaped of ESCAPED) expect(rejection(wasm, escaped)).toBe(REASON);
    expect(start(wasm, ['{"a":1}']).request().entries).toContain("request_headers");
  });

  test("does not reach a plugin with RULES=1 without its conditions", async () => {
    const wasm = await build(
      'ProcessRequestHeaders<Config>((ctx, config) => { ctx.sendResponse(403, [], "no"); return Action.Continue; })',
      { use: ["RULES=1"] },
    );
    const { request } = start(wasm, ['{"_rules_":[{"_match_domain_":["a"]}]}', ""]);
    expect(request(0, [[":authority", "a"]]).exchange.response?.headers.get(":status")).toBe("403");
    expect(request(0, [[":authority", "b"]]).exchange.upstream).toBeDefined();
    expect(request(1, [[":authority", "b"]]).exchange.response?.headers.get(":status")).toBe("403");
  });
});

describe("a plugin whose streams have no context in the VM", () => {
  const CHECK =
    'ProcessRequestHeaders<Config>((ctx, config) => { if (ctx.requestHeaders.get("x-key") != "k") ctx.sendResponse(401, [], "no"); return Action.Continue; })';
  const status = (exchange: Exchange) => exchange.response?.headers.get(":status");

  test("runs its check for each configuration in the VM, and for streams that began before an update", async () => {
    const { plugins, services, request } = start(await build(CHECK), ["", "{}"]);
    for (const index of [0, 1]) {
      expect(status(request(index).exchange)).toBe("401");
      expect(request(index, [["x-key", "k"]]).exchange.upstream).toBeDefined();
    }
    // The stream gets its filter now, and its headers after the update.
    const waits = plugins[0]!.newFilter()!;
    plugins[0]!.configure(Buffer.from('{"a":1}'));
    expect(() => plugins[0]!.configure(Buffer.from('{"_rules_":[]}'))).toThrow("rejects");
    const late = openExchange([{ newFilter: () => waits } as Plugin], services);
    expect(status(late)).toBe("401");
    late.stream.destroy();
    expect(status(request(0).exchange)).toBe("401");
  });

  test("runs the hook on the response for the local reply of another filter", async () => {
    const reply = await build(
      'ProcessRequestHeaders<Config>((ctx, config) => { ctx.sendResponse(403, [], "no"); return Action.Continue; })',
    );
    const services = benchServices();
    const pool = new VmPool(services);
    const [marks, replies] = [await build(RESPONSE), reply].map((bytes, i) => {
      const plugin = new Plugin({ name: String(i), module: PluginModule.load(bytes, { host: "envoy" }) }, pool);
      plugin.configure(Buffer.alloc(0));
      return plugin;
    }) as [Plugin, Plugin];
    // Envoy passes a local reply to the filters that have had the request headers.
    const behind = openExchange([marks, replies], services);
    expect([status(behind), behind.response?.headers.get("x-a")]).toEqual(["403", "1"]);
    const before = openExchange([replies, marks], services);
    expect([status(before), before.response?.headers.get("x-a")]).toEqual(["403", undefined]);
  });

  test("has a context of the stream if it stores one, which returns an error after the end of the stream", async () => {
    const { plugins, services, request } = start(
      await build(
        `ProcessRequestHeaders<Config>((ctx, config) => {
          const first = kept;
          if (first === null) { kept = ctx; return Action.Pause; }
          const error = first.sendResponse(201, [], "for the first");
          ctx.sendResponse(200, [], error === null ? "sent" : error.message);
          return Action.Continue;
        })`,
        { head: "let kept: HttpContext | null = null;" },
      ),
    );
    const first = openExchange(plugins, services);
    expect(request().exchange.response?.body).toBe("sent");
    expect(status(first)).toBe("201");
    first.stream.destroy();
    expect(request().exchange.response?.body).toBe("the stream is over");
  });

  test("survives the end of a root context, and of a stream that has entered no hook", async () => {
    const { plugins, services, request } = start(await build(`${RESPONSE}, ${TRAILERS}`));
    const [plugin] = plugins as [Plugin];
    request();
    plugin.configure(Buffer.from("{}"));
    const stream = openExchange(plugins, services).stream;
    // The client resets the stream before there is a response.
    stream.destroy();
    expect(request().exchange.response?.headers.get("x-a")).toBe("1");
    expect(services.lines.filter(({ message }) => message.includes("trap"))).toEqual([]);
    expect(plugin.failure).toBeUndefined();
  });

  test("uses the configuration of the root context of each stream, in whatever order callbacks come", async () => {
    const wasm = await build(
      `ParseConfig<Config>((json, config) => { config.status = json.fields().i32("status", 0, 0, 999); return null; }),
      ProcessRequestHeaders<Config>((ctx, config) => { ctx.sendResponse(config.status, [], ""); return Action.Continue; })`,
      { head: "class Config { status: i32 = 0; }", use: NO_RULES },
    );
    const random = new Random();
    let replied: number | undefined;
    let configuration = Buffer.alloc(0);
    const guest = instantiate(wasm, {
      proxy_get_buffer_bytes(_type: number, _start: number, _size: number, address: number, size: number) {
        const at = guest.malloc(configuration.length);
        Buffer.from(guest.memory.buffer).set(configuration, at);
        new DataView(guest.memory.buffer).setUint32(address, at, true);
        new DataView(guest.memory.buffer).setUint32(size, configuration.length, true);
        return 0;
      },
      proxy_send_local_response(status: number) {
        replied = status;
        return 0;
      },
    });
    let last = 0;
    const roots: { id: number; status: number }[] = [];
    const streams: { id: number; status: number }[] = [];
    const take = <T>(from: T[]): T => from.splice(random.below(from.length), 1)[0]!;
    for (let step = 0; step < 20_000; step++) {
      const kind = random.below(20);
      if (roots.length === 0 || (kind === 0 && roots.length < 5)) {
        const root = { id: ++last, status: 400 + random.below(200) };
        configuration = Buffer.from(JSON.stringify({ status: root.status }));
        guest.proxy_on_context_create(root.id, 0);
        expect(guest.proxy_on_configure(root.id, configuration.length)).toBe(1);
        roots.push(root);
      } else if (kind === 1 && streams.length === 0) {
        guest.proxy_on_delete(take(roots).id);
      } else if (kind < 10 && streams.length < 6) {
        const { id: root, status } = random.pick(roots);
        streams.push({ id: ++last, status });
        guest.proxy_on_context_create(last, root);
      } else if (streams.length > 0) {
        // The newest in half of the cases, as in Envoy.
        const { id, status } = random.below(2) === 0 ? streams.pop()! : take(streams);
        if (random.below(8) > 0) {
          replied = undefined;
          guest.proxy_on_request_headers(id, 0, 1);
          expect(replied, `RANDOM_SEED=${random.seed}, step ${step}`).toBe(status);
        }
        guest.proxy_on_delete(id);
      }
    }
  });

  test("keeps its memory flat", async () => {
    for (const options of [RESPONSE, `${REQUEST}, ${RESPONSE}`]) {
      const worker = start(await build(options));
      for (let i = 0; i < 2_000; i++) worker.request();
      const before = worker.memory;
      for (let i = 0; i < 20_000; i++) worker.request();
      expect(worker.memory).toBe(before);
    }
  });
});
