import { RULES as HAS_RULES, TICKS } from "../../abi/features";
import { readClass } from "../../config/read-class";
import { Json } from "../../json";
import { Children } from "../../json/children";
import { Handlers } from "../handlers";
import { PluginContext } from "../plugin-context";
import { countTicks, dropTicks } from "../tick";
import { ISOLATION, RuleIsolation } from "./isolation";
import { NO_RULES } from "./no-rules";
import { RuleIndex } from "./rule-index";
import { hasNoCondition, identityOf, nameOf, RULES, RuleKeys } from "./rule-keys";
import { NO_RULE } from "./rule-table";

// The same text as in Higress's Go wrapper.
const NO_CONDITION =
  "there is at least one of  '_match_route_', '_match_domain_', '_match_service_' and '_match_route_prefix_' can present in configuration.";

/** The parsed configuration of a plugin: the global configuration, or one configuration per rule, or both. */
export class Configurations<C> {
  /** For requests that match no rule. Null: the plugin does nothing for these requests. */
  global: C | null = null;
  /** Null if there are no rules. */
  index: RuleIndex | null = null;
  private ofRules: C[] = [];

  constructor(private handlers: Handlers<C>) {}

  /** The configuration for requests that match a rule; `NO_RULE` returns the global configuration. */
  of(rule: i32): C | null {
    return rule == NO_RULE ? this.global : unchecked(this.ofRules[rule]);
  }

  /**
   * Parses a configuration. Call it once.
   *
   * @returns null, or the error for which the plugin rejects the configuration
   */
  read(ctx: PluginContext, json: Json): Error | null {
    const rules = json.at(RULES);
    if (!HAS_RULES && rules.exists()) return new Error(NO_RULES);
    let error: Error | null = null;
    if (!rules.exists() || hasMore(json)) {
      const config = instantiate<C>();
      error = this.parse(ctx, json, config);
      if (error === null) this.global = config;
    }
    if (!HAS_RULES || !rules.exists()) return error;
    const list = rules.array();
    if (list.length == 0) {
      if (this.global !== null) return null;
      const why = error === null ? "<nil>" : error.message;
      return new Error("parse config failed, no valid rules; global config parse error:" + why);
    }
    if (error !== null) ctx.log.error("global configuration ignored: " + error.message);
    return this.readRules(ctx, list, new RuleIndex(<i32>(rules.end - rules.start)));
  }

  private readRules(ctx: PluginContext, list: Json[], index: RuleIndex): Error | null {
    const keys = new RuleKeys(index, ctx.log);
    for (let i = 0; i < list.length; i++) {
      const json = unchecked(list[i]);
      const conditions = keys.read(json, i);
      const isEmpty = hasNoCondition(conditions);
      let config: C | null = this.beginRule();
      const error = isEmpty ? new Error(NO_CONDITION) : this.parseRule(ctx, json, config);
      const isolation = this.handlers.isolation;
      if (ISOLATION && isolation !== null && !isEmpty) {
        config = this.isolated(ctx, isolation, i, conditions, json, config, error);
        if (config === null) continue;
      } else if (error !== null) return new Error(nameOf(i) + ": " + error.message);
      keys.add(conditions, this.ofRules.length);
      this.ofRules.push(config);
    }
    if (ISOLATION && this.ofRules.length == 0) {
      return new Error("all rules failed to parse and no previous successful config available");
    }
    this.index = index;
    return null;
  }

  /**
   * The configuration of a rule: `config` if it was parsed without an error, otherwise the previous version of the rule.
   * Null: the rule is dropped.
   */
  private isolated(
    ctx: PluginContext,
    isolation: RuleIsolation,
    rule: i32,
    conditions: string[][],
    json: Json,
    config: C,
    error: Error | null,
  ): C | null {
    const identity = identityOf(conditions);
    if (error === null) {
      isolation.keep(identity, json);
      return config;
    }
    const log = ctx.log;
    const why = nameOf(rule) + ": " + error.message;
    const previous = isolation.previous(identity);
    if (previous === null) {
      log.error(why + "; rule dropped: it has no previous version");
      return null;
    }
    log.warn(why + "; the previous version of the rule stays");
    config = this.beginRule();
    error = this.parseRule(ctx, previous, config);
    if (error === null) {
      isolation.keep(identity, previous);
      return config;
    }
    log.error(nameOf(rule) + ": rule dropped: its previous version fails too: " + error.message);
    return null;
  }

  /**
   * The initial configuration of a rule: a shallow copy of the global configuration if rules inherit, otherwise a new
   * `C`.
   */
  private beginRule(): C {
    const global = this.global;
    if (this.handlers.ruleParser === null || global === null) return instantiate<C>();
    const copy = __new(offsetof<C>(), idof<C>());
    memory.copy(copy, changetype<usize>(global), offsetof<C>());
    return changetype<C>(copy);
  }

  private parse(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.handlers.parser;
    const kept = TICKS ? countTicks() : 0;
    let error = readConfigClass<C>(ctx, json, config, false);
    if (error === null && parser !== null) error = parser.parse(ctx, json, config);
    if (TICKS && error !== null) dropTicks(kept);
    return error;
  }

  private parseRule(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.handlers.ruleParser;
    if (parser === null) return this.parse(ctx, json, config);
    const global = this.global;
    const kept = TICKS ? countTicks() : 0;
    let error = readConfigClass<C>(ctx, json, config, global !== null);
    if (error === null) error = parser.parse(ctx, json, global === null ? instantiate<C>() : global, config);
    if (TICKS && error !== null) dropTicks(kept);
    return error;
  }
}

/** Reads a configuration into an object of a class that is marked with `@config`. Other classes are left as they are. */
function readConfigClass<C>(ctx: PluginContext, json: Json, config: C, inherits: bool): Error | null {
  // @ts-ignore: the transform adds the method to marked classes
  if (isDefined(config.__configIndex)) {
    const problems = readClass<C>(json, config, inherits);
    const warning = problems.warning;
    if (warning.length != 0) ctx.log.warn(warning);
    return problems.error;
  }
  return null;
}

/** Whether a configuration has a key other than that of the rules. */
function hasMore(json: Json): bool {
  const children = new Children(json);
  while (children.next()) if (children.key() != RULES) return true;
  return false;
}
