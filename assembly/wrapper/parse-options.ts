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
  constructor(private callback: (json: Json, config: C, log: Log) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.callback(json, config, ctx.log);
  }
}

export class PlainParser<C> extends ConfigParser<C> {
  constructor(private callback: (json: Json, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.callback(json, config);
  }
}

class ContextParser<C> extends ConfigParser<C> {
  constructor(private callback: (ctx: PluginContext, json: Json, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.callback(ctx, json, config);
  }
}

export class RawParser<C> extends ConfigParser<C> {
  constructor(private callback: (bytes: ArrayBuffer, config: C) => Error | null) {
    super();
  }
  parse(ctx: PluginContext, json: Json, config: C): Error | null {
    return this.callback(encodeUtf8(json.raw()), config);
  }
}

/**
 * Registers how the plugin reads its configuration: the global one, and that of each rule (`_rules_`), which takes over
 * nothing; for that see `ParseOverrideConfigBy`.
 *
 * @param parse gets the configuration as JSON (which does not exist if the configuration is empty) and a new `C`, whose
 * fields have their initial values. What it returns: null, or why the configuration is refused; the gateway then goes on
 * with the one that it had.
 *
 * @example
 * ```ts
 * ParseConfigBy<Limits>((json, config, log) => {
 *   const fields = json.fields();
 *   config.burst = fields.i32("burst", 10, 1, 1000);
 *   return fields.error;
 * });
 * ```
 */
export function ParseConfigBy<C>(parse: (json: Json, config: C, log: Log) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new ParserBy<C>(parse), null);
}

/** As `ParseConfigBy`, for a callback without a log. */
export function ParseConfig<C>(parse: (json: Json, config: C) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new PlainParser<C>(parse), null);
}

/**
 * As `ParseConfigBy`, for a callback that wants to know what the readings before it have found: `ctx` is the same for the
 * global configuration, which is read first, and for each rule, in order.
 *
 * @example
 * ```ts
 * ParseConfigWithContext<Limits>((ctx, json, config) => {
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
 * As `ParseConfigBy`, for a callback that takes the bytes: those of the whole configuration, or of one rule. They are valid
 * JSON, or none if the configuration is empty.
 */
export function ParseRawConfig<C>(parse: (bytes: ArrayBuffer, config: C) => Error | null): CtxOption<C> {
  return new ParseOption<C>(new RawParser<C>(parse), null);
}
