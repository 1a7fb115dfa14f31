import { hasRoot } from "../../context/dispatcher";
import { Json } from "../../json";
import { getProperty } from "../../proxywasm/property";
import { Log } from "../log";
import { RuleIsolation } from "./isolation";

/** The rules of the configuration that a plugin took last. */
class Taken {
  constructor(
    readonly root: u32,
    readonly rules: Map<string, Json>,
  ) {}
}

/**
 * Keeps the rules that each plugin of the VM took last. It outlives the roots, since an update comes to a new one, and
 * cannot grow: a configuration that is taken replaces the one before, and what others left behind whose roots are gone.
 */
export class RuleBackups extends RuleIsolation {
  private ofPlugins: Map<string, Taken> = new Map<string, Taken>();
  /** Whose configuration is being read. */
  private plugin: string = "";
  private rules: Map<string, Json> = new Map<string, Json>();

  override begin(log: Log): void {
    // An update comes to a root of another number. What stays is how the gateway calls the plugin, and Higress its
    // configuration.
    this.plugin = [getProperty(["plugin_name"]).string(), getProperty(["plugin_root_id"]).string(), log.pluginId].join(
      "\0",
    );
    this.rules = new Map<string, Json>();
  }

  override before(identity: string): Json | null {
    const ofPlugins = this.ofPlugins;
    if (!ofPlugins.has(this.plugin)) return null;
    const rules = ofPlugins.get(this.plugin).rules;
    return rules.has(identity) ? rules.get(identity) : null;
  }

  override keep(identity: string, rule: Json): void {
    if (!this.rules.has(identity)) this.rules.set(identity, rule.copy());
  }

  override commit(root: u32): void {
    const ofPlugins = this.ofPlugins;
    const plugins = ofPlugins.keys();
    for (let i = 0; i < plugins.length; i++) {
      const plugin = unchecked(plugins[i]);
      if (!hasRoot(ofPlugins.get(plugin).root)) ofPlugins.delete(plugin);
    }
    ofPlugins.set(this.plugin, new Taken(root, this.rules));
    this.rules = new Map<string, Json>();
  }
}
