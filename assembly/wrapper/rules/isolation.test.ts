import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileAssembly, type HostFunction, type Instance } from "../../../tests/support/assembly.js";

// EnableRuleLevelConfigIsolation. The reference is Higress's Go wrapper: rule_matcher_test.go and its matcher.

const OK = 0;
const NOT_FOUND = 1;

let wasm: Instance;
/** The configuration and the properties of the fake host. */
let configuration = "";
let properties: Record<string, string> = {};
let lines: string[] = [];

const HOST: Record<string, HostFunction> = {
  proxy_get_log_level: () => NOT_FOUND, // everything is logged
  proxy_log: (guest, level, text, size) => {
    lines.push(`${level} ${guest.text(text!, size!)}`);
    return OK;
  },
  proxy_set_effective_context: () => OK,
  proxy_get_buffer_bytes: (guest, _buffer, _from, _size, address, size) => {
    guest.hand(configuration, address!, size!);
    return OK;
  },
  proxy_get_property: (guest, path, pathSize, address, size) => {
    const value = properties[guest.text(path!, pathSize!)];
    if (value === undefined) return NOT_FOUND;
    guest.hand(value, address!, size!);
    return OK;
  },
};

beforeAll(async () => {
  wasm = await compileAssembly(
    `
    import { RootContext, RootFactory } from "./assembly/context/contexts";
    import { registerRoots } from "./assembly/context/dispatcher";
    import { Json } from "./assembly/json";
    import { Handlers } from "./assembly/wrapper/handlers";
    import { EnableRuleLevelConfigIsolation } from "./assembly/wrapper/options";
    import { ParseOverrideConfig } from "./assembly/wrapper/override-options";
    import { ParseConfig } from "./assembly/wrapper/parse-options";
    import { PluginRoot } from "./assembly/wrapper/plugin-root";
    import { PluginRoots } from "./assembly/wrapper/plugin-roots";
    import { NO_RULE } from "./assembly/wrapper/rules/rule-table";
    export { proxy_on_context_create, proxy_on_configure, proxy_on_delete } from "./assembly/abi/exports";

    class Config {
      name: string = "new";
      age: i64 = -1;
      most: i64 = 100;
    }
    function read(json: Json, config: Config): Error | null {
      if (json.at("name").exists()) config.name = json.at("name").string();
      if (json.at("age").exists()) config.age = json.at("age").i64();
      if (json.at("most").exists()) config.most = json.at("most").i64();
      if (config.name == "error") return new Error("a bad name");
      return config.age > config.most ? new Error("too old") : null;
    }

    let handlers = new Handlers<Config>("p");
    let roots = new Map<u32, PluginRoot<Config>>();
    class Roots extends RootFactory {
      override create(id: u32): RootContext {
        const root = new PluginRoots<Config>(handlers).create(id) as PluginRoot<Config>;
        roots.set(id, root);
        return root;
      }
    }
    export function begin(isolated: bool, inherits: bool): void {
      handlers = new Handlers<Config>("p");
      if (isolated) EnableRuleLevelConfigIsolation<Config>().apply(handlers);
      if (inherits) {
        ParseOverrideConfig<Config>(read, (json: Json, global: Config, config: Config) => read(json, config)).apply(handlers);
      } else ParseConfig<Config>(read).apply(handlers);
      registerRoots(new Roots());
    }
    /** The configuration for a request, as text. */
    export function configOf(root: u32, host: string, route: string, cluster: string): string {
      const configurations = roots.get(root).configurations;
      const index = configurations.index;
      let rule = NO_RULE;
      if (index !== null) rule = min(index.byHost(host), min(index.byRoute(route), index.byService(route, cluster)));
      const config = configurations.of(rule);
      return config === null ? "none" : config.name + "," + config.age.toString();
    }
  `,
    ["-O1"],
    HOST,
  );
});

let root = 0;
const start = (isolated = true, inherits = false) => {
  wasm.number("begin", isolated, inherits);
  properties = { plugin_name: "p", plugin_root_id: "" };
  root = 0;
};
beforeEach(() => start());

/**
 * Passes a configuration to a new root context, as hosts do for an update. Returns whether it is accepted; the host then
 * deletes the previous root context.
 */
const configure = (config: object, { keepsOld = false } = {}): boolean => {
  wasm.collect();
  lines = [];
  configuration = JSON.stringify(config);
  const created = ++newest;
  wasm.number("proxy_on_context_create", created, 0);
  const accepted = wasm.number("proxy_on_configure", created, Buffer.byteLength(configuration)) === 1;
  if (!accepted) wasm.number("proxy_on_delete", created);
  else {
    if (root && !keepsOld) wasm.number("proxy_on_delete", root);
    root = created;
  }
  return accepted;
};
let newest = 0;
const accepted = (config: object) => expect(configure(config), lines.join("\n")).toBe(true);
const rejected = (config: object, why: string) => {
  expect(configure(config)).toBe(false);
  expect(lines.at(-1)).toMatch(/^4 /);
  expect(lines.at(-1)).toContain(`configuration rejected: ${why}`);
};
const configOf = ({ host = "", route = "", cluster = "" }) => wasm.string("configOf", root, host, route, cluster);
const logged = (level: number) =>
  lines.filter((line) => line.startsWith(`${level} `)).map((line) => line.replace(/^\d (\[.*?\] ){3}/, ""));
const rules = (...list: object[]) => ({ _rules_: list });

const ALL_FAILED = "all rules failed to parse and no previous successful config available";
const error = { _match_route_: ["test1"], name: "error", age: 18 };

describe("TestRuleLevelConfigIsolation (parser fails when name == error)", () => {
  it("off, a rule fails: the configuration is rejected", () => {
    start(false);
    rejected(rules(error), "_rules_[0]: a bad name");
  });

  it("off, a rule fails that was accepted before: the configuration is rejected", () => {
    start(false);
    accepted(rules({ ...error, name: "backup" }));
    rejected(rules(error), "_rules_[0]: a bad name");
  });

  it("on, a rule fails that has no backup: the configuration is rejected", () => {
    rejected(rules(error), ALL_FAILED);
    expect(logged(4)[0]).toBe("_rules_[0]: a bad name; rule dropped: it has no previous version");
  });

  it("on, a rule fails that has a backup: the backup is used", () => {
    accepted(rules({ _match_route_: ["test1"], name: "backup", age: 30 }));
    accepted(rules(error));
    expect(configOf({ route: "test1" })).toBe("backup,30");
    expect(logged(3)).toEqual(["_rules_[0]: a bad name; the previous version of the rule stays"]);
    expect(logged(4)).toEqual([]);
  });

  it("on, no rule fails: the rule is used", () => {
    accepted(rules({ _match_route_: ["test2"], name: "success", age: 25 }));
    expect(configOf({ route: "test2" })).toBe("success,25");
    expect([...logged(3), ...logged(4)]).toEqual([]);
  });

  it("on, one of two rules fails and has no backup: the other rule is used", () => {
    accepted(rules({ _match_route_: ["test1"], name: "success" }, { _match_route_: ["test2"], name: "error" }));
    expect(configOf({ route: "test1" })).toBe("success,-1");
    expect(configOf({ route: "test2" })).toBe("none");
    expect(logged(4)).toEqual(["_rules_[1]: a bad name; rule dropped: it has no previous version"]);
  });
});

describe("TestGenerateHashKey: whether two versions of a rule are the same rule", () => {
  const whole = {
    _match_route_: ["r1", "r2"],
    _match_service_: ["s1", "s2:80"],
    _match_route_prefix_: ["p1", "p2"],
    _match_domain_: ["*.a.com", "b.*", "c.com"],
  };
  const swapped = Object.fromEntries(Object.entries(whole).map(([key, list]) => [key, [...list].reverse()]));
  it.each<[string, object, object, boolean]>([
    ["the same texts", whole, whole, true],
    ["the same texts in another order", whole, swapped, true],
    ["another route", whole, { ...whole, _match_route_: ["r1", "r3"] }, false],
    ["a route less", whole, { ...whole, _match_route_: ["r1"] }, false],
    ["another service", whole, { ...whole, _match_service_: ["s1", "s2:81"] }, false],
    ["another prefix", whole, { ...whole, _match_route_prefix_: ["p1", "p3"] }, false],
    ["another host", whole, { ...whole, _match_domain_: ["*.a.com", "b.*", "d.com"] }, false],
    ["the same host in another way", { _match_domain_: ["a.com"] }, { _match_domain_: ["*a.com"] }, false],
    ["the same text in another category", { _match_route_: ["x"] }, { _match_route_prefix_: ["x"] }, false],
    ["the same text as a host", { _match_route_: ["x"] }, { _match_domain_: ["x"] }, false],
    ["the same text as a service", { _match_service_: ["x"] }, { _match_domain_: ["x"] }, false],
    // Beyond Go's table.
    ["a text instead of a list", { _match_route_: ["x"] }, { _match_route_: "x" }, true],
    ["a route twice", { _match_route_: ["x"] }, { _match_route_: ["x", "y", "x"] }, false],
    ["the same route twice", { _match_route_: ["x", "y"] }, { _match_route_: ["y", "x", "y"] }, true],
    ["a host in another case", { _match_domain_: ["A.com"] }, { _match_domain_: ["a.COM"] }, true],
    ["a route in another case", { _match_route_: ["A"] }, { _match_route_: ["a"] }, false],
    // Go's keys have commas between texts.
    ["two routes instead of one with a comma", { _match_route_: ["a,b"] }, { _match_route_: ["a", "b"] }, false],
    ["a text that looks like a key", { _match_route_: ["a1:b"] }, { _match_route_: ["a", "b"] }, false],
  ])("%s", (_name, before, after, same) => {
    const other = { _match_route_: ["other"] };
    accepted(rules({ ...before, name: "before" }, other));
    accepted(rules({ ...after, name: "error" }, other));
    expect(logged(3).filter((line) => line.includes("the previous version of the rule stays"))).toHaveLength(
      same ? 1 : 0,
    );
    expect(logged(4)).toHaveLength(same ? 0 : 1);
  });

  it.each([
    [{ _match_route_: ["r"] }, { route: "r" }],
    [
      { _match_route_: ["r"], _match_service_: ["s:80"] },
      { route: "r", cluster: "outbound|80||s" },
    ],
    [{ _match_domain_: ["*.a.com"] }, { host: "x.A.com:80" }],
    [{ _match_service_: ["s"] }, { cluster: "outbound|80||s" }],
    [{ _match_route_prefix_: ["r-"] }, { route: "r-1" }],
  ])("the previous version matches the same requests: %j", (conditions, request) => {
    accepted(rules({ ...conditions, name: "before", age: 1 }));
    accepted(rules({ ...conditions, name: "error" }));
    expect(configOf(request)).toBe("before,1");
    expect(configOf({ route: "else", host: "else", cluster: "outbound|80||else" })).toBe("none");
  });
});

describe("TestBackupStore", () => {
  it("a rule stays in force through any number of failures", () => {
    accepted(rules({ _match_route_: ["test1"], name: "backup", age: 30, more: { "a b": ["é", 1.5] } }));
    for (let i = 0; i < 3; i++) {
      accepted(rules(error));
      expect(configOf({ route: "test1" })).toBe("backup,30");
    }
    accepted(rules({ ...error, name: "mended" }));
    expect(configOf({ route: "test1" })).toBe("mended,18");
    accepted(rules(error));
    expect(configOf({ route: "test1" })).toBe("mended,18");
  });

  it("a rule that was never accepted has no backup", () => {
    accepted(rules({ _match_route_: ["test2"] }));
    rejected(rules(error), ALL_FAILED);
    expect(configOf({ route: "test2" })).toBe("new,-1");
  });

  it("a rule that an update removed does not come back", () => {
    accepted(rules({ _match_route_: ["test1"], name: "old" }, { _match_route_: ["test2"] }));
    accepted(rules({ _match_route_: ["test2"] }));
    accepted(rules(error, { _match_route_: ["test2"] }));
    expect(configOf({ route: "test1" })).toBe("none");
  });

  it.each([{ name: "all" }, {}])("a rule does not come back after a configuration without rules: %j", (between) => {
    accepted(rules({ _match_route_: ["test1"], name: "old" }));
    accepted(between);
    rejected(rules(error), ALL_FAILED);
  });

  it("a rejected configuration does not replace the backups", () => {
    accepted(rules({ ...error, name: "first" }, { _match_route_: ["test2"] }));
    rejected(rules({ ...error, name: "second" }, { name: "has no condition" }), "_rules_[1]: there is at least one of");
    rejected({ name: "error" }, "a bad name");
    accepted(rules(error));
    expect(configOf({ route: "test1" })).toBe("first,18");
  });

  it("of two rules with the same conditions the first is the backup", () => {
    const twice = [
      { _match_route_: ["test1"], name: "first" },
      { _match_route_: ["test1"], name: "second" },
    ];
    accepted(rules(...twice));
    accepted(rules(error, { ...twice[1], name: "third" }));
    expect(configOf({ route: "test1" })).toBe("first,-1");
    accepted(rules(error));
    expect(configOf({ route: "test1" })).toBe("first,-1");
  });

  it("a root context that is configured again uses the backup", () => {
    accepted(rules({ ...error, name: "first" }));
    configuration = JSON.stringify(rules(error));
    expect(wasm.number("proxy_on_configure", root, configuration.length)).toBe(1);
    expect(configOf({ route: "test1" })).toBe("first,18");
  });
});

describe("several configurations in one VM", () => {
  const first = rules({ ...error, name: "first" });

  it.each([
    ["another name", () => (properties.plugin_name = "q")],
    ["another root id", () => (properties.plugin_root_id = "q")],
  ])("%s: plugins do not get each other's backups", (_name, change) => {
    expect(configure(first)).toBe(true);
    change();
    expect(configure(rules(error), { keepsOld: true })).toBe(false);
    expect(configure(rules({ ...error, name: "other" }), { keepsOld: true })).toBe(true);
    properties = { plugin_name: "p", plugin_root_id: "" };
    expect(configure(rules(error), { keepsOld: true })).toBe(true);
    expect(configOf({ route: "test1" })).toBe("first,18");
    change();
    expect(configure(rules(error), { keepsOld: true })).toBe(true);
    expect(configOf({ route: "test1" })).toBe("other,18");
  });

  it("another _plugin_id_: plugins do not get each other's backups", () => {
    accepted({ ...first, _plugin_id_: "one" });
    rejected({ ...rules(error), _plugin_id_: "two" }, ALL_FAILED);
    accepted({ ...rules(error), _plugin_id_: "one" });
    expect(configOf({ route: "test1" })).toBe("first,18");
  });

  it("the backups of a plugin are deleted after its root context is gone and another plugin is configured", () => {
    accepted(first);
    wasm.number("proxy_on_delete", root);
    root = 0;
    properties.plugin_name = "q";
    accepted(rules({ _match_route_: ["test1"] }));
    properties.plugin_name = "p";
    rejected(rules(error), ALL_FAILED);
  });

  it("a backup is used even if the host deletes the old root context before it creates the next", () => {
    accepted(first);
    wasm.number("proxy_on_delete", root);
    root = 0;
    accepted(rules(error));
    expect(configOf({ route: "test1" })).toBe("first,18");
  });
});

describe("a dropped rule", () => {
  it("leaves its requests to the next matching rule or to the global configuration", () => {
    accepted({
      name: "global",
      ...rules(error, { _match_domain_: ["d"], name: "d" }, { _match_route_prefix_: ["t"], name: "t" }),
    });
    expect(configOf({ route: "test1", host: "d" })).toBe("d,-1");
    expect(configOf({ route: "test1" })).toBe("t,-1");
    expect(configOf({ route: "x" })).toBe("global,-1");
  });

  it("makes the plugin reject a configuration without other rules, even with a global configuration", () => {
    rejected({ name: "global", ...rules(error) }, ALL_FAILED);
  });

  it("does not change the numbers of the rules in messages", () => {
    const third = { _match_route_: ["b"], _match_domian_: ["d"] };
    accepted(rules({ _match_route_: ["a"] }, error, third, { ...error, name: "error" }));
    expect(logged(4).map((line) => line.slice(0, 10))).toEqual(["_rules_[1]", "_rules_[3]"]);
    expect(logged(3)).toEqual(["_rules_[2]._match_domian_: unknown key"]);
  });
});

it("a rule without a condition makes the plugin reject the configuration, whatever other rules it has", () => {
  const why = (rule: number) => `_rules_[${rule}]: there is at least one of  '_match_route_', `;
  accepted(rules({ _match_route_: ["test1"], name: "backup" }));
  rejected(rules({ name: "x" }), why(0));
  rejected(rules({ _match_route_: ["a"] }, { name: "error" }), why(1));
  rejected(rules(error, { _match_route_: [] }), why(1));
  expect(configOf({ route: "test1" })).toBe("backup,-1");
});

it("an empty list of rules is rejected with Go's error", () => {
  rejected(rules(), "parse config failed, no valid rules; global config parse error:<nil>");
});

describe("with ParseOverrideConfig", () => {
  beforeEach(() => start(true, true));

  it("the previous version is parsed again, over the new global configuration", () => {
    accepted({ age: 1, ...rules({ _match_route_: ["test1"], name: "backup" }) });
    accepted({ age: 2, ...rules({ _match_route_: ["test1"], name: "error" }) });
    expect(configOf({ route: "test1" })).toBe("backup,2");
  });

  it("the rule is dropped if its previous version fails too", () => {
    const good = { _match_route_: ["test2"], age: 0 };
    accepted({ most: 50, ...rules({ _match_route_: ["test1"], age: 40 }, good) });
    accepted({ most: 20, ...rules({ _match_route_: ["test1"], name: "error" }, good) });
    expect(logged(4)).toEqual(["_rules_[0]: rule dropped: its previous version fails too: too old"]);
    expect(configOf({ route: "test1" })).toBe("new,-1"); // the global one
    accepted({ most: 50, ...rules({ _match_route_: ["test1"], name: "error" }, good) });
    expect(logged(4)).toEqual(["_rules_[0]: a bad name; rule dropped: it has no previous version"]);
  });

  it("values that a failed parser call has written are discarded", () => {
    accepted({ name: "global", ...rules({ _match_route_: ["test1"] }) });
    accepted({ name: "global", ...rules({ _match_route_: ["test1"], age: 200 }) });
    expect(configOf({ route: "test1" })).toBe("global,-1");
  });
});

it("uses the backups of 5,000 failing rules among 10,000", () => {
  const list = (name: (i: number) => string) =>
    rules(...Array.from({ length: 10_000 }, (_, i) => ({ _match_route_: [`r${i}`], name: name(i) })));
  accepted(list((i) => `a${i}`));
  accepted(list((i) => (i % 2 ? "error" : `b${i}`)));
  expect([0, 1, 9998, 9999].map((i) => configOf({ route: `r${i}` }))).toEqual([
    "b0,-1",
    "a1,-1",
    "b9998,-1",
    "a9999,-1",
  ]);
});
