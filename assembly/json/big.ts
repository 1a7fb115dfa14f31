/** Limbs of 32 bits. The largest number here has 780 digits (81 limbs) above 119 limbs of fraction. */
const LIMBS: i32 = 208;

/**
 * A natural number of up to 6,656 bits, with `shift` limbs of fraction: enough to convert between decimal and f64 exactly.
 * Memory, lowest limb first:
 *
 *     | 0 … shift-1: fraction | shift … size-1: number | zeros up to LIMBS |
 */
export class Big {
  private limbs: StaticArray<u32> = new StaticArray<u32>(LIMBS);
  private size: i32;

  constructor(private shift: i32) {
    this.size = shift;
  }

  isZero(): bool {
    return this.size == 0;
  }

  /** Multiplies the number, while it has no fraction yet, and adds to it. */
  timesPlus(factor: u32, term: u32): void {
    let carry: u64 = term;
    for (let i = this.shift; i < this.size; i++) {
      carry += <u64>unchecked(this.limbs[i]) * factor;
      unchecked((this.limbs[i] = <u32>carry));
      carry >>= 32;
    }
    if (carry != 0 && this.size < LIMBS) unchecked((this.limbs[this.size++] = <u32>carry));
  }

  /** Divides by `divisor` down to the last limb and returns the remainder. */
  divide(divisor: u32): u64 {
    let rest: u64 = 0;
    for (let i = this.size - 1; i >= 0; i--) {
      rest = (rest << 32) | unchecked(this.limbs[i]);
      unchecked((this.limbs[i] = <u32>(rest / divisor)));
      rest %= divisor;
    }
    while (this.size > 0 && unchecked(this.limbs[this.size - 1]) == 0) this.size--;
    return rest;
  }

  /**
   * The nearest f64, ties to even. The number is not 0 and `shift` is 3 or more.
   *
   * @param more Whether the number is a little larger than what is here.
   */
  round(more: bool): f64 {
    const top = this.size - 1;
    if (top < 2) return 0;
    // The highest 64 bits, and whether there is anything below them.
    const high = ((<u64>unchecked(this.limbs[top])) << 32) | unchecked(this.limbs[top - 1]);
    const low = (<u64>unchecked(this.limbs[top - 2])) << 32;
    const lead = clz(high);
    const bits = lead ? (high << lead) | (low >> (64 - lead)) : high;
    let sticky = more || low << lead != 0;
    for (let i = 0; i < top - 2; i++) sticky = sticky || unchecked(this.limbs[i]) != 0;

    // bits × 2^exponent; an f64 keeps 53 of them, fewer below 2^-1022.
    const exponent = 32 * (top - 1 - this.shift) - <i32>lead;
    const drop = max(11, -1074 - exponent);
    if (drop > 64) return 0;
    const kept = drop == 64 ? 0 : bits >> drop;
    const rest = drop == 64 ? bits : bits << (64 - drop);
    const half: u64 = 0x8000000000000000;
    const up = rest > half || (rest == half && (sticky || (kept & 1) != 0));
    // Adding, not joining: the highest kept bit counts one up in the exponent, and so does a carry.
    const result = ((<u64>(exponent + drop + 1074)) << 52) + kept + <u64>up;
    return reinterpret<f64>(min(result, 0x7ff0000000000000));
  }
}
