import { beforeAll, describe, expect, it } from "vitest";
import { compileAssembly, type HostFunction, type Instance } from "../../../tests/support/assembly.js";

// The reference is Higress's Go wrapper: rule_matcher_test.go and its matcher.

const OK = 0;
const NOT_FOUND = 1;
const INTERNAL = 10;

let wasm: Instance;
/** The request of the fake host: the authority, and properties by their segments joined by dots. A number is a status. */
let request: { authority?: string | number; properties?: Record<string, string | number> } = {};
/** The headers and properties that were read from the host. */
let reads: string[] = [];
let lines: string[] = [];

/** Passes a value to the guest. Returns the status of the host call. */
const pass = (guest: Instance, value: string | number | undefined, address: number, size: number): number => {
  if (typeof value === "number") return value;
  if (value === undefined) return NOT_FOUND;
  guest.hand(value, address, size);
  return OK;
};

const HOST: Record<string, HostFunction> = {
  proxy_get_log_level: () => NOT_FOUND, // everything is logged
  proxy_log: (guest, level, text, size) => {
    lines.push(`${level} ${guest.text(text!, size!)}`);
    return OK;
  },
  proxy_set_effective_context: () => OK,
  proxy_get_header_map_value: (guest, map, name, nameSize, address, size) => {
    reads.push(guest.text(name!, nameSize!));
    return map === 0 ? pass(guest, request.authority, address!, size!) : NOT_FOUND;
  },
  proxy_get_property: (guest, path, pathSize, address, size) => {
    const name = guest.text(path!, pathSize!).replaceAll("\0", ".");
    reads.push(name);
    return pass(guest, request.properties?.[name], address!, size!);
  },
};

beforeAll(async () => {
  wasm = await compileAssembly(
    `
    import { Json } from "./assembly/json";
    import { RootContext, StreamContext } from "./assembly/context/contexts";
    import { setReporter } from "./assembly/proxywasm/log";
    import { Handlers } from "./assembly/wrapper/handlers";
    import { HttpContext } from "./assembly/wrapper/http-context";
    import { Log } from "./assembly/wrapper/log";
    import * as options from "./assembly/wrapper/parse-options";
    import * as overrides from "./assembly/wrapper/override-options";
    import { decodeUtf8 } from "./assembly/abi/utf8";
    import { PluginContext } from "./assembly/wrapper/plugin-context";
    import { Configurations } from "./assembly/wrapper/rules/configurations";
    import { findRule, UNDECIDED } from "./assembly/wrapper/rules/find-rule";
    import { NO_RULE } from "./assembly/wrapper/rules/rule-table";
    import { RuleIndex } from "./assembly/wrapper/rules/rule-index";

    class Config {
      name: string = "new";
      age: i64 = -1;
      consumers: string[] = [];
      allow: string[] = [];
      small: u8 = 3;
      far: f64 = 0.5;
    }

    function bothError(json: Json): Error | null {
      if (!json.at("consumers").exists() || !json.at("allow").exists()) return null;
      return new Error("consumers and allow should not be configured at the same level");
    }
    function texts(json: Json): string[] {
      const list = json.array();
      const found: string[] = [];
      for (let i = 0; i < list.length; i++) found.push(list[i].string());
      return found;
    }
    function read(json: Json, config: Config): Error | null {
      if (json.at("fail").exists()) return new Error(json.at("fail").string());
      if (json.at("name").exists()) config.name = json.at("name").string();
      if (json.at("age").exists()) config.age = json.at("age").i64();
      if (json.at("consumers").exists()) config.consumers = texts(json.at("consumers"));
      if (json.at("allow").exists()) config.allow = texts(json.at("allow"));
      return bothError(json);
    }
    function same(text: string, json: Json): Json { return json; }
    function parseBytes(bytes: ArrayBuffer): Json { return Json.parseBytes(bytes); }

    class Root extends RootContext {
      override configure(size: i32): bool { return true; }
      override createStream(id: u32): StreamContext { return unreachable(); }
    }

    let configurations = new Configurations<Config>(new Handlers<Config>("p"));

    function optionFor(kind: string): options.ParseOption<Config> {
      if (kind == "By") return changetype<options.ParseOption<Config>>(options.ParseConfigBy<Config>((json: Json, config: Config, log: Log) => { log.debug("by"); return read(json, config); }));
      if (kind == "WithContext") return changetype<options.ParseOption<Config>>(options.ParseConfigWithContext<Config>((ctx: PluginContext, json: Json, config: Config) => {
        const error = read(json, config);
        config.age = ctx.getOr<i64>("count", 0);
        ctx.set<i64>("count", config.age + 1);
        return error;
      }));
      if (kind == "Raw") return changetype<options.ParseOption<Config>>(options.ParseRawConfig<Config>((bytes: ArrayBuffer, config: Config) => {
        config.consumers = [decodeUtf8(changetype<usize>(bytes), bytes.byteLength)];
        return null;
      }));
      if (kind == "OverrideBy") return changetype<options.ParseOption<Config>>(overrides.ParseOverrideConfigBy<Config>(
        (json: Json, config: Config, log: Log) => read(json, config),
        (json: Json, global: Config, config: Config, log: Log) => { log.debug("over " + global.name); return read(json, config); }));
      if (kind == "Override") return changetype<options.ParseOption<Config>>(overrides.ParseOverrideConfig<Config>(
        (json: Json, config: Config) => read(json, config),
        (json: Json, global: Config, config: Config) => {
          global.age = 77;
          return read(json, config);
        }));
      if (kind == "OverrideRaw") return changetype<options.ParseOption<Config>>(overrides.ParseOverrideRawConfig<Config>(
        (bytes: ArrayBuffer, config: Config) => read(parseBytes(bytes), config),
        (bytes: ArrayBuffer, global: Config, config: Config) => read(parseBytes(bytes), config)));
      return changetype<options.ParseOption<Config>>(options.ParseConfig<Config>((json: Json, config: Config) => read(json, config)));
    }

    /** Returns "", or the error for which the configuration is rejected. */
    export function configure(kind: string, text: string): string {
      const handlers = new Handlers<Config>("p");
      optionFor(kind).apply(handlers);
      configurations = new Configurations<Config>(handlers);
      const log = new Log("p");
      setReporter(log);
      const json = text.length == 0 ? Json.missing() : Json.parse(text);
      const error = configurations.read(new PluginContext(new Root(0), log), json);
      return error === null ? "" : error.message;
    }
    function shown(config: Config | null): string {
      if (config === null) return "none";
      return config.name + "," + config.age.toString() + "," + config.consumers.join("+") + "," + config.allow.join("+") + "," + config.small.toString() + "," + config.far.toString();
    }
    export function hasRules(): bool { return configurations.index !== null; }
    export function shownGlobal(): string { return shown(configurations.global); }
    export function shownRule(rule: i32): string { return shown(configurations.of(rule)); }

    function index(): RuleIndex { return configurations.index!; }
    export function byHost(host: string): i32 { return number(index().byHost(host)); }
    export function byRoute(route: string): i32 { return number(index().byRoute(route)); }
    export function byService(route: string, cluster: string): i32 { return number(index().byService(route, cluster)); }
    function number(rule: i32): i32 { return rule == NO_RULE ? -1 : rule; }

    /** The number of the rule for the host's request; -1 for no rule, -2 if the host does not provide what is needed. */
    export function find(): i32 {
      const rule = findRule(index(), new HttpContext(7, new Log("p"), new Root(1), false));
      return rule == UNDECIDED ? -2 : number(rule);
    }
  `,
    ["-O1"],
    HOST,
  );
});

const configure = (configuration: unknown, kind = ""): string => {
  lines = [];
  return wasm.string(
    "configure",
    kind,
    typeof configuration === "string" ? configuration : JSON.stringify(configuration),
  );
};
const rules = (...list: object[]) => {
  expect(configure({ _rules_: list })).toBe("");
};
const warnings = () =>
  lines.filter((line) => line.startsWith("3 ")).map((line) => line.replace("3 [p] [nil] [nil] ", ""));

const NO_MATCH =
  "there is at least one of  '_match_route_', '_match_domain_', '_match_service_' and '_match_route_prefix_' can present in configuration.";

describe("hosts (TestHostMatch)", () => {
  it.each([
    ["www.*", "www.test.com", true],
    ["www.*", "test.com", false],
    ["*.example.com", "www.example.com", true],
    ["*.example.com", "example.com", false],
    ["www.example.com", "www.example.com", true],
    ["www.example.com", "example.com", false],
    ["www.example.com", "www.example.com:8080", true],
    ["*", "www.example.com", true],
    // Beyond Go's table.
    ["*.example.com", "a.b.example.com:80", true],
    ["*.example.com", ".example.com", true],
    ["*.example.com", "www.example.com.evil.org", false],
    ["*example.com", "badexample.com", true],
    ["*example.com", "example.com", true],
    ["*", "", true],
    ["", "", true],
    ["", ":80", true],
    ["", "a", false],
    ["www.*", "www", false],
    ["a*b.com", "a*b.com", true],
    ["a*b.com", "axb.com", false],
    ["*a*", "xa*", true],
    ["*a*", "xab", false],
    ["**", "x*", true],
    ["**", "x", false],
    ["a.com:8080", "a.com:8080", false],
    ["a.com", "a.com:", true],
    ["[::1]", "[::1]:8080", true],
    ["[::1]", "[::1]", true],
    ["[::1]:8080", "[::1]:8080", false],
    ["*:1]", "[::1]", true],
    ["[::1]", "[::1", false],
    ["[2001:db8::1]", "[2001:DB8::1]:443", true],
    // Go compares texts as they are; we compare normalized hosts. Upper case:
    ["WWW.Example.com", "www.example.COM", true],
    ["*.Example.com", "A.EXAMPLE.com:80", true],
    ["WWW.*", "www.x", true],
    // The dot of the DNS root:
    ["example.com", "example.com.", true],
    ["example.com", "example.com.:8080", true],
    ["example.com", "example.com..", true],
    ["example.com", "EXAMPLE.com.:", true],
    ["example.com", "example.com.evil.org", false],
    ["example.com", ".example.com", false],
    ["example.com", "example..com", false],
    ["example.com.", "example.com", true],
    ["Example.com..", "example.com.:80", true],
    ["*.example.com", "a.example.com.", true],
    ["*.example.com.", "a.example.com", true],
    ["*.example.com.", "a.example.com.:80", true],
    ["*.example.com", "example.com.", false],
    ["*.", "a", true],
    ["www.*", "www.example.com.", true],
    ["www.*", "www.", false],
    ["*", ".", true],
    ["", ".", true],
    [".", "", true],
    [".", "a", false],
    ["[::1]", "[::1].:80", true],
    ["1.2.3.4", "1.2.3.4.", true],
    // Percent-encoding that a URI does not need:
    ["example.com", "ex%61mple%2Ecom", true],
    ["example.com", "EX%41MPLE.com%2e:80", true],
    ["ex%61mple.com%2E", "example.com", true],
    ["*.example.com", "a%2dz.example.com", true],
    ["example.com", "example.com%00", false],
    ["example.com", "example.com%3A80", false],
    ["example.com", "%zz.example.com", false],
    ["*%zz.com", "a%zZ.com", true],
    ["a%2", "a%2", true],
    ["a%", "a%", true],
    ["example.com", "ex%2561mple.com", false],
    // A user:
    ["example.com", "user@example.com", true],
    ["example.com", "user:pass@Example.com.:8080", true],
    ["example.com", "a@b@example.com", true],
    ["example.com", "example.com@evil.org", false],
    ["*.example.com", "user@a.example.com", true],
    ["user.*", "user.x@example.com", false],
    ["[::1]", "user:pass@[::1]:80", true],
    ["", "user@", true],
    // Ports: the first colon begins the port.
    ["a.com", "a.com:80:90", true],
    ["a.com", "a.com:0080", true],
    ["a.com", "a.com:x", true],
    ["a.com:80", "a.com:80:90", false],
    // Characters outside ASCII are compared as they are.
    ["münchen.de", "münchen.de", true],
    ["Ünchen.de", "ünchen.de", false],
  ])("%j for %j: %s", (domain, host, expected) => {
    rules({ _match_domain_: [domain] });
    expect(wasm.number("byHost", host)).toBe(expected ? 0 : -1);
  });
});

describe("services (TestServiceMatch)", () => {
  it.each([
    ["qwen.dns", "outbound|443||qwen.dns", true],
    ["qwen.dns:443", "outbound|443||qwen.dns", true],
    ["moonshot.dns:443", "outbound|443||qwen.dns", false],
    ["qwen.dns:", "outbound|443||qwen.dns", false],
    // Beyond Go's table.
    ["qwen.dns:", "outbound|||qwen.dns", true],
    ["qwen.dns:80", "outbound|443||qwen.dns", false],
    ["qwen.dns", "outbound|443|v1|qwen.dns", true],
    ["qwen.dns", "inbound|443||qwen.dns", true],
    ["qwen.dns", "qwen.dns", false],
    ["qwen.dns", "a|443|qwen.dns", false],
    ["qwen.dns", "a|443||qwen.dns|", false],
    ["Qwen.dns", "outbound|443||qwen.dns", false],
    ["a:1:2", "outbound|2||a:1", true],
    ["a:1:2", "outbound|1:2||a", false],
    ["a:1:2", "outbound|9||a:1:2", true],
    ["x", "", false],
  ])("%j for %j: %s", (service, cluster, expected) => {
    rules({ _match_service_: [service] });
    expect(wasm.number("byService", "", cluster)).toBe(expected ? 0 : -1);
  });
});

describe("routes and their prefixes", () => {
  it.each([
    ["_match_route_", "r1", "r1", true],
    ["_match_route_", "r1", "r12", false],
    ["_match_route_", "r12", "r1", false],
    ["_match_route_", "r1", "R1", false],
    ["_match_route_", "r1", "", false],
    ["_match_route_prefix_", "api-", "api-1", true],
    ["_match_route_prefix_", "api-", "api-", true],
    ["_match_route_prefix_", "api-", "api", false],
    ["_match_route_prefix_", "api-", "API-1", false],
    ["_match_route_prefix_", "*", "x", false],
  ])("%s %j for %j: %s", (key, text, route, expected) => {
    rules({ [key]: [text] });
    expect(wasm.number("byRoute", route)).toBe(expected ? 0 : -1);
  });

  it("if several prefixes match, the first rule wins, not the longest prefix", () => {
    rules({ _match_route_prefix_: ["ab"] }, { _match_route_prefix_: ["abc"] }, { _match_route_prefix_: ["a"] });
    expect(["abcd", "ab", "ax", "x"].map((route) => wasm.number("byRoute", route))).toEqual([0, 0, 2, -1]);
  });

  it("if several rules have the same text, the first rule wins", () => {
    rules(
      { _match_route_: ["a"] },
      { _match_route_: ["b", "a"] },
      { _match_domain_: ["a"] },
      { _match_domain_: ["*A", "A"] },
    );
    expect(["a", "b"].map((route) => wasm.number("byRoute", route))).toEqual([0, 1]);
    expect(["a", "ba"].map((host) => wasm.number("byHost", host))).toEqual([2, 3]);
  });
});

describe("TestParseRuleConfig", () => {
  it("parses a global configuration without rules", () => {
    expect(configure({ name: "john", age: 18 })).toBe("");
    expect(wasm.string("shownGlobal")).toBe("john,18,,,3,0.5");
    expect(wasm.number("hasRules")).toBe(0);
  });

  it("parses rules of every kind without a global configuration", () => {
    rules(
      { _match_domain_: ["*.example.com", "www.*", "*", "www.abc.com"], name: "john", age: 18 },
      { _match_route_: ["test1", "test2"], name: "ann", age: 16 },
      { _match_service_: ["test1.dns", "test2.static:8080"], name: "ann", age: 16 },
      { _match_route_prefix_: ["api1", "api2"], name: "ann", age: 16 },
    );
    expect(wasm.string("shownGlobal")).toBe("none");
    expect([0, 1, 2, 3].map((rule) => wasm.string("shownRule", rule))).toEqual([
      ...["john,18,,,3,0.5", "ann,16,,,3,0.5", "ann,16,,,3,0.5", "ann,16,,,3,0.5"],
    ]);
    expect(["a.example.com", "www.x", "y", "www.abc.com"].map((host) => wasm.number("byHost", host))).toEqual([
      0, 0, 0, 0,
    ]);
    expect(["test1", "test2", "api1", "api2x", "test3"].map((it) => wasm.number("byRoute", it))).toEqual([
      1, 1, 3, 3, -1,
    ]);
    expect(wasm.number("byService", "", "outbound|80||test1.dns")).toBe(2);
    expect(wasm.number("byService", "", "outbound|8080||test2.static")).toBe(2);
    expect(wasm.number("byService", "", "outbound|80||test2.static")).toBe(-1);
  });

  it("rejects an empty list of rules without a global configuration", () => {
    expect(configure({ _rules_: [] })).toBe("parse config failed, no valid rules; global config parse error:<nil>");
  });

  it("rejects a rule without a condition", () => {
    expect(configure({ _rules_: [{ age: 16 }] })).toBe(`_rules_[0]: ${NO_MATCH}`);
  });
});

describe.each(["OverrideBy", "OverrideRaw"])("TestParseOverrideConfig, Parse%sConfig", (kind) => {
  const conflict = "consumers and allow should not be configured at the same level";

  it("a rule inherits from the global configuration", () => {
    const consumers = ["c1", "c2", "c3"];
    const _rules_ = [{ _match_route_: ["r1", "r2"], allow: ["c1", "c3"] }];
    expect(configure({ consumers, _rules_ }, kind)).toBe("");
    expect(wasm.string("shownGlobal")).toBe("new,-1,c1+c2+c3,,3,0.5");
    expect(wasm.string("shownRule", 0)).toBe("new,-1,c1+c2+c3,c1+c3,3,0.5");
    expect(["r1", "r2", "r3"].map((route) => wasm.number("byRoute", route))).toEqual([0, 0, -1]);
  });

  it("without rules, an error in the global configuration is returned unchanged", () => {
    expect(configure({ consumers: ["c1", "c2", "c3"], allow: ["c1"] }, kind)).toBe(conflict);
  });

  it("an error in a rule is returned with the number of the rule", () => {
    const _rules_ = [{ _match_route_: ["r1", "r2"], consumers: ["c1", "c2"], allow: ["c1"] }];
    expect(configure({ _rules_ }, kind)).toBe(`_rules_[0]: ${conflict}`);
  });
});

describe("the initial configuration of a rule", () => {
  const global = { name: "g", age: 5, consumers: ["c"] };
  const rule = { _match_route_: ["r"], allow: ["a"] };

  it("is its own copy of all fields of the global configuration (ParseOverrideConfigBy)", () => {
    expect(configure({ ...global, _rules_: [rule, { _match_route_: ["s"], name: "s" }] }, "OverrideBy")).toBe("");
    expect(wasm.string("shownRule", 0)).toBe("g,5,c,a,3,0.5");
    expect(wasm.string("shownRule", 1)).toBe("s,5,c,,3,0.5");
    expect(wasm.string("shownGlobal")).toBe("g,5,c,,3,0.5");
    expect(lines).toContain("1 [p] [nil] [nil] over g");
  });

  it("is copied before the rule's parser can change the global configuration", () => {
    expect(configure({ ...global, _rules_: [rule] }, "Override")).toBe("");
    expect(wasm.string("shownRule", 0)).toBe("g,5,c,a,3,0.5");
  });

  it("has the initial values of the class if there is no global configuration", () => {
    expect(configure({ _rules_: [rule] }, "OverrideBy")).toBe("");
    expect(wasm.string("shownRule", 0)).toBe("new,-1,,a,3,0.5");
  });

  it("has the initial values of the class if the global configuration was ignored", () => {
    expect(configure({ ...global, fail: "no", _rules_: [rule] }, "OverrideBy")).toBe("");
    expect(wasm.string("shownRule", 0)).toBe("new,-1,,a,3,0.5");
  });

  it.each(["", "By"])("has the initial values of the class with ParseConfig%s", (kind) => {
    expect(configure({ ...global, _rules_: [rule] }, kind)).toBe("");
    expect(wasm.string("shownRule", 0)).toBe("new,-1,,a,3,0.5");
    expect(wasm.string("shownGlobal")).toBe("g,5,c,,3,0.5");
  });

  it("can use values that earlier parser calls have set (ParseConfigWithContext)", () => {
    expect(configure({ name: "g", _rules_: [rule, { _match_route_: ["s"] }] }, "WithContext")).toBe("");
    expect([wasm.string("shownGlobal"), wasm.string("shownRule", 0), wasm.string("shownRule", 1)]).toEqual([
      ...["g,0,,,3,0.5", "new,1,,a,3,0.5", "new,2,,,3,0.5"],
    ]);
  });

  it("with ParseRawConfig, the global parser gets all bytes, the parser of a rule gets those of the rule", () => {
    const text = '{"x": 1, "_rules_": [ {"_match_route_": "r",  "y":"\\u00e9"} ]}';
    expect(configure(text, "Raw")).toBe("");
    expect(wasm.string("shownGlobal")).toBe(`new,-1,${text},,3,0.5`);
    expect(wasm.string("shownRule", 0)).toBe('new,-1,{"_match_route_": "r",  "y":"\\u00e9"},,3,0.5');
    expect(configure("", "Raw")).toBe("");
    expect(wasm.string("shownGlobal")).toBe("new,-1,,,3,0.5");
  });
});

describe("the global configuration", () => {
  it.each(["", "{}", "[1]", "3", '"x"', "null"])("may be %j", (text) => {
    expect(configure(text)).toBe("");
    expect(wasm.string("shownGlobal")).toBe("new,-1,,,3,0.5");
    expect(wasm.number("hasRules")).toBe(0);
  });

  it("is used beside an empty list of rules", () => {
    expect(configure({ name: "g", _rules_: [] })).toBe("");
    expect([wasm.string("shownGlobal"), wasm.number("hasRules")]).toEqual(["g,-1,,,3,0.5", 0]);
  });

  it("is ignored with an error in the log if it is wrong and there are rules", () => {
    expect(configure({ fail: "not so", _rules_: [{ _match_route_: ["r"] }] })).toBe("");
    expect(wasm.string("shownGlobal")).toBe("none");
    expect(lines).toContain("4 [p] [nil] [nil] global configuration ignored: not so");
  });

  it("if it is wrong and the list of rules is empty, the error contains its error", () => {
    expect(configure({ fail: "not so", _rules_: [] })).toBe(
      "parse config failed, no valid rules; global config parse error:not so",
    );
  });

  it("is not created for a second _rules_ key, which is ignored", () => {
    expect(configure('{"_rules_":[{"_match_route_":"r"}],"_rules_":[{"_match_route_":"s"}]}')).toBe("");
    expect(wasm.string("shownGlobal")).toBe("none");
    expect(["r", "s"].map((route) => wasm.number("byRoute", route))).toEqual([0, -1]);
  });
});

describe("TestRuleLevelConfigIsolation, off", () => {
  it("the configuration is rejected if the parser fails for one rule", () => {
    const good = { _match_route_: ["test1"] };
    expect(configure({ _rules_: [good, { _match_route_: ["test2"], fail: "error" }] })).toBe("_rules_[1]: error");
    expect(wasm.number("hasRules")).toBe(0);
  });
});

describe("odd rules", () => {
  const route = { _match_route_: ["r"] };
  const type = (key: string, expected: string, got: string) => `_rules_[0].${key}: expected ${expected}, got ${got}`;
  const nothing = (key: string, expected: string, got: string) =>
    `_rules_[0].${key}: matches no request: expected ${expected}, got ${JSON.stringify(got)}`;
  const beside = (key: string, other: string) => `_rules_[0].${key}: ignored because of ${other}`;

  describe("are rejected if they have no condition", () => {
    it.each<[string, string, string[]]>([
      ["an empty object", "[{}]", []],
      ["a rule without a condition", '[{"content":"x"}]', []],
      ["an empty list of routes", '[{"_match_route_":[]}]', []],
      ["an empty list of domains", '[{"_match_domain_":[]}]', []],
      ["an empty list of services", '[{"_match_service_":[]}]', []],
      ["an empty list of prefixes", '[{"_match_route_prefix_":[]}]', []],
      [
        "all lists empty",
        '[{"_match_route_":[],"_match_domain_":[],"_match_service_":[],"_match_route_prefix_":[]}]',
        [],
      ],
      ["an empty route", '[{"_match_route_":[""]}]', [nothing("_match_route_[0]", "a name", "")]],
      [
        "empty services",
        '[{"_match_service_":["",""]}]',
        [nothing("_match_service_[0]", "a name", ""), nothing("_match_service_[1]", "a name", "")],
      ],
      [
        "an empty prefix",
        '[{"_match_route_prefix_":""}]',
        [type("_match_route_prefix_", "array", "string"), nothing("_match_route_prefix_", "a name", "")],
      ],
      ["a route that is null", '[{"_match_route_":[null]}]', [type("_match_route_[0]", "string", "null")]],
      ["routes that are null", '[{"_match_route_":null}]', [type("_match_route_", "array", "null")]],
      ["domains that are null", '[{"_match_domain_":null}]', [type("_match_domain_", "array", "null")]],
      ["a text", '["x"]', []],
      ["a number", "[1]", []],
      ["null", "[null]", []],
      ["a list", '[["_match_route_"]]', []],
      ["rules that are a text", '"x"', []],
      ["rules that are a number", "5", []],
      ["rules that are true", "true", []],
      ["rules that are one object without a condition", '{"content":"x"}', []],
      ["a typo", '[{"_match_routes_":["r"]}]', ["_rules_[0]._match_routes_: unknown key"]],
      ["another typo", '[{"_match_domian_":["d"]}]', ["_rules_[0]._match_domian_: unknown key"]],
      ["a condition in capitals", '[{"_MATCH_ROUTE_":["r"]}]', []],
      ["a condition without its last underscore", '[{"_match_route":["r"]}]', ["_rules_[0]._match_route: unknown key"]],
    ])("%s", (_name, list, logged) => {
      expect(configure(`{"_rules_":${list}}`)).toBe(`_rules_[0]: ${NO_MATCH}`);
      expect(warnings()).toEqual(logged);
    });

    it("the error names the rule", () => {
      expect(configure({ _rules_: [route, { _match_domain_: ["d"] }, { x: 1 }] })).toBe(`_rules_[2]: ${NO_MATCH}`);
    });

    it("null is an empty list of rules", () => {
      expect(configure({ _rules_: null })).toBe("parse config failed, no valid rules; global config parse error:<nil>");
    });
  });

  describe("are accepted as in Go, with a warning", () => {
    it.each<[string, string, string[], string]>([
      ["a route", '{"_match_route_":"r"}', [type("_match_route_", "array", "string")], "r"],
      ["a number for a list", '{"_match_route_":5}', [type("_match_route_", "array", "number")], "5"],
      ["true for a list", '{"_match_route_":true}', [type("_match_route_", "array", "boolean")], "true"],
      ["an object for a list", '{"_match_route_":{"a": 1}}', [type("_match_route_", "array", "object")], '{"a": 1}'],
      ["a number", '{"_match_route_":[5]}', [type("_match_route_[0]", "string", "number")], "5"],
      ["a fraction", '{"_match_route_":[1.5]}', [type("_match_route_[0]", "string", "number")], "1.5"],
      ["false", '{"_match_route_":["x",false]}', [type("_match_route_[1]", "string", "boolean")], "false"],
      ["a list", '{"_match_route_":[["r"]]}', [type("_match_route_[0]", "string", "array")], '["r"]'],
      ["an object", '{"_match_route_":[{"r":1}]}', [type("_match_route_[0]", "string", "object")], '{"r":1}'],
      ["null beside one", '{"_match_route_":[null,"r"]}', [type("_match_route_[0]", "string", "null")], "r"],
      ["an empty one beside one", '{"_match_route_":["","r"]}', [nothing("_match_route_[0]", "a name", "")], "r"],
      ["two lists: the first", '{"_match_route_":["r"],"_match_route_":["s"]}', [], "r"],
      [
        "routes and domains",
        '{"_match_domain_":["d"],"_match_route_":["r"]}',
        [beside("_match_domain_", "_match_route_")],
        "r",
      ],
      [
        "routes and prefixes",
        '{"_match_route_":["r"],"_match_route_prefix_":["p"]}',
        [beside("_match_route_prefix_", "_match_route_")],
        "r",
      ],
      [
        "all but services",
        '{"_match_route_":["r"],"_match_domain_":["d"],"_match_route_prefix_":["p"]}',
        [beside("_match_domain_", "_match_route_"), beside("_match_route_prefix_", "_match_route_")],
        "r",
      ],
      [
        "an unknown condition beside one",
        '{"_match_route_":["r"],"_match_path_":["/"]}',
        ["_rules_[0]._match_path_: unknown key"],
        "r",
      ],
      ["keys of the plugin", '{"_match_route_":["r"],"match":1,"_other_":2}', [], "r"],
      ["an escaped key", '{"_match_\\u0072oute_":["r"]}', [], "r"],
    ])("%s", (_name, rule, logged, name) => {
      expect(configure(`{"_rules_":[${rule}]}`)).toBe("");
      expect(warnings()).toEqual(logged);
      expect([name, "s", "p"].map((it) => wasm.number("byRoute", it))).toEqual([0, -1, -1]);
      expect(wasm.number("byHost", "d")).toBe(-1);
    });

    it("a single rule instead of the list", () => {
      expect(configure({ _rules_: route })).toBe("");
      expect(wasm.number("byRoute", "r")).toBe(0);
    });

    it.each<[string, object, string[]]>([
      ["services", { _match_domain_: ["d"], _match_service_: ["s"] }, [beside("_match_service_", "_match_domain_")]],
      [
        "prefixes",
        { _match_domain_: ["d"], _match_route_prefix_: ["p"] },
        [beside("_match_route_prefix_", "_match_domain_")],
      ],
      ["an empty list of routes", { _match_domain_: ["d"], _match_route_: [] }, []],
      ["empty routes", { _match_domain_: ["d"], _match_route_: [""] }, [nothing("_match_route_[0]", "a name", "")]],
    ])("domains beside %s", (_name, rule, logged) => {
      rules(rule);
      expect(warnings()).toEqual(logged);
      expect(wasm.number("byHost", "d")).toBe(0);
      expect([wasm.number("byService", "", "|1||s"), wasm.number("byRoute", "p")]).toEqual([-1, -1]);
    });

    it("services beside prefixes", () => {
      rules({ _match_service_: ["s"], _match_route_prefix_: ["p"] });
      expect(warnings()).toEqual([beside("_match_route_prefix_", "_match_service_")]);
      expect([wasm.number("byService", "", "|1||s"), wasm.number("byRoute", "p")]).toEqual([0, -1]);
    });

    it("a domain that is null is the empty host", () => {
      rules({ _match_domain_: [null] });
      expect(warnings()).toEqual([type("_match_domain_[0]", "string", "null")]);
      expect(["", "a"].map((host) => wasm.number("byHost", host))).toEqual([0, -1]);
    });
  });

  describe("that match no request are accepted with a warning", () => {
    const host = "an ASCII host without scheme, port, user or path, [IPv6], *.END or START*";
    it.each([
      "a.test.com:8080",
      "a.test.com:",
      "*.test.com:8080",
      "a.test.com:*",
      "[::1]:80",
      "*:1]:80",
      "::1",
      "2001:db8::1",
      "http://a.test.com",
      "a.test.com/",
      "*/x",
      " b.test.com ",
      "b.test.com\n",
      "b test.com",
      "\t*",
      "* ",
      "b\u007f.com",
      "",
      ".",
      "d*.com",
      "a.*.com",
      "**",
      "*a*",
      "*.*",
      "user@a.com",
      ".a.com",
      "a..com",
      "*..com",
      "www..*",
      ".*",
      "münchen.de",
      "例え.テスト",
      "a.com。",
      "a?b",
      "a#b",
      "a\\b",
      '"a.com"',
      "^a.*",
      "(a|b).com",
      "{a,b}.com",
      "<host>",
      "[::1",
      "a!b.com",
      "a.com,b.com",
      "a%zz.com",
      "%2a.com",
      "..",
    ])("%j", (domain) => {
      rules({ _match_domain_: ["fits.example.com", domain] });
      expect(warnings()).toEqual([nothing("_match_domain_[1]", host, domain)]);
      expect(wasm.number("byHost", "fits.example.com")).toBe(0);
    });

    it.each([
      ...[
        "*",
        "a",
        "a.com",
        "a.com.",
        "a.com..",
        "*.a.com",
        "*a.com",
        "www.*",
        "www*",
        "[::1]",
        "[::*",
        "*:1]",
        "*::1]",
      ],
      ...["a_b.com", "ex%61mple.com", "-a-.com", "1.2.3.4", "*.", "*.com.", "xn--mnchen-3ya.de", "~a"],
    ])("%j can match a request: no warning", (domain) => {
      rules({ _match_domain_: [domain] });
      expect(warnings()).toEqual([]);
    });

    it("the warning about a single text has no index", () => {
      rules({ _match_domain_: "a.com:80" });
      expect(warnings()).toEqual([
        type("_match_domain_", "array", "string"),
        nothing("_match_domain_", host, "a.com:80"),
      ]);
    });

    it("the warning names the rule", () => {
      rules({ _match_domain_: ["a.com"] }, { _match_domain_: ["b.com", "d*.com"] });
      expect(warnings()).toEqual([nothing("_match_domain_[1]", host, "d*.com").replace("[0]", "[1]")]);
    });

    it("the name of a cluster instead of its service", () => {
      rules({ _match_service_: ["outbound|80||foo.dns"] });
      expect(warnings()).toEqual([
        nothing("_match_service_[0]", "a service such as foo.dns:80", "outbound|80||foo.dns"),
      ]);
    });
  });

  it("routes and services are combined, also with domains between them", () => {
    rules(
      { _match_route_: ["r1", "r2"], _match_service_: ["s1:80", "s2"], _match_domain_: ["d"] },
      { _match_service_: ["s1"] },
    );
    expect(warnings()).toEqual([beside("_match_domain_", "_match_route_")]);
    const found = (route: string, cluster: string) => wasm.number("byService", route, cluster);
    expect([found("r1", "|80||s1"), found("r2", "|80||s1"), found("r1", "|1||s2")]).toEqual([0, 0, 0]);
    expect([found("r1", "|81||s1"), found("r3", "|80||s1"), found("r3", "|1||s2"), found("", "|80||s1")]).toEqual([
      1, 1, -1, 1,
    ]);
    expect(["r1", "r2"].map((route) => wasm.number("byRoute", route))).toEqual([-1, -1]);
  });
});

describe("the rule of a request", () => {
  const find = (): { rule: number; reads: string[] } => {
    reads = [];
    return { rule: wasm.number("find"), reads };
  };
  const both = { _match_route_: ["r"], _match_service_: ["s"] };
  const ON_ENVOY = { "xds.route_name": "r", "xds.cluster_name": "outbound|80||s" };
  const ON_HIGRESS = { route_name: "r", cluster_name: "outbound|80||s" };

  it("is the first matching rule in the list, whatever its condition", () => {
    request = { authority: "d", properties: ON_ENVOY };
    const route = { _match_route_: ["r"] };
    const domain = { _match_domain_: ["d"] };
    const service = { _match_service_: ["s"] };
    const prefix = { _match_route_prefix_: ["r"] };
    const kinds = [route, domain, service, prefix, both];
    for (const first of kinds) {
      const others = kinds.filter((it) => it !== first);
      rules({ _match_route_: ["x"] }, first, ...others, first);
      expect(find().rule, JSON.stringify(first)).toBe(1);
    }
  });

  it("does not exist if no rule matches", () => {
    request = { authority: "d", properties: ON_ENVOY };
    rules(
      { _match_route_: ["x"] },
      { _match_domain_: ["x"] },
      { _match_service_: ["x"] },
      { _match_route_prefix_: ["x"] },
    );
    expect(find().rule).toBe(-1);
  });

  it("is found on Envoy and on Higress; the property name that worked is tried first the next time", () => {
    rules(both);
    request = { properties: ON_ENVOY };
    expect(find()).toEqual({ rule: 0, reads: ["xds.route_name", "xds.cluster_name"] });
    request = { properties: ON_HIGRESS };
    expect(find()).toEqual({ rule: 0, reads: ["xds.route_name", "route_name", "cluster_name"] });
    expect(find()).toEqual({ rule: 0, reads: ["route_name", "cluster_name"] });
    request = { properties: ON_ENVOY };
    expect(find()).toEqual({ rule: 0, reads: ["route_name", "xds.route_name", "xds.cluster_name"] });
  });

  it("is found without reading what no rule needs", () => {
    request = { authority: "d", properties: ON_ENVOY };
    rules({ _match_domain_: ["x", "*.x", "y*"] });
    expect(find()).toEqual({ rule: -1, reads: [":authority"] });
    rules({ _match_route_: ["x"] }, { _match_route_prefix_: ["y"] });
    expect(find()).toEqual({ rule: -1, reads: ["xds.route_name"] });
    rules({ _match_service_: ["x"] });
    expect(find()).toEqual({ rule: -1, reads: ["xds.cluster_name"] });
    // After a match only conditions of earlier rules are checked.
    rules({ _match_domain_: ["d"] }, { _match_route_: ["r"] }, { _match_service_: ["s"] });
    expect(find()).toEqual({ rule: 0, reads: [":authority"] });
    rules({ _match_route_: ["x"] }, { _match_domain_: ["d"] }, { _match_service_: ["s"] });
    expect(find()).toEqual({ rule: 1, reads: [":authority", "xds.route_name"] });
  });

  it("does not exist for a request without a route or a cluster", () => {
    rules({ _match_route_: ["r"] }, { _match_service_: ["s"] }, both);
    request = { authority: "d" };
    expect(find().rule).toBe(-1);
  });

  it.each<[string, object, typeof request, string]>([
    ["no authority", { _match_domain_: ["*"] }, {}, ":authority: NotFound"],
    ["headers that are gone", { _match_domain_: ["*"] }, { authority: 2 }, ":authority: BadArgument"],
    [
      "a route that cannot be read",
      { _match_route_: ["r"] },
      { properties: { "xds.route_name": INTERNAL } },
      "route_name: InternalFailure",
    ],
    [
      "the same on Higress",
      { _match_route_prefix_: ["r"] },
      { properties: { route_name: INTERNAL } },
      "route_name: InternalFailure",
    ],
    [
      "a cluster that cannot be read",
      { _match_service_: ["s"] },
      { properties: { "xds.cluster_name": 7 } },
      "cluster_name: Empty",
    ],
  ])("is undecided with %s", (_name, rule, what, why) => {
    rules(rule);
    request = what;
    expect(find().rule).toBe(-2);
    expect(lines).toContain(`4 [p] [nil] [nil] get match config failed, err:${why}`);
  });

  it("does not need an authority if no rule has a condition on the host", () => {
    rules({ _match_route_: ["r"] });
    request = { properties: ON_ENVOY };
    expect(find().rule).toBe(0);
  });
});

describe("many rules", () => {
  const COUNT = 10_000;
  const numbers = [0, 1, 17, COUNT / 2, COUNT - 1];

  it("10,000 rules of each kind match their own requests", () => {
    rules(...Array.from({ length: COUNT }, (_, i) => ({ _match_route_: [`ns/route-${i}`] })));
    expect(numbers.map((i) => wasm.number("byRoute", `ns/route-${i}`))).toEqual(numbers);
    expect(wasm.number("byRoute", `ns/route-${COUNT}`)).toBe(-1);

    rules(
      ...Array.from({ length: COUNT }, (_, i) => ({
        _match_domain_: [i % 2 ? `*.d${i}.example.com` : `d${i}.example.com`],
      })),
    );
    expect(numbers.map((i) => wasm.number("byHost", `${i % 2 ? "x." : ""}d${i}.example.com:80`))).toEqual(numbers);
    expect([wasm.number("byHost", "d1.example.com"), wasm.number("byHost", "x.d0.example.com")]).toEqual([-1, -1]);

    rules(
      ...Array.from({ length: COUNT }, (_, i) => ({
        _match_service_: [`s${i}.dns:80`],
        _match_route_: i % 2 ? ["r"] : [],
      })),
    );
    expect(numbers.map((i) => wasm.number("byService", "r", `outbound|80||s${i}.dns`))).toEqual(numbers);
    expect(wasm.number("byService", "q", "outbound|80||s1.dns")).toBe(-1);
  });

  it("random domains match as in a linear search", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    const text = () => Array.from({ length: random(5) }, () => "ab."[random(3)]).join("");
    const rootless = (host: string) => host.replace(/\.+$/, "");
    for (let round = 0; round < 50; round++) {
      const domains = Array.from(
        { length: 1 + random(8) },
        () => ["", "*"][random(2)]! + text() + ["", "*"][random(2)]!,
      );
      rules(...domains.map((domain) => ({ _match_domain_: [domain] })));
      for (let i = 0; i < 40; i++) {
        const host = text();
        const name = rootless(host);
        const expected = domains
          .map(rootless)
          .findIndex((domain) =>
            domain.startsWith("*")
              ? name.endsWith(domain.slice(1))
              : domain.endsWith("*")
                ? name.startsWith(domain.slice(0, -1))
                : name === domain,
          );
        expect(wasm.number("byHost", host), `${host} in ${domains.join(" ")}`).toBe(expected);
      }
    }
  });
});
