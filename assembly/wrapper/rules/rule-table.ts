/**
 * Stands for no rule. It is greater than every rule number, so the minimum of several results is the first matching rule.
 */
export const NO_RULE: i32 = i32.MAX_VALUE;

/** The part of a request that a rule's text is compared with, and the kind of comparison. */
export enum Kind {
  Route,
  Host,
  Service,
  /** A route and a service. */
  Pair,
  // From here on the rule's text is only a part of the request's text.
  RoutePrefix,
  HostPrefix,
  HostSuffix,
}

class Entry {
  constructor(
    readonly hash: u32,
    readonly kind: Kind,
    readonly text: string,
    readonly rule: i32,
    readonly next: Entry | null,
  ) {}
}

// FNV-1a: the hash of a longer text can be computed from the hash of its beginning.
const SEED: u32 = 0x811c9dc5;
const PRIME: u32 = 0x01000193;

/**
 * A hash table of rule texts by kind, each with the first rule that has the text. The cost of a search does not depend on
 * the number of rules: it hashes the text of the request once, and looks up the hash of every prefix (or suffix) on the
 * way.
 */
export class RuleTable {
  private buckets: StaticArray<Entry | null>;
  private longest: i32 = 0;
  /** A bit for each kind that was added. */
  private kinds: i32 = 0;

  /** @param size the number of bytes of the rules' JSON; an entry has about 32 bytes of JSON */
  constructor(size: i32) {
    this.buckets = new StaticArray<Entry | null>(1 << (32 - clz(size >> 5)));
  }

  /** Adds a text of a rule. Rules must be added in their order. */
  add(kind: Kind, text: string, rule: i32): void {
    this.kinds |= 1 << kind;
    this.longest = max(this.longest, text.length);
    let hash = SEED;
    for (let i = 0; i < text.length; i++) hash = extended(hash, kind, text, i);
    if (this.lookup(hash, kind, text, text.length) != NO_RULE) return;
    const bucket = this.bucket(hash);
    unchecked((this.buckets[bucket] = new Entry(hash, kind, text, rule, this.buckets[bucket])));
  }

  /** The first rule for a text of a request. */
  find(kind: Kind, text: string): i32 {
    let rule = NO_RULE;
    if ((this.kinds & (1 << kind)) == 0) return rule;
    const length = min(text.length, this.longest);
    let hash = SEED;
    for (let i = 0; i < length; i++) {
      if (kind > Kind.Pair) rule = min(rule, this.lookup(hash, kind, text, i));
      hash = extended(hash, kind, text, i);
    }
    return kind > Kind.Pair || length == text.length ? min(rule, this.lookup(hash, kind, text, length)) : rule;
  }

  /** The rule whose text is the first `length` characters of `text`; for suffixes, the last `length` characters. */
  private lookup(hash: u32, kind: Kind, text: string, length: i32): i32 {
    const skipped = kind == Kind.HostSuffix ? text.length - length : 0;
    let entry = unchecked(this.buckets[this.bucket(hash)]);
    while (entry !== null) {
      if (entry.hash == hash && entry.kind == kind && isPart(entry.text, text, skipped, length)) return entry.rule;
      entry = entry.next;
    }
    return NO_RULE;
  }

  private bucket(hash: u32): i32 {
    return (hash ^ (hash >> 15)) & (this.buckets.length - 1);
  }
}

/** Extends a hash by one character: the character after the first `i`; for suffixes, the character before the last `i`. */
function extended(hash: u32, kind: Kind, text: string, i: i32): u32 {
  return (hash ^ unit(text, kind == Kind.HostSuffix ? text.length - 1 - i : i)) * PRIME;
}

/** Whether `text` equals the part of `other` with this start and length. */
function isPart(text: string, other: string, start: i32, length: i32): bool {
  if (text.length != length) return false;
  for (let i = 0; i < length; i++) if (unit(text, i) != unit(other, start + i)) return false;
  return true;
}

// @ts-ignore: decorator
@inline
function unit(text: string, i: i32): u32 {
  return load<u16>(changetype<usize>(text) + ((<usize>i) << 1));
}
