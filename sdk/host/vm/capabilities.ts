/**
 * What a plugin may call, and have called, where its configuration lists that: names of host calls and of callbacks.
 * Nothing is restricted where nothing is listed.
 */
export class Capabilities {
  private readonly allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[] = []) {
    this.allowed = new Set(allowed);
  }

  /** Callbacks only: what starts the module and its allocator are there always. */
  hidesExport(name: string): boolean {
    return name.startsWith("proxy_on_") && name !== "proxy_on_memory_allocate" && !this.allows(name);
  }

  hidesImport(module: string, name: string): boolean {
    return (module !== "env" || name.startsWith("proxy_")) && !this.allows(name);
  }

  private allows(name: string): boolean {
    return this.allowed.size === 0 || this.allowed.has(name);
  }
}
