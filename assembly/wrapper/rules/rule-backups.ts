import { hasRoot } from "../../context/dispatcher";
import { Json } from "../../json";
import { getProperty } from "../../proxywasm/property";
import { Log } from "../log";
import { RuleIsolation } from "./isolation";

/** The rules of the last configuration that a plugin accepted. */
class AcceptedRules {
  constructor(
    readonly root: u32,
    readonly rules: Map<string, Json>,
  ) {}
}

/**
 * Keeps the last accepted rules of each plugin in the VM. It outlives root contexts, because an update creates a new root
 * context. It does not grow: an accepted configuration replaces the previous one, and removes those of plugins whose root
 * contexts are gone.
 */
export class RuleBackups extends RuleIsolation {
  private ofPlugins: Map<string, AcceptedRules> = new Map<string, AcceptedRules>();
  /** The plugin whose configuration is being parsed. */
  private plugin: string = "";
  private rules: Map<string, Json> = new Map<string, Json>();

  override begin(log: Log): void {
    // An update has a new root context id. The gateway's name of the plugin and Higress's id of the configuration stay.
    this.plugin = [getProperty(["plugin_name"]).string(), getProperty(["plugin_root_id"]).string(), log.pluginId].join(
      "\0",
    );
    this.rules = new Map<string, Json>();
  }

  override previous(identity: string): Json | null {
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
    ofPlugins.set(this.plugin, new AcceptedRules(root, this.rules));
    this.rules = new Map<string, Json>();
  }
}
