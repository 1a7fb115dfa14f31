import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";
import { NIGHTLY } from "./support/nightly.js";
import { PluginProject } from "./support/plugin-project.js";

// A helper costs a plugin nothing unless the plugin uses the helper, and then no more than the limit.

/** The folders of `assembly/` whose exports need a row. */
const FOLDERS = ["crypto", "net", "text", "time", "total"];

/** The largest size of a plugin that uses no helper, in bytes. */
const BASE = 26_400;

/**
 * Uses of helpers: an expression of type string, with the request as `ctx`, and the most bytes that the expression adds to a
 * plugin. The expression imports the exports of the SDK that it names. Every export of `FOLDERS` has a row.
 */
const ROWS: [use: string, most: number][] = [
  ["pathOf(ctx.path)", 150],
  ["queryOf(ctx.path)", 150],
  ["targetOf(ctx.path, ctx.host)", 150],
  ["encodeQueryComponent(ctx.path)", 400],
  ["encodePathSegment(ctx.path)", 400],
  ["decodeQueryComponent(ctx.path)!", 550],
  ["decodePath(ctx.path)!", 550],
  ["Query.parse(ctx.path).getAll(ctx.host).join()", 2_300],
  ["changedQuery(ctx.path)", 3_100],
  ["Query.parse(ctx.path).encode()", 4_500],
  ["Url.parse(ctx.path).toString()", 7_100],
  ["Cookies.parse([ctx.path]).getAll(ctx.host).join()", 1_900],
  ["new SetCookie(ctx.path, ctx.host).toString() + SameSite.Lax.toString()", 2_900],
  ["IpAddress.parse(ctx.path)!.toString()", 1_900],
  ["SocketAddress.parse(ctx.path)!.toString()", 2_400],
  ["Cidr.parse(ctx.path)!.toString()", 2_300],
  ["IpSet.parse([ctx.path]).has(IpAddress.parse(ctx.host)!).toString()", 3_800],
  ["elementFromRight([ctx.path], 0)!", 800],
  ["matchesGlob(ctx.host, ctx.path).toString()", 450],
  ["equalsIgnoreCase(ctx.host, ctx.path).toString()", 300],
  ["startsWithIgnoreCase(ctx.host, ctx.path).toString()", 300],
  ["(indexOfIgnoreCase(ctx.host, ctx.path) > 0).toString()", 650],
  ["lowerAscii(ctx.path)", 100],
  ["isToken(ctx.path).toString()", 150],
  ["isFieldValue(ctx.path).toString()", 150],
  ["decodeText(encodeText(ctx.path))", 100],
  ["base64Encode(encodeText(ctx.path), Base64.Std)", 900],
  ["decodedText(base64Decode(ctx.path))", 1_900],
  ["hexEncode(encodeText(ctx.path))", 500],
  ["decodedText(hexDecode(ctx.path))", 1_300],
  ["hexEncode(md5(encodeText(ctx.path)))", 2_300],
  ["hexEncode(sha1(encodeText(ctx.path)))", 2_800],
  ["hexEncode(sha256(encodeText(ctx.path)))", 3_000],
  ["hexEncode(sha384(encodeText(ctx.path)))", 3_600],
  ["hexEncode(sha512(encodeText(ctx.path)))", 3_600],
  ["hexEncode(hmac<Md5>(encodeText(ctx.path), encodeText(ctx.host)))", 2_900],
  ["hexEncode(hmac<Sha1>(encodeText(ctx.path), encodeText(ctx.host)))", 3_400],
  ["hexEncode(hmac<Sha256>(encodeText(ctx.path), encodeText(ctx.host)))", 3_600],
  ["hexEncode(hmac<Sha384>(encodeText(ctx.path), encodeText(ctx.host)))", 4_200],
  ["inChunks(new Sha512(), new Hmac<Sha512>(encodeText(ctx.path)), ctx.host)", 4_800],
  ["constantTimeEqual(encodeText(ctx.path), encodeText(ctx.host)).toString()", 400],
  ["constantTimeEqualText(ctx.path, ctx.host).toString()", 400],
  ["crc32(encodeText(ctx.path)).toString()", 500],
  ["uuidV4()", 1_500],
  ["verified(PublicKey.fromPem(ctx.path), encodeText(ctx.host)).toString()", 16_000],
  ["subject(verifyJwt(ctx.path, PublicKey.fromPem(ctx.host)))", 24_000],
  ["subject(verifyJwtWithSecret(ctx.path, encodeText(ctx.host)))", 16_000],
  ["subject(readUnverifiedJwt(ctx.path))", 12_000],
  ["milliseconds(parseRfc3339(ctx.path)).toString()", 3_200],
  ["formatRfc3339(1)", 1_300],
  ["milliseconds(parseHttpDate(ctx.path)).toString()", 4_000],
  ["formatHttpDate(1)", 1_500],
  ["atOr([ctx.path], 1, ctx.host)", 300],
  ["getOr(new Map<string, string>(), ctx.path, ctx.host)", 850],
  ["integerOr(ctx.path, 0).toString()", 1_050],
  ["new SseStream().push(encodeText(ctx.path), true)[0].data", 2_600],
  ["decodeText(joinEvents([changedEvent(ctx.path)]))", 3_600],
  ["decodeText(unifySSEChunk(encodeText(ctx.path)))", 500],
  ["Regex.parse(ctx.path).test(ctx.host).toString()", 25_000],
  ["allOfRegex(ctx.path)", 28_000],
  ["new TextStream().decode(encodeText(ctx.path), true)", 350],
];

/** Functions that rows may use. */
const FUNCTIONS: Record<string, string> = {
  changedEvent: `function changedEvent(text: string): SseEvent {
    const event = new SseEvent();
    event.setData(text);
    event.setEvent(text);
    event.setId(text);
    return event;
  }`,
  allOfRegex: `function allOfRegex(text: string): string {
    const regex = Regex.parse(Regex.quote(text));
    const match: RegexMatch | null = regex.find(text);
    const first = match === null ? "" : match.named(text) + match.group(1);
    return first + regex.replaceAll(text, text) + regex.replaceAllLiteral(text, text) + regex.split(text).join();
  }`,
  decodedText: `function decodedText(decoded: DecodedBytes): string {
    return decoded.error === null ? decodeText(decoded.bytes) : "";
  }`,
  inChunks: `function inChunks(hash: Hash, keyed: Hmac<Sha512>, text: string): string {
    hash.update(encodeText(text));
    keyed.update(hash.digest());
    return hexEncode(keyed.digest());
  }`,
  verified: `function verified(key: PublicKey, bytes: ArrayBuffer): bool {
    return key.verify(SignatureAlgorithm.RS256, bytes, bytes);
  }`,
  subject: `function subject(jwt: Jwt): string {
    return jwt.claims.get("sub").string();
  }`,
  milliseconds: `function milliseconds(time: ParsedTime): i64 {
    return time.error === null ? time.unixMs : 0;
  }`,
  changedQuery: `function changedQuery(raw: string): string {
    const query = Query.parse(raw);
    query.set(raw, raw);
    query.append(raw, raw);
    query.delete(raw);
    return query.toString();
  }`,
};

/** The exports of index.ts: from a name to the file that index.ts names. */
const EXPORTS = new Map(
  [
    ...readFileSync(join(packageRoot(), "index.ts"), "utf8").matchAll(/^export \{([^}]*)\} from "\.\/([^"]*)"/gm),
  ].flatMap(([, names, file]) => [...names!.matchAll(/\w+/g)].map(([name]) => [name, file!] as const)),
);
const helpers = [...EXPORTS].filter(([, file]) => FOLDERS.includes(file.split("/")[1]!));

function words(text: string): Set<string> {
  return new Set(text.match(/\w+/g));
}

/** A plugin that responds with a text. */
function pluginWith(uses: readonly string[]): string {
  const functions = Object.entries(FUNCTIONS).filter(([name]) => words(uses.join(" ")).has(name));
  const code = `${functions.map(([, source]) => source).join("\n")}
class Config {}
SetCtx<Config>("sizes", [ProcessRequestHeaders<Config>(onRequestHeaders)]);
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  ctx.sendResponse(200, [], ctx.host + ctx.path);
${uses.map((use) => `  ctx.sendResponse(200, [], ${use});`).join("\n")}
  return Action.Continue;
}
`;
  const imports = [...EXPORTS.keys()].filter((name) => words(code).has(name));
  return `import { ${imports.join(", ")} } from "as-proxy-wasm-sdk";\n${code}`;
}

const project = new PluginProject();
afterAll(() => project.remove());

async function build(uses: readonly string[], flags: string[]): Promise<Uint8Array> {
  project.write({ "assembly/index.ts": pluginWith(uses) });
  let binary: Uint8Array | undefined;
  const options = ["--baseDir", project.folder, "--config", "asconfig.json", "--outFile", "out.wasm", ...flags];
  const { error, stderr } = await asc.main(["assembly/index.ts", ...options], {
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
  });
  if (error || binary === undefined) throw new Error(`${uses.join("\n")}\n${stderr.toString()}`);
  return binary;
}

const RELEASE = ["--target", "release"];
const NAMED = ["--target", "debug", "--sourceMap", "false"];

it("every helper has a row", () => {
  const used = words([...ROWS.map(([use]) => use), ...Object.values(FUNCTIONS)].join(" "));
  expect(helpers.map(([name]) => name).filter((name) => !used.has(name))).toEqual([]);
  expect(helpers.length).toBeGreaterThan(20);
});

it("a plugin that uses no helper contains none", async () => {
  const names = Buffer.from(await build([], NAMED)).toString("latin1");
  // The SDK itself uses these.
  const own = ["isFieldValue", "isToken", "lowerAscii"];
  const contained = helpers.filter(([name, file]) => new RegExp(`${file}/${name}\\b`).test(names));
  expect(contained.map(([name]) => name).sort()).toEqual(own);
  expect((await build([], RELEASE)).length).toBeLessThanOrEqual(BASE);
});

it("a plugin that uses all helpers is not larger than their limits together", async () => {
  const size = (
    await build(
      ROWS.map(([use]) => use),
      RELEASE,
    )
  ).length;
  const most = ROWS.reduce((sum, [, most]) => sum + most, BASE);
  console.log(`a plugin that uses all helpers: ${String(size)} bytes`);
  expect(size).toBeLessThanOrEqual(most);
});

it.runIf(NIGHTLY)(
  "each helper stays within its limit",
  async () => {
    const base = (await build([], RELEASE)).length;
    const table: [use: string, growth: number, most: number][] = [];
    for (const [use, most] of ROWS) table.push([use, (await build([use], RELEASE)).length - base, most]);
    console.log(
      table.map(([use, growth, most]) => `${String(growth).padStart(6)} of ${String(most)}  ${use}`).join("\n"),
    );
    expect(table.filter(([, growth, most]) => growth > most)).toEqual([]);
  },
  900_000,
);
