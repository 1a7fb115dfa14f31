import { encodeUtf8 } from "../abi/utf8";
import { Json } from "../json";
import { RuleParser } from "./config-parser";
import { Handlers } from "./handlers";
import { Log } from "./log";
import { CtxOption } from "./option";
import { ParseOption, ParserBy, PlainParser, RawParser } from "./parse-options";
import { PluginContext } from "./plugin-context";

class RuleParserBy<C> extends RuleParser<C> {
  constructor(private parser: (json: Json, global: C, config: C, log: Log) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.parser(json, global, config, ctx.log);
  }
}

class PlainRuleParser<C> extends RuleParser<C> {
  constructor(private parser: (json: Json, global: C, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.parser(json, global, config);
  }
}

class RawRuleParser<C> extends RuleParser<C> {
  constructor(private parser: (bytes: ArrayBuffer, global: C, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.parser(encodeUtf8(json.raw()), global, config);
  }
}

class NoRuleParser<C> extends RuleParser<C> {
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return null;
  }
}

class RulesInheritOption<C> extends CtxOption<C> {
  apply(handlers: Handlers<C>): void {
    handlers.ruleParser = new NoRuleParser<C>();
  }
}

/**
 * Lets the rules of a plugin whose configuration is a class with `@config` inherit from the global configuration: a rule
 * changes only the fields that it has. A field that is required may be absent in a rule if there is a global configuration.
 * Arrays, maps and objects are replaced as a whole.
 *
 * @example
 * ```ts
 * SetCtx<Config>("limit", [RulesInherit<Config>(), ProcessRequestHeadersBy<Config>(onRequestHeaders)]);
 * ```
 */
export function RulesInherit<C>(): CtxOption<C> {
  return new RulesInheritOption<C>();
}

/**
 * Registers the parsers of a plugin whose rules inherit from the global configuration: a rule overrides only the fields
 * that it sets.
 *
 * @param parse parses the global configuration, as in `ParseConfigBy`. It is not called if the configuration has only
 * rules.
 * @param parseRule parses a rule. It gets the rule's JSON, the global configuration, and a copy of the global configuration
 * to change. The copy is shallow, as in Go: both refer to the same arrays, maps and objects, so assign new ones instead of
 * changing them. Without a global configuration both have the initial values of `C`. It returns null, or the error for
 * which the plugin rejects the whole configuration.
 *
 * @example
 * ```ts
 * ParseOverrideConfigBy<Config>(
 *   (json, config, log) => {
 *     const fields = json.fields();
 *     config.consumers = fields.strings("consumers");
 *     return fields.error;
 *   },
 *   (json, global, config, log) => {
 *     const fields = json.fields();
 *     config.allow = fields.strings("allow"); // config.consumers is inherited from global
 *     return fields.error;
 *   },
 * );
 * ```
 */
export function ParseOverrideConfigBy<C>(
  parse: (json: Json, config: C, log: Log) => Error | null,
  parseRule: (json: Json, global: C, config: C, log: Log) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new ParserBy<C>(parse), new RuleParserBy<C>(parseRule));
}

/**
 * As `ParseOverrideConfigBy`, for parsers without a log.
 *
 * @example
 * ```ts
 * ParseOverrideConfig<Config>(
 *   (json, config) => {
 *     config.tenant = json.get("tenant").string();
 *     return null;
 *   },
 *   (json, global, config) => {
 *     if (json.at("tenant").exists()) config.tenant = json.at("tenant").string();
 *     return null;
 *   },
 * );
 * ```
 */
export function ParseOverrideConfig<C>(
  parse: (json: Json, config: C) => Error | null,
  parseRule: (json: Json, global: C, config: C) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new PlainParser<C>(parse), new PlainRuleParser<C>(parseRule));
}

/**
 * As `ParseOverrideConfig`, for parsers that get the bytes of the JSON; see `ParseRawConfig`.
 *
 * @example
 * ```ts
 * ParseOverrideRawConfig<Config>(
 *   (bytes, config) => {
 *     config.tenant = Json.parseBytes(bytes).get("tenant").string();
 *     return null;
 *   },
 *   (bytes, global, config) => {
 *     config.tenant = global.tenant + "/" + Json.parseBytes(bytes).get("tenant").string();
 *     return null;
 *   },
 * );
 * ```
 */
export function ParseOverrideRawConfig<C>(
  parse: (bytes: ArrayBuffer, config: C) => Error | null,
  parseRule: (bytes: ArrayBuffer, global: C, config: C) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new RawParser<C>(parse), new RawRuleParser<C>(parseRule));
}
