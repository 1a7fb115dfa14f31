import { Json } from "../../json";
import { Children } from "../../json/children";
import { ConfigParser, RuleParser } from "../config-parser";
import { PluginContext } from "../plugin-context";
import { RuleIndex } from "./rule-index";
import { nameOf, RULES, RuleKeys } from "./rule-keys";
import { NO_RULE } from "./rule-table";

/** What a plugin was configured with: a configuration for all requests, or one per rule, or both. */
export class Configurations<C> {
  /** Holds where no rule does; null: there the plugin does nothing. */
  global: C | null = null;
  /** Null where there are no rules. */
  index: RuleIndex | null = null;
  private ofRules: C[] = [];

  constructor(
    private parser: ConfigParser<C> | null,
    private ruleParser: RuleParser<C> | null,
  ) {}

  /** The configuration for a rule's requests. */
  of(rule: i32): C | null {
    return rule == NO_RULE ? this.global : unchecked(this.ofRules[rule]);
  }

  /**
   * Reads a configuration, once.
   *
   * @returns null, or why it is refused
   */
  read(ctx: PluginContext, json: Json): Error | null {
    const rules = json.at(RULES);
    let error: Error | null = null;
    if (!rules.exists() || hasMore(json)) {
      const config = instantiate<C>();
      error = this.parse(ctx, json, config);
      if (error === null) this.global = config;
    }
    if (!rules.exists()) return error;
    const list = rules.array();
    if (list.length == 0) {
      if (this.global !== null) return null;
      const why = error === null ? "<nil>" : error.message;
      return new Error("parse config failed, no valid rules; global config parse error:" + why);
    }
    if (error !== null) ctx.log.error("global configuration passed over: " + error.message);
    return this.readRules(ctx, list, new RuleIndex(<i32>(rules.end - rules.start)));
  }

  private readRules(ctx: PluginContext, list: Json[], index: RuleIndex): Error | null {
    const keys = new RuleKeys(index, ctx.log);
    for (let i = 0; i < list.length; i++) {
      const json = unchecked(list[i]);
      let error = keys.read(json, i);
      if (error !== null) return error;
      const config = this.beginRule();
      error = this.parseRule(ctx, json, config);
      if (error !== null) return new Error(nameOf(i) + ": " + error.message);
      this.ofRules.push(config);
    }
    this.index = index;
    return null;
  }

  /** What a rule's configuration begins with: a copy of the global one, field by field, if the rule takes over something. */
  private beginRule(): C {
    const global = this.global;
    if (this.ruleParser === null || global === null) return instantiate<C>();
    const copy = __new(offsetof<C>(), idof<C>());
    memory.copy(copy, changetype<usize>(global), offsetof<C>());
    return changetype<C>(copy);
  }

  private parse(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.parser;
    return parser === null ? null : parser.parse(ctx, json, config);
  }

  private parseRule(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.ruleParser;
    if (parser === null) return this.parse(ctx, json, config);
    const global = this.global;
    return parser.parse(ctx, json, global === null ? instantiate<C>() : global, config);
  }
}

/** Whether there is a key beside that of the rules. */
function hasMore(json: Json): bool {
  const children = new Children(json);
  while (children.next()) if (children.key() != RULES) return true;
  return false;
}
