import { Json } from "../json";
import { PluginContext } from "./plugin-context";

/** Parses a configuration, with the function that the plugin registered. */
export abstract class ConfigParser<C> {
  abstract parse(ctx: PluginContext, json: Json, config: C): Error | null;
}

/** Parses the configuration of a rule that inherits from the global configuration. */
export abstract class RuleParser<C> {
  abstract parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null;
}
