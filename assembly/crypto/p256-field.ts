import { Limbs, Modulus } from "./modulus";

/** The low half of a u64. */
const LOW: u64 = 0xffffffff;

/** Arithmetic modulo the prime of P-256, twice as fast as with any modulus. */
export class P256Field extends Modulus {
  /** As the method of the base class. -1/p mod 2^32 is 1, and p is 2^256 - 2^224 + 2^192 + 2^96 - 1: sums replace products. */
  multiply(out: Limbs, a: Limbs, b: Limbs): void {
    const y = changetype<usize>(b);
    const y0: u64 = load<u32>(y, 0);
    const y1: u64 = load<u32>(y, 4);
    const y2: u64 = load<u32>(y, 8);
    const y3: u64 = load<u32>(y, 12);
    const y4: u64 = load<u32>(y, 16);
    const y5: u64 = load<u32>(y, 20);
    const y6: u64 = load<u32>(y, 24);
    const y7: u64 = load<u32>(y, 28);
    let t0: u64 = 0;
    let t1: u64 = 0;
    let t2: u64 = 0;
    let t3: u64 = 0;
    let t4: u64 = 0;
    let t5: u64 = 0;
    let t6: u64 = 0;
    let t7: u64 = 0;
    let t8: u64 = 0;
    for (let i: usize = 0; i < 32; i += 4) {
      const x: u64 = load<u32>(changetype<usize>(a) + i);
      let sum = x * y0 + t0;
      const factor = sum & LOW;
      sum = x * y1 + t1 + (sum >> 32);
      t0 = sum & LOW;
      sum = x * y2 + t2 + (sum >> 32);
      t1 = sum & LOW;
      sum = x * y3 + t3 + (sum >> 32);
      let reduced = (sum & LOW) + factor;
      t2 = reduced & LOW;
      sum = x * y4 + t4 + (sum >> 32);
      reduced = (sum & LOW) + (reduced >> 32);
      t3 = reduced & LOW;
      sum = x * y5 + t5 + (sum >> 32);
      reduced = (sum & LOW) + (reduced >> 32);
      t4 = reduced & LOW;
      sum = x * y6 + t6 + (sum >> 32);
      reduced = (sum & LOW) + (reduced >> 32) + factor;
      t5 = reduced & LOW;
      sum = x * y7 + t7 + (sum >> 32);
      reduced = (sum & LOW) + (reduced >> 32) + (factor << 32) - factor;
      t6 = reduced & LOW;
      reduced = t8 + (sum >> 32) + (reduced >> 32);
      t7 = reduced & LOW;
      t8 = reduced >> 32;
    }
    const t = changetype<usize>(this.product);
    store<u32>(t, <u32>t0, 0);
    store<u32>(t, <u32>t1, 4);
    store<u32>(t, <u32>t2, 8);
    store<u32>(t, <u32>t3, 12);
    store<u32>(t, <u32>t4, 16);
    store<u32>(t, <u32>t5, 20);
    store<u32>(t, <u32>t6, 24);
    store<u32>(t, <u32>t7, 28);
    this.reduce(out, <u32>t8);
  }
}
