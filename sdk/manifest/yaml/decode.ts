import type { MappingNode, YamlNode } from "./node.js";
import { resolveScalar } from "./resolve-scalar.js";
import type { Scalar } from "./resolve-scalar.js";
import { YamlSyntaxError } from "./syntax-error.js";

/** A value with aliases and merges resolved, and with keys that may still be of any type. */
export type Decoded = Scalar | DecodedList | DecodedMap;

export interface DecodedList {
  type: "list";
  items: Decoded[];
}

export interface DecodedMap {
  type: "map";
  /** By the type and the text of the key. The last of two equal keys counts. */
  entries: Map<string, DecodedEntry>;
}

export interface DecodedEntry {
  key: Scalar;
  value: Decoded;
  line: number;
}

/**
 * Resolves aliases, merges ("<<") and the types of scalars as Go's yaml package v2 does.
 *
 * @throws YamlSyntaxError
 */
export function decode(root: YamlNode): Decoded {
  return new Decoder().value(root);
}

/** From so many values on, the part of them that may come from aliases sinks from 99 to 10 percent. */
const ALIAS_RANGE_LOW = 400_000;
const ALIAS_RANGE_HIGH = 4_000_000;

class Decoder {
  private readonly openAliases = new Set<YamlNode>();
  /** Go counts the document too. */
  private values = 1;
  private aliased = 0;
  private aliasDepth = 0;

  value(node: YamlNode): Decoded {
    this.count(node);
    switch (node.kind) {
      case "scalar":
        return resolveScalar(node);
      case "sequence":
        return { type: "list", items: node.items.map((item) => this.value(item)) };
      case "mapping": {
        const map: DecodedMap = { type: "map", entries: new Map() };
        this.fill(map, node);
        return map;
      }
      case "alias":
        return this.inAlias(node, () => this.value(node.target));
    }
  }

  private fill(map: DecodedMap, node: MappingNode): void {
    for (const [key, value] of node.entries) {
      if (isMerge(key)) {
        this.merge(map, value);
        continue;
      }
      const decoded = this.value(key);
      if (decoded.type === "list" || decoded.type === "map") {
        throw new YamlSyntaxError(key.line, `a ${decoded.type === "list" ? "list" : "mapping"} cannot be a key`);
      }
      map.entries.set(keyOf(decoded), { key: decoded, value: this.value(value), line: key.line });
    }
  }

  /** Merged keys replace the keys before the merge, and keys behind the merge replace merged ones. */
  private merge(map: DecodedMap, value: YamlNode): void {
    const sources = value.kind === "sequence" ? [...value.items].reverse() : [value];
    for (const source of sources) {
      const target = source.kind === "alias" ? source.target : source;
      if (target.kind !== "mapping")
        throw new YamlSyntaxError(value.line, '"<<" needs a mapping, or a list of mappings');
      this.count(source);
      if (source.kind === "alias") {
        this.inAlias(source, () => {
          this.count(target);
          this.fill(map, target);
        });
      } else this.fill(map, target);
    }
  }

  private inAlias<Result>(alias: YamlNode & { kind: "alias" }, run: () => Result): Result {
    if (this.openAliases.has(alias))
      throw new YamlSyntaxError(alias.line, `the anchor "&${alias.name}" contains itself`);
    this.openAliases.add(alias);
    this.aliasDepth += 1;
    const result = run();
    this.aliasDepth -= 1;
    this.openAliases.delete(alias);
    return result;
  }

  private count(node: YamlNode): void {
    this.values += 1;
    if (this.aliasDepth > 0) this.aliased += 1;
    if (this.aliased <= 100 || this.values <= 1000) return;
    const above = Math.min(Math.max(this.values - ALIAS_RANGE_LOW, 0) / (ALIAS_RANGE_HIGH - ALIAS_RANGE_LOW), 1);
    if (this.aliased / this.values > 0.99 - 0.89 * above) {
      throw new YamlSyntaxError(node.line, "too many values come from aliases");
    }
  }
}

function isMerge(key: YamlNode): boolean {
  return key.kind === "scalar" && key.text === "<<" && (key.implicit || key.tag === "tag:yaml.org,2002:merge");
}

/** Keys of different types are different keys, even if they become the same string. */
function keyOf(key: Scalar): string {
  if (key.type === "string" && !key.value.startsWith("\0")) return key.value;
  return key.type === "null" ? "\0null" : `\0${key.type} ${key.value}`;
}
