import { afterAll, expect, test } from "vitest";
import { Builder } from "../../sdk/build/index.js";
import { PluginProject } from "../support/plugin-project.js";

// The class form of a plugin with nine fields and a nested class is at most 1.5 KB larger than the same plugin with a parser
// by hand, which has the same messages, but only the first of them, and which does not warn about unknown fields.

const HEAD = `import {
  config, SetCtx, ParseConfig, ProcessRequestHeaders, HttpContext, Action, Json, Fields,
} from "as-proxy-wasm-sdk";
enum Mode { fast, safe }
`;

const FIELDS = `
  /** @minimum 1 @maximum 100000 */
  rate: i32 = 10;
  burst: i32 = 20;
  /** @pattern ^[a-z-]+$ @required */
  header: string = "";
  mode: Mode = Mode.fast;
  keys: string[] = [];
  perUser: Map<string, Limit> = new Map();
  deny: Deny | null = null;
  ratio: f64 = 0.5;
  other: Json = Json.missing();
`;

const HOOK = `
function onRequestHeaders(ctx: HttpContext, config: Limit): Action {
  const deny = config.deny;
  let users = "";
  const names = config.perUser.keys();
  for (let i = 0; i < names.length; i++) users += names[i] + config.perUser.get(names[i]).rate.toString();
  const parts = [config.rate.toString(), config.burst.toString(), config.header, config.mode.toString(), config.keys.join()];
  parts.push(users);
  parts.push(deny === null ? "null" : deny.status.toString() + deny.body);
  parts.push(config.other.raw());
  ctx.sendResponse(config.ratio > 1 ? 200 : 201, [], parts.join());
  return Action.Continue;
}
`;

const classes = (mark: string) => `
${mark} class Deny { status: u16 = 403; body: string = "no"; }
${mark} class Limit {${FIELDS}}
`;

const BY_CLASS = `${HEAD}${classes("@config")}
SetCtx<Limit>("limit", [ProcessRequestHeaders<Limit>(onRequestHeaders)]);
${HOOK}`;

const BY_HAND = `${HEAD}${classes("")}
SetCtx<Limit>("limit", [ParseConfig<Limit>(parse), ProcessRequestHeaders<Limit>(onRequestHeaders)]);
function parse(json: Json, config: Limit): Error | null {
  const fields = json.fields();
  read(fields, config);
  return fields.error;
}
function read(fields: Fields, config: Limit): void {
  config.rate = fields.i32("rate", 10, 1, 100000);
  config.burst = fields.i32("burst", 20);
  config.header = fields.required("header").string("header");
  if (!isHeader(config.header)) {
    fields.fail("header", 'expected string that matches ^[a-z-]+$, got "' + config.header + '"');
  }
  config.mode = fields.oneOf("mode", "fast", ["fast", "safe"]) == "safe" ? Mode.safe : Mode.fast;
  config.keys = fields.strings("keys");
  const users = fields.json("perUser").entries();
  const perUser = fields.object("perUser");
  for (let i = 0; i < users.length; i++) {
    const limit = new Limit();
    read(perUser.object(users[i].key), limit);
    config.perUser.set(users[i].key, limit);
  }
  if (fields.has("deny")) {
    const deny = new Deny();
    const own = fields.object("deny");
    deny.status = <u16>own.i32("status", 403, 0, 65535);
    deny.body = own.string("body", "no");
    config.deny = deny;
  }
  config.ratio = fields.f64("ratio", 0.5);
  config.other = fields.json("other");
}
function isHeader(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c != 0x2d && (c < 0x61 || c > 0x7a)) return false;
  }
  return text.length > 0;
}
${HOOK}`;

const project = new PluginProject();
afterAll(() => project.remove());

test("a configuration class costs at most 1.5 KB more than a parser by hand", async () => {
  const sizes: number[] = [];
  const builder = new Builder(project.folder);
  for (const source of [BY_HAND, BY_CLASS]) {
    project.write({ "assembly/index.ts": source });
    const result = await builder.build({});
    if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
    sizes.push(result.bytes);
  }
  builder.close();
  const [byHand, byClass] = sizes as [number, number];
  expect(byClass - byHand).toBeLessThanOrEqual(1536);
  expect(byClass - byHand).toBeGreaterThan(0);
});
