import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { Builder } from "../../sdk/build/index.js";
import { main } from "../../sdk/cli/main.js";
import { startPlugin } from "../../sdk/testing/index.js";
import { PLUGIN, PluginProject } from "../support/plugin-project.js";

// A plugin with a configuration class, as its author and its operator meet the plugin.

const SOURCE = `import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action, Json, ParseConfig, RulesInherit, Log } from "as-proxy-wasm-sdk";

@config
class Inner {
  value: i32 = 1;
  other: i32 = 2;
}

/** Greets. */
@config
class Config {
  /** @required @x-title-i18n zh-CN 名称 @scope GLOBAL */
  name: string = "";
  /** @minimum 1 @scope INSTANCE */
  count: u32 = 5;
  inner: Inner = new Inner();
  keys: (string | null)[] = [];
  /** @ignore */
  text: string = "";

  validate(): Error | null {
    this.text = this.name + " " + this.count.toString() + " " + this.inner.value.toString() + " " + this.inner.other.toString();
    return null;
  }
}

SetCtx<Config>("greets", [
  /* options */
  ProcessRequestHeaders<Config>(onRequestHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const keys = config.keys;
  if (ctx.path == "/trap") return trapsHere(keys);
  ctx.sendResponse(200, [], config.text);
  return Action.Continue;
}

function trapsHere(keys: Array<string | null>): Action {
  return keys[7] === null ? Action.Pause : Action.Continue; // the line of the trap
}
`;

const project = new PluginProject({ "package.json": '{ "name": "@org/greets", "version": "1.0.0" }' });
const builder = new Builder(project.folder);
const build = async (source: string) => {
  project.write({ "assembly/index.ts": source });
  const result = await builder.build({ debug: true });
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.wasm;
};
afterAll(() => {
  builder.close();
  project.remove();
});

const rule = (fields: object) => ({ _rules_: [{ _match_domain_: ["a.com"], ...fields }] });

describe("rules", () => {
  let wasm: string;
  beforeAll(async () => {
    wasm = await build(SOURCE);
  });
  const bodies = async (config: object) => {
    const plugin = await startPlugin({ wasm, config });
    const body = async (authority: string) => String((await plugin.fetch("/", { authority })).body);
    return [await body("b.com"), await body("a.com")];
  };

  test("are read into objects of their own", async () => {
    const config = { name: "n", count: 9, inner: { value: 3 }, ...rule({ name: "r", inner: { other: 4 } }) };
    expect(await bodies(config)).toEqual(["n 9 3 2", "r 5 1 4"]);
  });

  test("have messages that begin with their place", async () => {
    const config = { name: "n", ...rule({ count: 0, inner: { value: "x" } }) };
    await expect(startPlugin({ wasm, config })).rejects.toThrow(
      '_rules_[0]: count: expected integer from 1 to 4294967295, got 0; inner.value: expected integer from -2147483648 to 2147483647, got "x"; name: required, but absent',
    );
  });

  test("warn about unknown fields, but not about their conditions", async () => {
    const plugin = await startPlugin({ wasm, config: { name: "n", nmae: 1, ...rule({ name: "r", cuont: 1 }) } });
    expect(plugin).toHaveLogged(/nmae: unknown field/, "warn");
    expect(plugin).toHaveLogged(/cuont: unknown field/, "warn");
    expect(plugin).not.toHaveLogged(/_match_domain_|_rules_/, "warn");
  });

  test("alone need no global configuration", async () => {
    expect((await bodies(rule({ name: "r" })))[1]).toBe("r 5 1 2");
  });

  test("alone are at least one, and have names in their conditions, in the schema too", async () => {
    const schema = JSON.parse(readFileSync(project.path("build/plugin.schema.json"), "utf8")) as object;
    const validate = new Ajv2020().compile(schema);
    const rejected = [{ _rules_: [] }, { _rules_: [{ _match_route_: [""], name: "r" }] }];
    for (const config of rejected) {
      expect([config, validate(config)]).toEqual([config, false]);
      await expect(startPlugin({ wasm, config })).rejects.toThrow("configuration rejected");
    }
    const accepted = [{ name: "n", _rules_: [] }, { _rules_: [{ _match_route_: ["r"], name: "r" }] }];
    for (const config of accepted) {
      expect([config, validate(config)]).toEqual([config, true]);
      await startPlugin({ wasm, config });
    }
  });
});

describe("with RulesInherit, a rule", () => {
  let wasm: string;
  beforeAll(async () => {
    wasm = await build(SOURCE.replace("/* options */", "RulesInherit<Config>(),"));
  });

  test("changes the fields that it has, and objects as a whole", async () => {
    const config = { name: "n", count: 9, inner: { value: 3 }, ...rule({ inner: { other: 4 } }) };
    const plugin = await startPlugin({ wasm, config });
    expect(String((await plugin.fetch("/", { authority: "a.com" })).body)).toBe("n 9 1 4");
    expect(String((await plugin.fetch("/", { authority: "b.com" })).body)).toBe("n 9 3 2");
  });

  test("needs required fields if there is no global configuration", async () => {
    await expect(startPlugin({ wasm, config: rule({ count: 2 }) })).rejects.toThrow(
      "_rules_[0]: name: required, but absent",
    );
  });

  test("may leave out required fields in the schema if there is a global configuration", () => {
    const schema = JSON.parse(readFileSync(project.path("build/plugin.schema.json"), "utf8")) as object;
    const validate = new Ajv2020().compile(schema);
    expect(validate({ name: "n", ...rule({ count: 2 }) })).toBe(true);
    expect(validate({ name: "n", ...rule({ count: 0 }) })).toBe(false);
    expect(validate(rule({ name: "r" }))).toBe(true);
    expect(validate(rule({ count: 2 }))).toBe(false);
    expect(validate({ count: 2 })).toBe(false);
  });
});

test("a parser by hand gets the filled object, and does not run if a field is wrong", async () => {
  const parser = `ParseConfig<Config>((json: Json, config: Config): Error | null => {
    if (config.name == "bad") return new Error("name: bad " + config.text);
    config.text += "!";
    return null;
  }),`;
  const wasm = await build(SOURCE.replace("/* options */", parser));
  const plugin = await startPlugin({ wasm, config: { name: "n" } });
  expect(String((await plugin.fetch("/")).body)).toBe("n 5 1 2!");
  expect(() => plugin.reload({ name: "bad" })).toThrow("name: bad bad 5 1 2");
  expect(() => plugin.reload({ name: "bad", count: 0 })).toThrow(
    /rejected: count: expected integer from 1 to \d+, got 0$/m,
  );
});

test("a trap shows the line of the plugin's source", async () => {
  const plugin = await startPlugin({ wasm: await build(SOURCE), config: { name: "n" } });
  const line = SOURCE.split("\n").findIndex((text) => text.includes("the line of the trap")) + 1;
  await expect(plugin.fetch("/trap")).rejects.toThrow(`assembly/index.ts:${line}`);
});

test("the schemas go when the plugin has no configuration class any more", async () => {
  await build(SOURCE);
  const files = ["build/plugin.schema.json", "build/wasmplugin.schema.json"].map((name) => project.path(name));
  expect(files.map((file) => existsSync(file))).toEqual([true, true]);
  await build(PLUGIN);
  expect(files.map((file) => existsSync(file))).toEqual([false, false]);
});

describe("as-proxy-wasm manifest", () => {
  const before = process.cwd();
  let errors: string[];
  beforeAll(async () => {
    await build(SOURCE);
    process.chdir(project.folder);
    vi.spyOn(console, "error").mockImplementation((text: string) => void errors.push(text));
  });
  afterAll(() => {
    process.chdir(before);
    vi.restoreAllMocks();
  });
  const manifest = (...args: string[]) => {
    errors = [];
    return main(["manifest", ...args]);
  };

  test("names the schema in a WasmPlugin", async () => {
    expect(await manifest("-o", "wasmplugin.yaml")).toBe(0);
    const text = readFileSync("wasmplugin.yaml", "utf8");
    expect(text.split("\n")[0]).toBe("# yaml-language-server: $schema=build/wasmplugin.schema.json");
    const ajv = new Ajv2020();
    ajv.addSchema(JSON.parse(readFileSync("build/plugin.schema.json", "utf8")) as object, "plugin.schema.json");
    const validate = ajv.compile(JSON.parse(readFileSync("build/wasmplugin.schema.json", "utf8")) as object);
    const wrong = (spec: object) =>
      validate({ kind: "WasmPlugin", spec }) ? [] : validate.errors!.map((it) => it.instancePath);
    expect(wrong({ defaultConfig: { name: "n" }, matchRules: [{ config: { name: "r" } }] })).toEqual([]);
    expect(wrong({ defaultConfig: { name: 1 } })).toContain("/spec/defaultConfig/name");
    expect(wrong({ matchRules: [{ config: { name: "r", count: 0 } }] })).toContain("/spec/matchRules/0/config/count");
  });

  test("writes the spec.yaml of Higress's console", async () => {
    expect(await manifest("--for", "console", "--phase", "AUTHN", "-o", "spec.yaml")).toBe(0);
    const count = {
      type: "integer",
      minimum: 1,
      maximum: 4294967295,
      default: 5,
      scope: "INSTANCE",
      "x-scope": "INSTANCE",
    };
    const name = { type: "string", scope: "GLOBAL", "x-scope": "GLOBAL", "x-title-i18n": { "zh-CN": "名称" } };
    const integer = (value: number) => ({ type: "integer", minimum: -2147483648, maximum: 2147483647, default: value });
    const inner = { type: "object", properties: { value: integer(1), other: integer(2) } };
    const keys = { type: "array", items: { type: "string" }, default: [] };
    const openAPIV3Schema = { description: "Greets.", type: "object" };
    expect(parse(readFileSync("spec.yaml", "utf8"))).toMatchObject({
      info: { name: "greets", version: "1.0.0" },
      spec: {
        phase: "AUTHN",
        priority: 100,
        configSchema: {
          openAPIV3Schema: { ...openAPIV3Schema, properties: { name, inner, keys }, required: ["name"] },
        },
        routeConfigSchema: { openAPIV3Schema: { ...openAPIV3Schema, properties: { count, inner, keys } } },
      },
    });
  });

  test.each([
    [["--config", "{}"], "--config is not for console"],
    [["--phase", "auth"], '--phase: unknown phase "auth"; did you mean "AUTHN"?'],
  ])("rejects %j for the console", async (args, message) => {
    expect(await manifest("--for", "console", ...args)).toBe(2);
    expect(errors.join("\n")).toContain(message);
  });
});
