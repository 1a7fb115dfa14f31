import { readFileSync } from "node:fs";
import type { GatewaySpec, PluginSpec } from "../../spec/gateway-spec.js";

/**
 * Finds the plugin that has logged a line. In front of a line about a request, Envoy writes the plugin's name, root id and
 * VM id; in front of other lines, only the ids. Where several plugins have the same ids, the line itself helps: SDKs begin
 * a line with the name that the module has for itself, such as "[mock-response]".
 */
export class PluginNames {
  private plugins: readonly PluginSpec[] = [];
  /** Whether a module contains a name, by the path of the module and the name. */
  private readonly known = new Map<string, boolean>();

  /** Sets the specs whose plugins may log. */
  use(...specs: readonly Pick<GatewaySpec, "listeners">[]): void {
    this.plugins = specs.flatMap(({ listeners }) => listeners.flatMap((one): PluginSpec[] => one.plugins ?? []));
  }

  /**
   * The name of the plugin; undefined when more than one plugin may have logged the line.
   *
   * @param ids the name, if any, the root id and the VM id, as Envoy writes them
   */
  find(ids: string, message: string): string | undefined {
    const words = ids
      .split(" ")
      .filter((word) => word !== "")
      .join(" ");
    const having = (of: (plugin: PluginSpec) => (string | undefined)[]) =>
      this.plugins.filter((one) => of(one).filter(Boolean).join(" ") === words);
    const named = onlyName(having(({ name, rootId, vmId }) => [name, rootId, vmId]));
    if (named !== undefined) return named;
    const same = having(({ rootId, vmId }) => [rootId, vmId]);
    const own = /^\[([^\]\s]+)\]/.exec(message)?.[1];
    return onlyName(same) ?? (own === undefined ? undefined : onlyName(same.filter((one) => this.contains(one, own))));
  }

  private contains({ wasm }: PluginSpec, name: string): boolean {
    const key = `${wasm}\0${name}`;
    let result = this.known.get(key);
    if (result === undefined) this.known.set(key, (result = moduleContains(wasm, name)));
    return result;
  }
}

function onlyName(plugins: readonly PluginSpec[]): string | undefined {
  const names = new Set(plugins.map(({ name }) => name));
  return names.size === 1 ? [...names][0] : undefined;
}

/** Whether a module has a constant text. AssemblyScript keeps texts as UTF-16, other languages as UTF-8. */
function moduleContains(path: string, text: string): boolean {
  try {
    const bytes = readFileSync(path);
    return bytes.includes(Buffer.from(text, "utf16le")) || bytes.includes(text);
  } catch {
    // The module of an old spec was removed.
    return false;
  }
}
