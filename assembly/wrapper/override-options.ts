import { encodeUtf8 } from "../abi/utf8";
import { Json } from "../json";
import { RuleParser } from "./config-parser";
import { Log } from "./log";
import { CtxOption } from "./option";
import { ParseOption, ParserBy, PlainParser, RawParser } from "./parse-options";
import { PluginContext } from "./plugin-context";

class RuleParserBy<C> extends RuleParser<C> {
  constructor(private callback: (json: Json, global: C, config: C, log: Log) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.callback(json, global, config, ctx.log);
  }
}

class PlainRuleParser<C> extends RuleParser<C> {
  constructor(private callback: (json: Json, global: C, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.callback(json, global, config);
  }
}

class RawRuleParser<C> extends RuleParser<C> {
  constructor(private callback: (bytes: ArrayBuffer, global: C, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null {
    return this.callback(encodeUtf8(json.raw()), global, config);
  }
}

/**
 * Registers how the plugin reads its configuration where a rule takes over what it does not say from the global one.
 *
 * @param parse reads the global configuration, as in `ParseConfigBy`. It is not called where there are only rules.
 * @param parseRule reads a rule: gets its JSON, the global configuration, and a copy of that to change. The copy is
 * shallow, as Go's: both hold the same arrays, maps and objects, so give the copy new ones instead of changing those.
 * Without a global configuration both begin with the initial values of `C`. What it returns: null, or why the whole
 * configuration is refused.
 *
 * @example
 * ```ts
 * ParseOverrideConfigBy<Auth>(
 *   (json, config, log) => {
 *     const fields = json.fields();
 *     config.consumers = fields.strings("consumers");
 *     return fields.error;
 *   },
 *   (json, global, config, log) => {
 *     const fields = json.fields();
 *     config.allow = fields.strings("allow"); // config.consumers are those of global
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

/** As `ParseOverrideConfigBy`, for callbacks without a log. */
export function ParseOverrideConfig<C>(
  parse: (json: Json, config: C) => Error | null,
  parseRule: (json: Json, global: C, config: C) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new PlainParser<C>(parse), new PlainRuleParser<C>(parseRule));
}

/** As `ParseOverrideConfig`, for callbacks that take the bytes; see `ParseRawConfig`. */
export function ParseOverrideRawConfig<C>(
  parse: (bytes: ArrayBuffer, config: C) => Error | null,
  parseRule: (bytes: ArrayBuffer, global: C, config: C) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new RawParser<C>(parse), new RawRuleParser<C>(parseRule));
}
