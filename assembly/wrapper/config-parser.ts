import { Json } from "../json";
import { PluginContext } from "./plugin-context";

/** How a plugin reads a configuration, however that was registered. */
export abstract class ConfigParser<C> {
  abstract parse(ctx: PluginContext, json: Json, config: C): Error | null;
}

/** How a plugin reads the configuration of a rule that takes over something of the global one. */
export abstract class RuleParser<C> {
  abstract parse(ctx: PluginContext, json: Json, global: C, config: C): Error | null;
}
