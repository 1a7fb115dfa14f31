// The range of a number, as its type and the tags of its field demand.

/** @typedef {import("./tags.js").Limits} Limits */

/**
 * The range of an integer.
 *
 * @param {{ signed: boolean, bits: number }} type
 * @param {Limits} limits
 * @returns {[bigint, bigint]} the smallest and the largest value
 */
export function integerRange({ signed, bits }, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const size = 1n << BigInt(signed ? bits - 1 : bits);
  const low = [signed ? -size : 0n];
  const high = [size - 1n];
  if (minimum !== undefined) low.push(BigInt(minimum));
  if (exclusiveMinimum !== undefined) low.push(BigInt(exclusiveMinimum) + 1n);
  if (maximum !== undefined) high.push(BigInt(maximum));
  if (exclusiveMaximum !== undefined) high.push(BigInt(exclusiveMaximum) - 1n);
  return [low.reduce((a, b) => (a > b ? a : b)), high.reduce((a, b) => (a < b ? a : b))];
}

/**
 * The range of a float.
 *
 * @param {number} bits
 * @param {Limits} limits
 * @returns {[number, number]} the smallest and the largest value
 */
export function floatRange(bits, { minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const most = bits === 32 ? 3.4028234663852886e38 : Number.MAX_VALUE;
  const low = [-most];
  const high = [most];
  if (minimum !== undefined) low.push(Number(minimum));
  if (exclusiveMinimum !== undefined) low.push(next(Number(exclusiveMinimum)));
  if (maximum !== undefined) high.push(Number(maximum));
  if (exclusiveMaximum !== undefined) high.push(-next(-Number(exclusiveMaximum)));
  return [Math.max(...low), Math.min(...high)];
}

/** The next larger f64. */
function next(/** @type {number} */ value) {
  if (value === 0) return Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? 1n : -1n));
  return view.getFloat64(0);
}
