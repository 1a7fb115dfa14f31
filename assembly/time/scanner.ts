/** Reads the parts of a date from left to right. After the first failure, every number is -1. */
export class Scanner {
  at: i32 = 0;
  failed: bool = false;

  constructor(private text: string) {}

  /** Whether the whole text was read, without a failure. */
  get isDone(): bool {
    return !this.failed && this.at == this.text.length;
  }

  /** The next code unit; -1 at the end. */
  get next(): i32 {
    return this.failed ? -1 : this.text.charCodeAt(this.at);
  }

  /** Reads a number of exactly `count` digits. */
  digits(count: i32): i32 {
    let value = 0;
    for (let i = 0; i < count; i++) {
      const digit = this.next - 0x30;
      if (<u32>digit > 9) return this.fail();
      value = value * 10 + digit;
      this.at++;
    }
    return this.failed ? -1 : value;
  }

  /** Reads the given text. */
  literal(expected: string): void {
    const end = this.at + expected.length;
    if (this.text.substring(this.at, end) != expected) this.failed = true;
    this.at = end;
  }

  /** Reads one of the names, which have three letters each. Returns its index. */
  name(names: string): i32 {
    const found = this.text.substring(this.at, this.at + 3);
    this.at += 3;
    for (let i = 0; i < names.length; i += 3) {
      if (names.substring(i, i + 3) == found) return i / 3;
    }
    return this.fail();
  }

  fail(): i32 {
    this.failed = true;
    return -1;
  }
}
