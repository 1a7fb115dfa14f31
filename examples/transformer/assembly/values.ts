import { getOr } from "as-proxy-wasm-sdk";

/** Names with their values: headers, the parameters of a query, or the fields of a form. */
export class Values {
  private byName: Map<string, string[]> = new Map();

  /** Makes values of `[name, value]` pairs. */
  static of(pairs: string[][]): Values {
    const values = new Values();
    for (let i = 0; i < pairs.length; i++) values.append(pairs[i][0], pairs[i][1]);
    return values;
  }

  /** The values of a name, in their order; null if there are none. */
  get(name: string): string[] | null {
    return this.byName.has(name) ? this.byName.get(name) : null;
  }

  has(name: string): bool {
    return this.byName.has(name);
  }

  set(name: string, values: string[]): void {
    this.byName.set(name, values);
  }

  append(name: string, value: string): void {
    if (this.byName.has(name)) this.byName.get(name).push(value);
    else this.byName.set(name, [value]);
  }

  delete(name: string): void {
    this.byName.delete(name);
  }

  /** All values as `[name, value]` pairs, in the order in which the names have come. */
  pairs(): string[][] {
    return this.pairsOf(this.byName.keys());
  }

  /** All values as `[name, value]` pairs, sorted by name. */
  sorted(): string[][] {
    return this.pairsOf(this.byName.keys().sort());
  }

  private pairsOf(names: string[]): string[][] {
    const pairs: string[][] = [];
    for (let i = 0; i < names.length; i++) {
      const values = getOr(this.byName, names[i], []);
      for (let j = 0; j < values.length; j++) pairs.push([names[i], values[j]]);
    }
    return pairs;
  }
}
