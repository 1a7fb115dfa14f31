import { encodeUtf8 } from "../abi/utf8";
import { Json } from "../json";
import { ConfigParser, RuleParser } from "./config-parser";
import { Handlers } from "./handlers";
import { Log } from "./log";
import { CtxOption } from "./option";
import { PluginContext } from "./plugin-context";

export class ParseOption<C> extends CtxOption<C> {
  constructor(
    private parser: ConfigParser<C>,
    private ruleParser: RuleParser<C> | null,
  ) {
    super();
  }
  apply(handlers: Handlers<C>): void {
    handlers.parser = this.parser;
    handlers.ruleParser = this.ruleParser;
  }
}

export class ParserBy<C> extends ConfigParser<C> {
  constructor(private parser: (json: Json, config: C, log: Log) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.parser(json, config, ctx.log);
  }
}

export class PlainParser<C> extends ConfigParser<C> {
  constructor(private parser: (json: Json, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.parser(json, config);
  }
}

class ContextParser<C> extends ConfigParser<C> {
  constructor(private parser: (ctx: PluginContext, json: Json, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.parser(ctx, json, config);
  }
}

export class RawParser<C> extends ConfigParser<C> {
  constructor(private parser: (bytes: ArrayBuffer, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.parser(encodeUtf8(json.raw()), config);
  }
}

/**
 * Registers the parser of the plugin's configuration. It parses the global configuration and the configuration of each rule
 * (`_rules_`). A rule does not inherit from the global configuration; for that see `ParseOverrideConfigBy`.
 *
 * @param parse gets the configuration as JSON (a missing value if the configuration is empty) and a new `C` with its
 * initial values. It returns null, or the error for which the plugin rejects the configuration. The gateway then keeps
 * the previous configuration.
 *
 * @example
 * ```ts
 * ParseConfigBy<Config>((json, config, log) => {
 *   const fields = json.fields();
 *   config.burst = fields.i32("burst", 10, 1, 1000);
 *   return fields.error;
 * });
 * ```
 */
export function ParseConfigBy<C>(parse: (json: Json, config: C, log: Log) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new ParserBy<C>(parse), null);
}

/**
 * As `ParseConfigBy`, for a parser without a log.
 *
 * @example
 * ```ts
 * ParseConfig<Config>((json, config) => {
 *   const fields = json.fields().required("tenant");
 *   config.tenant = fields.string("tenant");
 *   return fields.error;
 * });
 * ```
 */
export function ParseConfig<C>(parse: (json: Json, config: C) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new PlainParser<C>(parse), null);
}

/**
 * As `ParseConfigBy`, for a parser whose calls share values: `ctx` is the same object for the global configuration, which
 * is parsed first, and for each rule, in order.
 *
 * @example
 * ```ts
 * ParseConfigWithContext<Config>((ctx, json, config) => {
 *   config.number = ctx.getOr<i32>("rules", 0);
 *   ctx.set<i32>("rules", config.number + 1);
 *   return null;
 * });
 * ```
 */
export function ParseConfigWithContext<C>(
  parse: (ctx: PluginContext, json: Json, config: C) => Error | null,
): CtxOption<C> {
  return new ParseOption<C>(new ContextParser<C>(parse), null);
}

/**
 * As `ParseConfigBy`, for a parser that gets the bytes of the JSON: of the whole configuration, or of one rule. The
 * bytes are valid JSON, or empty if the configuration is empty.
 *
 * @example
 * ```ts
 * ParseRawConfig<Config>((bytes, config) => {
 *   config.name = decodeText(bytes);
 *   return null;
 * });
 * ```
 */
export function ParseRawConfig<C>(parse: (bytes: ArrayBuffer, config: C) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new RawParser<C>(parse), null);
}
