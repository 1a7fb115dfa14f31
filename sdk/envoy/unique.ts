/** @throws Error when two of the named have the same name */
export function unique(named: readonly { name: string }[], kind: string): void {
  const seen = new Set<string>();
  for (const { name } of named) {
    if (seen.has(name)) throw new Error(`two ${kind} have the name "${name}"`);
    seen.add(name);
  }
}
