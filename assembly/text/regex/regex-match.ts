/**
 * A match of a regular expression. No method traps: a group that the pattern does not have, or that has no part in the
 * match, is "".
 *
 * @example
 * ```ts
 * const match = Regex.parse("/users/(?P<id>[0-9]+)").find("/api/users/42");
 * if (match !== null) {
 *   match.text; // "/users/42"
 *   match.named("id"); // "42"
 * }
 * ```
 */
export class RegexMatch {
  /** @internal Not for plugins, they use `Regex.find`. */
  constructor(
    private subject: string,
    private slots: StaticArray<i32>,
    private names: Array<string>,
  ) {}

  /** The text that matches. */
  get text(): string {
    return this.group(0);
  }

  /** The index at which the match begins, in code units, as for `substring`. */
  get start(): i32 {
    return this.startOf(0);
  }

  /** The index behind the match, in code units. */
  get end(): i32 {
    return this.endOf(0);
  }

  /** The number of groups of the pattern, without the whole match. */
  get groupCount(): i32 {
    return this.names.length - 1;
  }

  /** Whether a group has a part in the match: in `(a)|(b)`, only one of them. Group 0 is the whole match. */
  has(group: i32): bool {
    return this.startOf(group) >= 0;
  }

  /** Returns the text of a group. Groups are numbered from 1; group 0 is the whole match. */
  group(group: i32): string {
    return this.has(group) ? this.subject.substring(this.startOf(group), this.endOf(group)) : "";
  }

  /** Returns the text of a group with a name. Of several groups with that name, the first with a part in the match counts. */
  named(name: string): string {
    return this.group(this.numberOf(name));
  }

  /** Returns the index at which a group begins, in code units; -1 for a group without a part in the match. */
  startOf(group: i32): i32 {
    return group >= 0 && group < this.names.length ? unchecked(this.slots[2 * group]) : -1;
  }

  /** Returns the index behind a group, in code units; -1 for a group without a part in the match. */
  endOf(group: i32): i32 {
    return group >= 0 && group < this.names.length ? unchecked(this.slots[2 * group + 1]) : -1;
  }

  /** @internal Not for plugins: the first group with a name and a part in the match; -1 if there is none. */
  numberOf(name: string): i32 {
    if (name.length > 0)
      for (let i = 1; i < this.names.length; i++) if (unchecked(this.names[i]) == name && this.has(i)) return i;
    return -1;
  }
}
