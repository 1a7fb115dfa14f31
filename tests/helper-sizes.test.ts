import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { packageRoot } from "../sdk/envoy/index.js";
import { NIGHTLY } from "./support/nightly.js";
import { compileProject } from "./support/compile-project.js";
import { PluginProject } from "./support/plugin-project.js";

// A helper costs a plugin nothing unless the plugin uses the helper, and then no more than the limit.

/** The folders of `assembly/` whose exports need a row. */
const FOLDERS = ["crypto", "net", "text", "time", "total"];

/** The largest size of a plugin that reads its configuration and uses no helper, in bytes. */
const BASE = 26_200;

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
  ['MediaType.parse(ctx.path).getOr("charset", ctx.host)', 2_300],
  [
    "decodeText(Multipart.parse(encodeText(ctx.path), ctx.host).bytes()) + MultipartPart.field(ctx.path, ctx.host).text()",
    6_700,
  ],
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
  ["decodedText(base64Decode(ctx.path))", 1_200],
  ["hexEncode(encodeText(ctx.path))", 200],
  ["decodedText(hexDecode(ctx.path))", 600],
  ["hexEncode(md5(encodeText(ctx.path)))", 1_800],
  ["hexEncode(sha1(encodeText(ctx.path)))", 2_400],
  ["hexEncode(sha256(encodeText(ctx.path)))", 2_600],
  ["hexEncode(sha384(encodeText(ctx.path)))", 3_100],
  ["hexEncode(sha512(encodeText(ctx.path)))", 3_100],
  ["hexEncode(hmac<Md5>(encodeText(ctx.path), encodeText(ctx.host)))", 2_000],
  ["hexEncode(hmac<Sha1>(encodeText(ctx.path), encodeText(ctx.host)))", 2_600],
  ["hexEncode(hmac<Sha256>(encodeText(ctx.path), encodeText(ctx.host)))", 2_900],
  ["hexEncode(hmac<Sha384>(encodeText(ctx.path), encodeText(ctx.host)))", 3_400],
  ["inChunks(new Sha512(), new Hmac<Sha512>(encodeText(ctx.path)), ctx.host)", 3_400],
  ["foundSecret(ctx.path)", 4_100],
  ["constantTimeEqual(encodeText(ctx.path), encodeText(ctx.host)).toString()", 250],
  ["constantTimeEqualText(ctx.path, ctx.host).toString()", 250],
  ["crc32(encodeText(ctx.path)).toString()", 800],
  ["uuidV4()!", 550],
  ["verified(PublicKey.fromPem(ctx.path), encodeText(ctx.host)).toString()", 16_000],
  ["subject(verifyJwt(ctx.path, PublicKey.fromPem(ctx.host)))", 24_000],
  ["subject(verifyJwtWithSecret(ctx.path, encodeText(ctx.host)))", 16_000],
  ["subject(readUnverifiedJwt(ctx.path))", 6_800],
  ["milliseconds(parseRfc3339(ctx.path)).toString()", 2_800],
  ["formatRfc3339(1)", 400],
  ["milliseconds(parseHttpDate(ctx.path)).toString()", 4_000],
  ["formatHttpDate(1)", 600],
  ["atOr([ctx.path], 1, ctx.host)", 300],
  ["getOr(new Map<string, string>(), ctx.path, ctx.host)", 850],
  ["integerOr(ctx.path, 0).toString()", 1_050],
  ["new SseStream().push(encodeText(ctx.path), true)[0].data", 2_300],
  ["decodeText(joinEvents([changedEvent(ctx.path)]))", 4_000],
  ["decodeText(unifySSEChunk(encodeText(ctx.path)))", 350],
  ["Regex.parse(ctx.path).test(ctx.host).toString()", 21_500],
  ["allOfRegex(ctx.path)", 28_000],
  ["new TextStream().decode(encodeText(ctx.path), true)", 350],
  ["Json.parse(ctx.path).get(ctx.host).string()", 4_900],
  ["Json.parse(ctx.path).query(ctx.host).string()", 21_800],
  ["JsonEditor.parse(ctx.path).set<string>(ctx.host, ctx.path).text()", 5_700],
  ["JsonEditor.parse(ctx.path).delete(ctx.host).text()", 3_800],
  ["JsonEditor.parse(ctx.path).replace<string>(ctx.host, ctx.path).text()", 26_700],
  ["mergeJson(Json.parse(ctx.path), Json.parse(ctx.host)).raw()", 2_800],
  ["prettyJson(Json.parse(ctx.path))", 3_800],
  ["compactJson(Json.parse(ctx.path))", 500],
  ["new JsonWriter().beginArray().string(ctx.path).endArray().toString()", 1_600],
  ["httpSent(ctx)", 5_800],
  ["redisSent(ctx)", 5_900],
  ["grpcSent(ctx)", 3_300],
  ["grpcStreamed(ctx)", 4_200],
  ["measured(ctx.path)", 1_900],
  ["metricName(ctx.path, [[ctx.host, ctx.path]])", 900],
  ["ticked(ctx.path)", 4_200],
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
    return first + regex.replaceAll(text, text)! + regex.replaceAllLiteral(text, text)! + regex.split(text).join();
  }`,
  decodedText: `function decodedText(decoded: DecodedBytes): string {
    return decoded.error === null ? decodeText(decoded.bytes) : "";
  }`,
  inChunks: `function inChunks(hash: Hash, keyed: Hmac<Sha512>, text: string): string {
    hash.update(encodeText(text));
    keyed.update(hash.digest());
    return hexEncode(keyed.digest());
  }`,
  foundSecret: `function foundSecret(secret: string): string {
    const map = new SecretMap<string>();
    map.add(secret, secret);
    const value = map.find(secret);
    return value === null ? "" : value;
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
  httpSent: `function httpSent(ctx: HttpContext): string {
    const client = new HttpClient(new TargetCluster(ctx.host, ctx.host));
    return outcome(client.get<string>(ctx, ctx.path, ctx.path, [], onHttp));
  }
  function onHttp(ctx: HttpContext, path: string, response: HttpResponse, log: Log): void {
    ctx.sendResponse(200, [], response.text());
  }`,
  redisSent: `function redisSent(ctx: HttpContext): string {
    const client = new RedisClient(new TargetCluster(ctx.host, ctx.host));
    const error = client.init(ctx.host, ctx.path, 100, new RedisOptions());
    return outcome(error !== null ? error : client.get<string>(ctx, ctx.path, ctx.path, onRedis));
  }
  function onRedis(ctx: HttpContext, path: string, reply: RedisReply, log: Log): void {
    ctx.sendResponse(200, [], reply.string());
  }`,
  grpcSent: `function grpcSent(ctx: HttpContext): string {
    const client = new GrpcClient(new TargetCluster(ctx.host, ctx.host), ctx.path);
    return outcome(client.call<string>(ctx, ctx.path, ctx.path, [], encodeText(ctx.path), onGrpc));
  }
  function onGrpc(ctx: HttpContext, path: string, response: GrpcResponse, log: Log): void {
    ctx.sendResponse(200, [], decodeText(response.bytes()));
  }`,
  grpcStreamed: `function grpcStreamed(ctx: HttpContext): string {
    const client = new GrpcClient(new TargetCluster(ctx.host, ctx.host), ctx.path);
    const stream = client.stream<string>(ctx, ctx.path, ctx.path, [], onMessage, onEnd);
    stream.send(encodeText(ctx.path), true);
    return outcome(stream.error);
  }
  function onMessage(ctx: HttpContext, path: string, stream: GrpcStream, message: ArrayBuffer, log: Log): void {
    ctx.sendResponse(200, [], decodeText(message));
  }
  function onEnd(ctx: HttpContext, path: string, response: GrpcResponse, log: Log): void {
    ctx.sendResponse(200, [], response.status.toString());
  }`,
  measured: `function measured(name: string): string {
    counter(name).increment();
    gauge(name).set(1);
    histogram(name).record(1);
    return "";
  }`,
  ticked: `function ticked(env: string): string {
    return outcome(registerTick<string>(1000, env, onTick));
  }
  function onTick(ctx: PluginContext, env: string, log: Log): void {
    log.info(env);
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
function outcome(error: Error | null): string {
  return error === null ? "" : error.message;
}
class Config {}
SetCtx<Config>("sizes", [ParseConfig<Config>((json, config) => null), ProcessRequestHeaders<Config>(onRequestHeaders)]);
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
  return compileProject(project, flags, uses.join("\n"));
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
  2_400_000,
);
