import { Json } from "../../json";
import { Children } from "../../json/children";
import { Handlers } from "../handlers";
import { PluginContext } from "../plugin-context";
import { ISOLATION, RuleIsolation } from "./isolation";
import { RuleIndex } from "./rule-index";
import { identityOf, isNothing, nameOf, RULES, RuleKeys } from "./rule-keys";
import { NO_RULE } from "./rule-table";

const ASKS_NOTHING =
  "there is at least one of  '_match_route_', '_match_domain_', '_match_service_' and '_match_route_prefix_' can present in configuration.";

/** What a plugin was configured with: a configuration for all requests, or one per rule, or both. */
export class Configurations<C> {
  /** Holds where no rule does; null: there the plugin does nothing. */
  global: C | null = null;
  /** Null where there are no rules. */
  index: RuleIndex | null = null;
  private ofRules: C[] = [];

  constructor(private handlers: Handlers<C>) {}

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
      const asked = keys.read(json, i);
      const nothing = isNothing(asked);
      let config: C | null = this.beginRule();
      const error = nothing ? new Error(ASKS_NOTHING) : this.parseRule(ctx, json, config);
      const isolation = this.handlers.isolation;
      if (ISOLATION && isolation !== null && !nothing) {
        config = this.isolated(ctx, isolation, i, asked, json, config, error);
        if (config === null) continue;
      } else if (error !== null) return new Error(nameOf(i) + ": " + error.message);
      keys.add(asked, this.ofRules.length);
      this.ofRules.push(config);
    }
    if (ISOLATION && this.ofRules.length == 0) {
      return new Error("all rules failed to parse and no previous successful config available");
    }
    this.index = index;
    return null;
  }

  /** The configuration of a rule that is read, or what takes its place if that failed; null: the rule is left out. */
  private isolated(
    ctx: PluginContext,
    isolation: RuleIsolation,
    rule: i32,
    asked: string[][],
    json: Json,
    config: C,
    error: Error | null,
  ): C | null {
    const identity = identityOf(asked);
    if (error === null) {
      isolation.keep(identity, json);
      return config;
    }
    const log = ctx.log;
    const why = nameOf(rule) + ": " + error.message;
    const before = isolation.before(identity);
    if (before === null) {
      log.error(why + "; left out: it was not there before");
      return null;
    }
    log.warn(why + "; it stays as it was before");
    config = this.beginRule();
    error = this.parseRule(ctx, before, config);
    if (error === null) {
      isolation.keep(identity, before);
      return config;
    }
    log.error(nameOf(rule) + ": left out: as it was before it fails too: " + error.message);
    return null;
  }

  /** What a rule's configuration begins with: a copy of the global one, field by field, if the rule takes over something. */
  private beginRule(): C {
    const global = this.global;
    if (this.handlers.ruleParser === null || global === null) return instantiate<C>();
    const copy = __new(offsetof<C>(), idof<C>());
    memory.copy(copy, changetype<usize>(global), offsetof<C>());
    return changetype<C>(copy);
  }

  private parse(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.handlers.parser;
    return parser === null ? null : parser.parse(ctx, json, config);
  }

  private parseRule(ctx: PluginContext, json: Json, config: C): Error | null {
    const parser = this.handlers.ruleParser;
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
