/** The number of a rule where there is none: beyond all others, so that the lowest of some numbers is the answer. */
export const NO_RULE: i32 = i32.MAX_VALUE;

/** What a text of a rule is compared with, and how. */
export enum Kind {
  Route,
  Host,
  Service,
  /** A route and a service. */
  Pair,
  // From here on a request's text begins with the rule's.
  RoutePrefix,
  HostPrefix,
  /** It ends with it. */
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

// FNV-1a: the hash of a text goes on to the hash of a longer one.
const SEED: u32 = 0x811c9dc5;
const PRIME: u32 = 0x01000193;

/**
 * Texts by their kind, each with the first rule that has it. What a search costs does not depend on how many there are: it
 * goes through the text that is asked for once, and looks where the hash so far says.
 */
export class RuleTable {
  private buckets: StaticArray<Entry | null>;
  private longest: i32 = 0;
  /** A bit for each kind that there is. */
  private kinds: i32 = 0;

  /** @param size how many bytes of JSON the rules have; an entry takes some 32 of them */
  constructor(size: i32) {
    this.buckets = new StaticArray<Entry | null>(1 << (32 - clz(size >> 5)));
  }

  /** Adds a text of a rule; rules come in their order. */
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

  /** The rule of the first `length` characters of a text, or, of suffixes, the last. */
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

/** The hash of one more character: the one behind the first `i`, or, of suffixes, before the last `i`. */
function extended(hash: u32, kind: Kind, text: string, i: i32): u32 {
  return (hash ^ unit(text, kind == Kind.HostSuffix ? text.length - 1 - i : i)) * PRIME;
}

/** Whether a text is the piece of another one that has this beginning and length. */
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
