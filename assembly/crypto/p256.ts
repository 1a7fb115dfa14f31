// The curve P-256: y^2 = x^3 - 3x + b modulo p. Source: NIST SP 800-186, section 3.2.1.3; formulas of
// https://hyperelliptic.org/EFD/g1p/auto-shortw-jacobian-3.html

import { P256Field } from "./p256-field";
import { compareLimbs, isZero, Limbs, Modulus, toBytes, toLimbs } from "./modulus";

const SIZE: i32 = 8;

function zero(): Limbs {
  return new StaticArray<u32>(SIZE);
}

function constant(address: usize): Limbs {
  const limbs = zero();
  memory.copy(changetype<usize>(limbs), address, 32);
  return limbs;
}

function fieldPrime(): Limbs {
  return constant(memory.data<u32>([0xffffffff, 0xffffffff, 0xffffffff, 0, 0, 0, 1, 0xffffffff]));
}

function order(): Limbs {
  return constant(
    memory.data<u32>([0xfc632551, 0xf3b9cac2, 0xa7179e84, 0xbce6faad, 0xffffffff, 0xffffffff, 0, 0xffffffff]),
  );
}

function copyTo(to: Limbs, from: Limbs): void {
  memory.copy(changetype<usize>(to), changetype<usize>(from), 32);
}

/** A point (x / z^2, y / z^3), with the numbers in Montgomery form. If z is 0, the point is the neutral point. */
class Point {
  readonly x: Limbs = zero();
  readonly y: Limbs = zero();
  readonly z: Limbs = zero();

  get isNeutral(): bool {
    return isZero(this.z);
  }

  set(other: Point): void {
    copyTo(this.x, other.x);
    copyTo(this.y, other.y);
    copyTo(this.z, other.z);
  }
}

/** Arithmetic on points. `double` and `add` change their first point; they allocate nothing. */
class Curve {
  readonly field: P256Field = new P256Field(fieldPrime());
  private a: Limbs = zero();
  private b: Limbs = zero();
  private c: Limbs = zero();
  private d: Limbs = zero();
  private e: Limbs = zero();
  private f: Limbs = zero();

  /** The point with the given coordinates, which are below p. */
  point(x: Limbs, y: Limbs): Point {
    const point = new Point();
    const field = this.field;
    field.multiply(point.x, x, field.square);
    field.multiply(point.y, y, field.square);
    copyTo(point.z, field.one);
    return point;
  }

  base(): Point {
    const x = memory.data<u32>([
      0xd898c296, 0xf4a13945, 0x2deb33a0, 0x77037d81, 0x63a440f2, 0xf8bce6e5, 0xe12c4247, 0x6b17d1f2,
    ]);
    const y = memory.data<u32>([
      0x37bf51f5, 0xcbb64068, 0x6b315ece, 0x2bce3357, 0x7c0f9e16, 0x8ee7eb4a, 0xfe1a7f9b, 0x4fe342e2,
    ]);
    return this.point(constant(x), constant(y));
  }

  /** Whether a point with z = 1 satisfies the equation of the curve. */
  contains(point: Point): bool {
    const f = this.field;
    const b = f.toMontgomery(
      constant(
        memory.data<u32>([
          0x27d2604b, 0x3bce3c3e, 0xcc53b0f6, 0x651d06b0, 0x769886bc, 0xb3ebbd55, 0xaa3a93e7, 0x5ac635d8,
        ]),
      ),
    );
    const right = zero();
    f.multiply(right, point.x, point.x);
    for (let i = 0; i < 3; i++) f.subtract(right, right, this.field.one);
    f.multiply(right, right, point.x);
    f.add(right, right, b);
    const left = zero();
    f.multiply(left, point.y, point.y);
    return compareLimbs(left, right) == 0;
  }

  double(p: Point): void {
    const f = this.field;
    const delta = this.a;
    const gamma = this.b;
    const beta = this.c;
    const alpha = this.d;
    const t = this.e;
    f.multiply(delta, p.z, p.z);
    f.multiply(gamma, p.y, p.y);
    f.multiply(beta, p.x, gamma);
    // alpha = 3 (x - delta) (x + delta)
    f.subtract(t, p.x, delta);
    f.add(alpha, p.x, delta);
    f.multiply(t, t, alpha);
    f.add(alpha, t, t);
    f.add(alpha, alpha, t);
    // z = (y + z)^2 - gamma - delta
    f.add(t, p.y, p.z);
    f.multiply(t, t, t);
    f.subtract(t, t, gamma);
    f.subtract(p.z, t, delta);
    // x = alpha^2 - 8 beta
    f.add(beta, beta, beta);
    f.add(beta, beta, beta);
    f.multiply(t, alpha, alpha);
    f.subtract(t, t, beta);
    f.subtract(p.x, t, beta);
    // y = alpha (4 beta - x) - 8 gamma^2
    f.subtract(beta, beta, p.x);
    f.multiply(t, alpha, beta);
    f.multiply(gamma, gamma, gamma);
    for (let i = 0; i < 3; i++) f.add(gamma, gamma, gamma);
    f.subtract(p.y, t, gamma);
  }

  add(p: Point, q: Point): void {
    if (q.isNeutral) return;
    if (p.isNeutral) return p.set(q);
    const f = this.field;
    const u = this.a;
    const s = this.b;
    const h = this.c;
    const r = this.d;
    const t = this.e;
    const t2 = this.f;
    f.multiply(t, q.z, q.z);
    f.multiply(u, p.x, t);
    f.multiply(s, p.y, q.z);
    f.multiply(s, s, t);
    f.multiply(t, p.z, p.z);
    f.multiply(h, q.x, t);
    f.subtract(h, h, u);
    f.multiply(r, q.y, p.z);
    f.multiply(r, r, t);
    f.subtract(r, r, s);
    // With the same x, the points are equal or opposite.
    if (isZero(h)) {
      if (isZero(r)) this.double(p);
      else memory.fill(changetype<usize>(p.z), 0, 32);
      return;
    }
    f.multiply(t, p.z, q.z);
    f.multiply(p.z, t, h);
    f.multiply(t, h, h);
    f.multiply(h, h, t);
    f.multiply(u, u, t);
    // x = r^2 - h^3 - 2 u h^2
    f.multiply(t, r, r);
    f.subtract(t, t, h);
    f.subtract(t, t, u);
    f.subtract(p.x, t, u);
    // y = r (u h^2 - x) - s h^3
    f.subtract(u, u, p.x);
    f.multiply(t2, r, u);
    f.multiply(s, s, h);
    f.subtract(p.y, t2, s);
  }

  /** a times the base point plus b times q, two bits of both numbers at a time. */
  combine(a: Limbs, b: Limbs, q: Point): Point {
    // sums[i + 4 j] = i times the base point plus j times q
    const sums = new StaticArray<Point>(16);
    const base = this.base();
    for (let i = 0; i < 16; i++) {
      const sum = new Point();
      if (i != 0) {
        sum.set(sums[i < 4 ? i - 1 : i - 4]);
        this.add(sum, i < 4 ? base : q);
      }
      sums[i] = sum;
    }
    const result = new Point();
    for (let bit = 254; bit >= 0; bit -= 2) {
      if (!result.isNeutral) {
        this.double(result);
        this.double(result);
      }
      const i = (a[bit >> 5] >> (bit & 31)) & 3;
      const j = (b[bit >> 5] >> (bit & 31)) & 3;
      this.add(result, sums[i + 4 * j]);
    }
    return result;
  }
}

/**
 * Whether 32 bytes each for x and y are a point of the curve.
 *
 * @param xy 64 bytes, big-endian
 */
export function isOnCurve(xy: ArrayBuffer): bool {
  const x = toLimbs(xy.slice(0, 32), SIZE);
  const y = toLimbs(xy.slice(32), SIZE);
  const p = fieldPrime();
  if (compareLimbs(x, p) >= 0 || compareLimbs(y, p) >= 0) return false;
  const curve = new Curve();
  return curve.contains(curve.point(x, y));
}

/** Whether r and s are numbers that a signature may contain: 1 to the order of the curve minus 1. */
export function isInRange(rs: ArrayBuffer): bool {
  const r = toLimbs(rs.slice(0, 32), SIZE);
  const s = toLimbs(rs.slice(32), SIZE);
  const n = order();
  return !isZero(r) && !isZero(s) && compareLimbs(r, n) < 0 && compareLimbs(s, n) < 0;
}

/**
 * Whether an ECDSA signature is valid. Source: FIPS 186-5, section 6.4.2.
 *
 * @param xy The public key, a point of the curve: 64 bytes.
 * @param digest The SHA-256 digest of the message.
 * @param rs The signature: 64 bytes, in range.
 */
export function verifyP256(xy: ArrayBuffer, digest: ArrayBuffer, rs: ArrayBuffer): bool {
  const scalars = new Modulus(order());
  const n = scalars.n;
  const r = toLimbs(rs.slice(0, 32), SIZE);
  const s = toLimbs(rs.slice(32), SIZE);
  const e = toLimbs(digest, SIZE);
  if (compareLimbs(e, n) >= 0) scalars.subtract(e, e, n);
  // 1/s = s^(n - 2), in Montgomery form. The product with a plain number is a plain number.
  const two = zero();
  unchecked((two[0] = 2));
  const exponent = zero();
  scalars.subtract(exponent, n, two);
  const inverse = scalars.power(scalars.toMontgomery(s), toBytes(exponent, 32));
  scalars.multiply(e, e, inverse);
  scalars.multiply(s, r, inverse);
  const curve = new Curve();
  const q = curve.point(toLimbs(xy.slice(0, 32), SIZE), toLimbs(xy.slice(32), SIZE));
  const sum = curve.combine(e, s, q);
  if (sum.isNeutral) return false;
  return hasX(curve, sum, r, n);
}

/** Whether the x coordinate of a point is r modulo n. */
function hasX(curve: Curve, point: Point, r: Limbs, n: Limbs): bool {
  const f = curve.field;
  const z2 = zero();
  f.multiply(z2, point.z, point.z);
  const x = zero();
  f.multiply(x, f.toMontgomery(r), z2);
  if (compareLimbs(x, point.x) == 0) return true;
  // x may also be r + n, if that is below p.
  const limit = zero();
  f.subtract(limit, f.n, n);
  if (compareLimbs(r, limit) >= 0) return false;
  f.add(x, r, n);
  f.multiply(x, f.toMontgomery(x), z2);
  return compareLimbs(x, point.x) == 0;
}
