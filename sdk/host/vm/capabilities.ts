/**
 * The host calls and callbacks that a plugin may use, by name. An empty list allows all of them.
 */
export class Capabilities {
  private readonly allowed: ReadonlySet<string>;

  constructor(allowed: readonly string[] = []) {
    this.allowed = new Set(allowed);
  }

  /** Only callbacks can be hidden. The allocator and the functions that start the module are always available. */
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
