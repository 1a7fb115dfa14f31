import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileAssembly, type HostFunction, type Instance } from "../../../tests/support/assembly.js";

// EnableRuleLevelConfigIsolation. The reference is Higress's Go wrapper: rule_matcher_test.go, and what its matcher does.

const OK = 0;
const NOT_FOUND = 1;

let wasm: Instance;
/** What the host would answer. */
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
    export function begin(isolated: bool, takesOver: bool): void {
      handlers = new Handlers<Config>("p");
      if (isolated) EnableRuleLevelConfigIsolation<Config>().apply(handlers);
      if (takesOver) {
        ParseOverrideConfig<Config>(read, (json: Json, global: Config, config: Config) => read(json, config)).apply(handlers);
      } else ParseConfig<Config>(read).apply(handlers);
      registerRoots(new Roots());
    }
    /** The configuration of a request. */
    export function holds(root: u32, host: string, route: string, cluster: string): string {
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
const start = (isolated = true, takesOver = false) => {
  wasm.number("begin", isolated, takesOver);
  properties = { plugin_name: "p", plugin_root_id: "" };
  root = 0;
};
beforeEach(() => start());

/** Hands a configuration to a new root, as hosts do with an update: whether it is taken. The root before goes then. */
const configure = (config: object, { keepsOld = false } = {}): boolean => {
  wasm.collect();
  lines = [];
  configuration = JSON.stringify(config);
  const created = ++newest;
  wasm.number("proxy_on_context_create", created, 0);
  const taken = wasm.number("proxy_on_configure", created, Buffer.byteLength(configuration)) === 1;
  if (!taken) wasm.number("proxy_on_delete", created);
  else {
    if (root && !keepsOld) wasm.number("proxy_on_delete", root);
    root = created;
  }
  return taken;
};
let newest = 0;
const taken = (config: object) => expect(configure(config), lines.join("\n")).toBe(true);
const refused = (config: object, why: string) => {
  expect(configure(config)).toBe(false);
  expect(lines.at(-1)).toMatch(/^4 /);
  expect(lines.at(-1)).toContain(`configuration refused: ${why}`);
};
const holds = ({ host = "", route = "", cluster = "" }) => wasm.string("holds", root, host, route, cluster);
const said = (level: number) =>
  lines.filter((line) => line.startsWith(`${level} `)).map((line) => line.replace(/^\d (\[.*?\] ){3}/, ""));
const rules = (...list: object[]) => ({ _rules_: list });

const ALL_FAILED = "all rules failed to parse and no previous successful config available";
const error = { _match_route_: ["test1"], name: "error", age: 18 };

describe("TestRuleLevelConfigIsolation (parser fails when name == error)", () => {
  it("off, a rule that fails: error", () => {
    start(false);
    refused(rules(error), "_rules_[0]: a bad name");
  });

  it("off, a rule that fails after one that did not: error", () => {
    start(false);
    taken(rules({ ...error, name: "backup" }));
    refused(rules(error), "_rules_[0]: a bad name");
  });

  it("on, a rule that fails, no backup: error", () => {
    refused(rules(error), ALL_FAILED);
    expect(said(4)[0]).toBe("_rules_[0]: a bad name; left out: it was not there before");
  });

  it("on, a rule that fails, with a backup: the backup", () => {
    taken(rules({ _match_route_: ["test1"], name: "backup", age: 30 }));
    taken(rules(error));
    expect(holds({ route: "test1" })).toBe("backup,30");
    expect(said(3)).toEqual(["_rules_[0]: a bad name; it stays as it was before"]);
    expect(said(4)).toEqual([]);
  });

  it("on, a rule that does not fail", () => {
    taken(rules({ _match_route_: ["test2"], name: "success", age: 25 }));
    expect(holds({ route: "test2" })).toBe("success,25");
    expect([...said(3), ...said(4)]).toEqual([]);
  });

  it("on, one that does not fail and one that does, no backup: one rule", () => {
    taken(rules({ _match_route_: ["test1"], name: "success" }, { _match_route_: ["test2"], name: "error" }));
    expect(holds({ route: "test1" })).toBe("success,-1");
    expect(holds({ route: "test2" })).toBe("none");
    expect(said(4)).toEqual(["_rules_[1]: a bad name; left out: it was not there before"]);
  });
});

describe("TestGenerateHashKey: a rule is the same as before if it names", () => {
  const whole = {
    _match_route_: ["r1", "r2"],
    _match_service_: ["s1", "s2:80"],
    _match_route_prefix_: ["p1", "p2"],
    _match_domain_: ["*.a.com", "b.*", "c.com"],
  };
  const swapped = Object.fromEntries(Object.entries(whole).map(([key, list]) => [key, [...list].reverse()]));
  it.each<[string, object, object, boolean]>([
    ["the same", whole, whole, true],
    ["the same in another order", whole, swapped, true],
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
    ["a text for a list", { _match_route_: ["x"] }, { _match_route_: "x" }, true],
    ["a route twice", { _match_route_: ["x"] }, { _match_route_: ["x", "y", "x"] }, false],
    ["the same route twice", { _match_route_: ["x", "y"] }, { _match_route_: ["y", "x", "y"] }, true],
    ["a host in another case", { _match_domain_: ["A.com"] }, { _match_domain_: ["a.COM"] }, true],
    ["a route in another case", { _match_route_: ["A"] }, { _match_route_: ["a"] }, false],
    // Go's keys have commas between texts.
    ["two routes for one with a comma", { _match_route_: ["a,b"] }, { _match_route_: ["a", "b"] }, false],
    ["a text that looks like a key", { _match_route_: ["a1:b"] }, { _match_route_: ["a", "b"] }, false],
  ])("%s", (_name, before, after, same) => {
    const other = { _match_route_: ["other"] };
    taken(rules({ ...before, name: "before" }, other));
    taken(rules({ ...after, name: "error" }, other));
    expect(said(3).filter((line) => line.includes("it stays as it was before"))).toHaveLength(same ? 1 : 0);
    expect(said(4)).toHaveLength(same ? 0 : 1);
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
  ])("and the rule from before is asked for as ever: %j", (asked, request) => {
    taken(rules({ ...asked, name: "before", age: 1 }));
    taken(rules({ ...asked, name: "error" }));
    expect(holds(request)).toBe("before,1");
    expect(holds({ route: "else", host: "else", cluster: "outbound|80||else" })).toBe("none");
  });
});

describe("TestBackupStore", () => {
  it("what was stored is there: through any number of failures", () => {
    taken(rules({ _match_route_: ["test1"], name: "backup", age: 30, more: { "a b": ["é", 1.5] } }));
    for (let i = 0; i < 3; i++) {
      taken(rules(error));
      expect(holds({ route: "test1" })).toBe("backup,30");
    }
    taken(rules({ ...error, name: "mended" }));
    expect(holds({ route: "test1" })).toBe("mended,18");
    taken(rules(error));
    expect(holds({ route: "test1" })).toBe("mended,18");
  });

  it("what was not stored is not", () => {
    taken(rules({ _match_route_: ["test2"] }));
    refused(rules(error), ALL_FAILED);
    expect(holds({ route: "test2" })).toBe("new,-1");
  });

  it("holds the configuration before and no more: a rule that was taken out does not come back", () => {
    taken(rules({ _match_route_: ["test1"], name: "old" }, { _match_route_: ["test2"] }));
    taken(rules({ _match_route_: ["test2"] }));
    taken(rules(error, { _match_route_: ["test2"] }));
    expect(holds({ route: "test1" })).toBe("none");
  });

  it.each([{ name: "all" }, {}])("nor behind a configuration without rules: %j", (between) => {
    taken(rules({ _match_route_: ["test1"], name: "old" }));
    taken(between);
    refused(rules(error), ALL_FAILED);
  });

  it("does not take over from a configuration that was refused", () => {
    taken(rules({ ...error, name: "first" }, { _match_route_: ["test2"] }));
    refused(rules({ ...error, name: "second" }, { name: "asks for nothing" }), "_rules_[1]: there is at least one of");
    refused({ name: "error" }, "a bad name");
    taken(rules(error));
    expect(holds({ route: "test1" })).toBe("first,18");
  });

  it("of two rules that ask for the same holds the first, which was in force", () => {
    const twice = [
      { _match_route_: ["test1"], name: "first" },
      { _match_route_: ["test1"], name: "second" },
    ];
    taken(rules(...twice));
    taken(rules(error, { ...twice[1], name: "third" }));
    expect(holds({ route: "test1" })).toBe("first,-1");
    taken(rules(error));
    expect(holds({ route: "test1" })).toBe("first,-1");
  });

  it("a root that is configured again has it too", () => {
    taken(rules({ ...error, name: "first" }));
    configuration = JSON.stringify(rules(error));
    expect(wasm.number("proxy_on_configure", root, configuration.length)).toBe(1);
    expect(holds({ route: "test1" })).toBe("first,18");
  });
});

describe("several configurations in one VM", () => {
  const first = rules({ ...error, name: "first" });

  it.each([
    ["another name", () => (properties.plugin_name = "q")],
    ["another root id", () => (properties.plugin_root_id = "q")],
  ])("%s: they do not have each other's rules", (_name, change) => {
    expect(configure(first)).toBe(true);
    change();
    expect(configure(rules(error), { keepsOld: true })).toBe(false);
    expect(configure(rules({ ...error, name: "other" }), { keepsOld: true })).toBe(true);
    properties = { plugin_name: "p", plugin_root_id: "" };
    expect(configure(rules(error), { keepsOld: true })).toBe(true);
    expect(holds({ route: "test1" })).toBe("first,18");
    change();
    expect(configure(rules(error), { keepsOld: true })).toBe(true);
    expect(holds({ route: "test1" })).toBe("other,18");
  });

  it("nor those of another _plugin_id_", () => {
    taken({ ...first, _plugin_id_: "one" });
    refused({ ...rules(error), _plugin_id_: "two" }, ALL_FAILED);
    taken({ ...rules(error), _plugin_id_: "one" });
    expect(holds({ route: "test1" })).toBe("first,18");
  });

  it("what one leaves behind is forgotten", () => {
    taken(first);
    wasm.number("proxy_on_delete", root);
    root = 0;
    properties.plugin_name = "q";
    taken(rules({ _match_route_: ["test1"] }));
    properties.plugin_name = "p";
    refused(rules(error), ALL_FAILED);
  });

  it("a host that deletes the root before it makes the next is served too", () => {
    taken(first);
    wasm.number("proxy_on_delete", root);
    root = 0;
    taken(rules(error));
    expect(holds({ route: "test1" })).toBe("first,18");
  });
});

describe("a rule that is left out", () => {
  it("leaves its requests to the next that fits, or to the global configuration", () => {
    taken({
      name: "global",
      ...rules(error, { _match_domain_: ["d"], name: "d" }, { _match_route_prefix_: ["t"], name: "t" }),
    });
    expect(holds({ route: "test1", host: "d" })).toBe("d,-1");
    expect(holds({ route: "test1" })).toBe("t,-1");
    expect(holds({ route: "x" })).toBe("global,-1");
  });

  it("is missed where it is the only one, beside a global configuration too", () => {
    refused({ name: "global", ...rules(error) }, ALL_FAILED);
  });

  it("says its number in the list, and so do those behind it", () => {
    const third = { _match_route_: ["b"], _match_domian_: ["d"] };
    taken(rules({ _match_route_: ["a"] }, error, third, { ...error, name: "error" }));
    expect(said(4).map((line) => line.slice(0, 10))).toEqual(["_rules_[1]", "_rules_[3]"]);
    expect(said(3)).toEqual(["_rules_[2]._match_domian_: unknown key"]);
  });
});

it("a rule that asks for nothing refuses all, whatever else is there", () => {
  const why = (rule: number) => `_rules_[${rule}]: there is at least one of  '_match_route_', `;
  taken(rules({ _match_route_: ["test1"], name: "backup" }));
  refused(rules({ name: "x" }), why(0));
  refused(rules({ _match_route_: ["a"] }, { name: "error" }), why(1));
  refused(rules(error, { _match_route_: [] }), why(1));
  expect(holds({ route: "test1" })).toBe("backup,-1");
});

it("an empty list of rules is Go's error", () => {
  refused(rules(), "parse config failed, no valid rules; global config parse error:<nil>");
});

describe("with ParseOverrideConfig", () => {
  beforeEach(() => start(true, true));

  it("the rule from before is read again, over the new global configuration", () => {
    taken({ age: 1, ...rules({ _match_route_: ["test1"], name: "backup" }) });
    taken({ age: 2, ...rules({ _match_route_: ["test1"], name: "error" }) });
    expect(holds({ route: "test1" })).toBe("backup,2");
  });

  it("and left out where that fails", () => {
    const good = { _match_route_: ["test2"], age: 0 };
    taken({ most: 50, ...rules({ _match_route_: ["test1"], age: 40 }, good) });
    taken({ most: 20, ...rules({ _match_route_: ["test1"], name: "error" }, good) });
    expect(said(4)).toEqual(["_rules_[0]: left out: as it was before it fails too: too old"]);
    expect(holds({ route: "test1" })).toBe("new,-1"); // the global one
    taken({ most: 50, ...rules({ _match_route_: ["test1"], name: "error" }, good) });
    expect(said(4)).toEqual(["_rules_[0]: a bad name; left out: it was not there before"]);
  });

  it("what a failed parsing has written does not stay", () => {
    taken({ name: "global", ...rules({ _match_route_: ["test1"] }) });
    taken({ name: "global", ...rules({ _match_route_: ["test1"], age: 200 }) });
    expect(holds({ route: "test1" })).toBe("global,-1");
  });
});

it("10,000 rules, half of which fail", () => {
  const list = (name: (i: number) => string) =>
    rules(...Array.from({ length: 10_000 }, (_, i) => ({ _match_route_: [`r${i}`], name: name(i) })));
  taken(list((i) => `a${i}`));
  taken(list((i) => (i % 2 ? "error" : `b${i}`)));
  expect([0, 1, 9998, 9999].map((i) => holds({ route: `r${i}` }))).toEqual(["b0,-1", "a1,-1", "b9998,-1", "a9999,-1"]);
});
