// Builds small plugins in release mode, and writes docs/sizes.md: how many bytes each part of the SDK adds to a plugin.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { format, resolveConfig } from "prettier";
import { packageRoot } from "../../sdk/envoy/root.js";
import { compileProject } from "../../tests/support/compile-project.js";
import { PluginProject } from "../../tests/support/plugin-project.js";

interface Row {
  name: string;
  /** The row whose plugin this plugin extends. */
  base?: string;
  /** The body of the hook on request headers. */
  hook?: string;
  /** More options of SetCtx. */
  options?: string;
  /** Code beside the hook; the class `Config` if it is not empty. */
  code?: string;
  /** Values of asc's option `use`. */
  use?: string[];
}

const HEADER = 'ctx.requestHeaders.set("x-a", "b");';
const CONFIG = 'class Config { text: string = ""; }';
const PARSER =
  'ParseConfig<Config>((json, config) => { const fields = json.fields(); config.text = fields.string("text", ""); return fields.error; }),';
const CONFIGURED = { base: "configuration, read by hand", code: CONFIG, options: PARSER };

const ROWS: Row[] = [
  { name: "empty hook" },
  { name: "one header is set", base: "empty hook", hook: HEADER },
  { name: "one header is read", base: "empty hook", hook: 'if (ctx.requestHeaders.has("x-a")) return Action.Pause;' },
  { name: "local reply", base: "empty hook", hook: 'ctx.sendResponse(403, [], "no");' },
  { name: "log line", base: "empty hook", hook: 'log.info("hello");' },
  { name: "rules without a configuration", base: "empty hook", use: ["RULES=1"] },
  { name: CONFIGURED.base, base: "empty hook", code: CONFIG, options: PARSER },
  { name: "the same without rules", ...CONFIGURED, use: ["RULES=0"] },
  { name: "configuration, read by a class with `@config`", base: "empty hook", code: `@config ${CONFIG}` },
  {
    name: "hook on the whole request body",
    ...CONFIGURED,
    options: `${PARSER} ProcessRequestBody<Config>((ctx, config, body) => { body.replace(config.text); return Action.Continue; }),`,
  },
  {
    name: "HTTP call",
    ...CONFIGURED,
    hook: `const client = new HttpClient(new FQDNCluster("auth.dns", 80));
      if (client.get<Config>(ctx, config, "/", [], (ctx, config, response) => { ctx.resumeRequest(); }) === null) return Action.Pause;`,
  },
  {
    name: "Redis command",
    ...CONFIGURED,
    hook: `const redis = new RedisClient(new FQDNCluster("redis.dns", 6379));
      if (redis.init("", "", 100) === null) redis.get<Config>(ctx, config, config.text, (ctx, config, reply) => { ctx.resumeRequest(); });`,
  },
  { name: "Regex", ...CONFIGURED, hook: "if (Regex.parse(config.text).test(ctx.path)) return Action.Pause;" },
  {
    name: "JWT with a shared secret",
    ...CONFIGURED,
    hook: "if (verifyJwtWithSecret(config.text, encodeText(config.text)).error !== null) return Action.Pause;",
  },
  {
    name: "JWT with a public key",
    ...CONFIGURED,
    hook: "if (verifyJwt(config.text, PublicKey.fromPem(config.text)).error !== null) return Action.Pause;",
  },
];

const IMPORTS = [
  ...["SetCtx", "Action", "ProcessRequestHeaders", "ProcessRequestBody", "ParseConfig", "config", "log", "Json"],
  ...[
    "HttpClient",
    "FQDNCluster",
    "RedisClient",
    "Regex",
    "verifyJwtWithSecret",
    "verifyJwt",
    "PublicKey",
    "encodeText",
  ],
];

function source({ hook = "", options = "", code = "class Config {}" }: Row): string {
  const text = `${code}
SetCtx<Config>("sizes", [${options} ProcessRequestHeaders<Config>((ctx, config) => {
  ${hook}
  return Action.Continue;
})]);
`;
  // `config` is a parameter too. asc finds the default type of a call's caller among the imports of the plugin.
  const names = IMPORTS.filter((name) => new RegExp(name === "config" ? "@config" : `\\b${name}\\b`).test(text));
  if (names.some((name) => name.endsWith("Client"))) names.push("HttpContext");
  return `import { ${names.join(", ")} } from "as-proxy-wasm-sdk";\n${text}`;
}

async function build(project: PluginProject, row: Row): Promise<Uint8Array> {
  project.write({ "assembly/index.ts": source(row) });
  const use = row.use?.flatMap((it) => ["--use", it]) ?? [];
  return compileProject(project, ["--target", "release", ...use], row.name);
}

const TEXT = `# What costs how many bytes

\`npm run sizes\` writes this page. Each row is a plugin that is built with \`--target release\`: its size, its size with gzip, and what it
has more than the plugin in the column "base". A plugin contains only what it uses, so the differences of several rows do not simply
add up: parts that two rows share count once.

A plugin without \`ParseConfig\` (or a similar option) and without a class with \`@config\` does not read its configuration, and
contains neither the JSON parser nor rules; see [rules.md](rules.md#builds-without-rules).
`;

const project = new PluginProject();
try {
  const sizes = new Map<string, { raw: number; gzip: number }>();
  const lines = [
    "| plugin | base | bytes | gzip | added bytes | added gzip |",
    "| --- | --- | --: | --: | --: | --: |",
  ];
  for (const row of ROWS) {
    const bytes = await build(project, row);
    const size = { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
    sizes.set(row.name, size);
    const base = row.base === undefined ? undefined : sizes.get(row.base)!;
    const more = base ? [size.raw - base.raw, size.gzip - base.gzip].map((it) => (it < 0 ? it : `+${it}`)) : ["", ""];
    const cells = [row.name, row.base ?? "", size.raw, size.gzip, ...more];
    console.log(cells.join("  "));
    lines.push(`| ${cells.join(" | ")} |`);
  }
  const page = join(packageRoot(), "docs", "sizes.md");
  const options = (await resolveConfig(page)) ?? {};
  writeFileSync(page, await format(`${TEXT}\n${lines.join("\n")}\n`, { ...options, filepath: page }));
} finally {
  project.remove();
}
