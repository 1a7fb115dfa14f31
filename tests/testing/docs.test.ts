import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ansiToSvg } from "../../scripts/picture/ansi-to-svg.js";
import { PICTURE, plain } from "../../scripts/picture/failing-test.js";
import { packageRoot } from "../../sdk/envoy/index.js";
import { PluginTrap, startPlugin } from "../../sdk/testing/index.js";
import { listings, write } from "../packaging/project.js";
import { buildPlugin } from "../support/build.js";
import { buildInPlace } from "./build-in-place.js";

// The output that the documentation shows is the output that the kit prints, its plugins build, and its links work.

const LIMITS = join(packageRoot(), "tests", "plugins", "limits");
let limits: string;
let mockResponse: string;
beforeAll(async () => {
  limits = await buildInPlace(LIMITS, "debug");
  mockResponse = await buildPlugin("examples/mock-response");
});

async function errorOf(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

/** An error as vitest prints it, in the plugin's folder. Frames of the SDK and of this file become a line `…`. */
function asVitestPrints(error: Error): string {
  const isLeftOut = (line: string) =>
    line.includes("(~lib/as-proxy-wasm-sdk/") ||
    (line.startsWith("    at ") && (!line.includes(LIMITS) || line.includes("node:")));
  const lines = plain(error.stack!).split("\n");
  return lines
    .map((line) => (isLeftOut(line) ? "…" : line.replace(/^ +at (\S+) \((.*)\)$/, " ❯ $1 $2")))
    .filter((line, index, all) => line !== "…" || all[index - 1] !== "…")
    .join("\n")
    .replaceAll(`${LIMITS}/`, "");
}

test("docs/testing.md shows a trap as vitest prints it, with `…` for frames of the SDK", async () => {
  const plugin = await startPlugin({ wasm: limits });
  const error = await errorOf(() => plugin.fetch("/orders", { headers: { "x-day": "5" } }));
  expect(error).toBeInstanceOf(PluginTrap);
  const [listing] = listings("docs/testing.md", "When the plugin traps", "text");
  expect(asVitestPrints(error)).toBe(listing!.trimEnd().replace(/^ +…$/gm, "…"));
});

test("the README's picture shows the message of that failure: `npm run picture` draws it anew", async () => {
  const plugin = await startPlugin({ wasm: mockResponse, config: { mockEnabled: false } });
  const response = await plugin.fetch("/foo");
  const { message } = await errorOf(() => expect(response).toHaveReachedUpstream());
  expect(textOf(readFileSync(join(packageRoot(), PICTURE), "utf8"))).toContain(plain(message).trimEnd());
});

test.each([
  ["docs/guide.md", "Calls to an upstream"],
  ["docs/configuration.md", "Parsers by hand"],
  ["docs/helpers.md", "The path and the query of a request"],
])("the plugin of %s builds, and lets a request pass or holds it", async (page, heading) => {
  const [source] = listings(page, heading, "ts");
  // Where the package is linked to itself.
  const folder = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-listings", heading.replaceAll(" ", "-"));
  const plugin = await startPlugin({
    wasm: await buildPlugin(join(write(folder, { "index.ts": source! }), "index.ts")),
    config: { name: "orders" },
  });
  expect(plugin.request("/").isOver).toBe(false);
  expect(plugin).not.toHaveLogged(/./, "warn");
});

describe("the plugin of docs/helpers.md that counts tokens", () => {
  let wasm: string;
  beforeAll(async () => {
    const [source] = listings("docs/helpers.md", "Tokens of a language model", "ts");
    const folder = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-listings", "tokens");
    wasm = await buildPlugin(join(write(folder, { "index.ts": source! }), "index.ts"));
  });
  const events = { "content-type": "text/event-stream; charset=utf-8" };
  const openAi = 'data: {"model":"m"}\n\ndata: {"usage":{"prompt_tokens":3,"completion_tokens":4}}\n\ndata: [DONE]\n\n';
  const anthropic =
    'event: message_start\ndata: {"message":{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}}\n\n' +
    'event: message_delta\ndata: {"usage":{"output_tokens":4}}\n\n';
  const counted = '{\\"input_token\\":3,\\"model\\":\\"m\\",\\"output_token\\":4}';

  test.each([
    ["an event stream", { headers: events, chunks: [openAi] }, counted],
    ["an event in two chunks", { headers: events, chunks: [openAi.slice(0, 40), openAi.slice(40)] }, counted],
    ["numbers in two events", { headers: events, body: anthropic }, counted],
    ["a JSON object", { json: { model: "m", usage: { prompt_tokens: 3, completion_tokens: 4 } } }, counted],
    ["no numbers", { body: "hello" }, "{}"],
  ])("counts those of a response with %s", async (_, upstream, attributes) => {
    const plugin = await startPlugin({ wasm });
    const { request } = await plugin.fetch("/v1/chat/completions", { upstream });
    expect(request.properties.ai_log).toBe(attributes);
  });
});

test("the configuration class of docs/configuration.md builds, and its messages are those of the page", async () => {
  const [source] = listings("docs/configuration.md", "Configuration classes", "ts");
  const [message] = listings("docs/configuration.md", "Configuration classes", "text");
  const folder = join(packageRoot(), "node_modules", ".cache", "as-proxy-wasm-listings", "configuration-classes");
  const wasm = await buildPlugin(join(write(folder, { "index.ts": source! }), "index.ts"));
  const plugin = await startPlugin({ wasm, config: { header: "x", rate: 7, perUser: { mia: { header: "y" } } } });
  const { request } = await plugin.fetch("/");
  expect(request.upstream!.headers.get("x-rate")).toBe("7");
  const wrong = { header: "x", rate: "ten", perUser: { mia: {} } };
  expect(() => plugin.reload(wrong)).toThrow(message!.trim());
});

const PAGES = [
  ...["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"],
  ...readdirSync(join(packageRoot(), "docs")).map((file) => `docs/${file}`),
  ...readdirSync(join(packageRoot(), "examples")).map((name) => `examples/${name}/README.md`),
].filter((page) => page.endsWith(".md"));

test.each(PAGES)("the links of %s lead to files and headings of the repository", (page) => {
  const text = readFileSync(join(packageRoot(), page), "utf8");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  // GitHub's own pages have an address of their own.
  const own = links.filter((link) => !/^https?:|^\.\.\/\.\.\/actions\//.test(link));
  expect(own.filter((link) => !isThere(page, link))).toEqual([]);
});

/** Whether a link of a page leads to a file, and to a heading in it. */
function isThere(page: string, link: string): boolean {
  const [path, heading] = link.split("#") as [string, string | undefined];
  const file = path === "" ? join(packageRoot(), page) : join(packageRoot(), dirname(page), path);
  if (!existsSync(file)) return false;
  if (heading === undefined) return true;
  const headings = readFileSync(file, "utf8").match(/(?<=^#+ ).*$/gm) ?? [];
  return headings.some(
    (one) =>
      one
        .toLowerCase()
        .replace(/[^\w -]/g, "")
        .replaceAll(" ", "-") === heading,
  );
}

test("a picture has the colours of the terminal, and fails on a colour that it does not know", () => {
  const svg = ansiToSvg(["\x1b[31m\x1b[1ma <b>\x1b[22m\x1b[39m c", "\x1b[41md\x1b[49m"], "A & B");
  expect(svg).toContain("<title>A &amp; B</title>");
  const texts = [...svg.matchAll(/<text x="([\d.]+)" y="(\d+)" textLength="([\d.]+)" (.*?)<\/text>/g)];
  expect(texts.map(([, ...parts]) => parts)).toEqual([
    ["16", "31", "42", 'fill="#ff7b72" font-weight="bold">a &lt;b&gt;'],
    ["58", "31", "16.8", 'fill="#e6edf3"> c'],
    ["16", "51", "8.4", 'fill="#e6edf3">d'],
  ]);
  expect(svg).toContain('<rect x="16" y="36" width="8.4" height="20" fill="#ff7b72"/>');
  expect(() => ansiToSvg(["\x1b[38;5;9ma"], "")).toThrow("no colour for escape sequence 38");
});

/** The text of a picture, line by line. */
function textOf(svg: string): string {
  const rows = new Map<number, string>();
  for (const [, y, text] of svg.matchAll(/<text x="[\d.]+" y="(\d+)"[^>]*>([^<]*)</g)) {
    rows.set(Number(y), (rows.get(Number(y)) ?? "") + text);
  }
  const last = Math.max(...rows.keys());
  const lines = Array.from({ length: last / 20 + 1 }, (_, row) => rows.get(31 + row * 20) ?? "");
  return lines.join("\n").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
