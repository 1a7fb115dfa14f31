import type { Spread } from "../stats.js";

/** Three digits that count: 1234, 123, 12.3, 1.23. */
export function digits(value: number): string {
  const size = Math.abs(value);
  return value.toFixed(size >= 99.95 ? 0 : size >= 9.995 ? 1 : 2);
}

/** A median with its quartiles, such as "0.82 (0.80-0.85)". "-" stands for a value that was not measured. */
export function withQuartiles(value: Spread | undefined): string {
  return value ? `${digits(value.median)} (${digits(value.low)}-${digits(value.high)})` : "-";
}

export function median(value: Spread | undefined): string {
  return value ? digits(value.median) : "-";
}

/** Bytes in KiB. */
export function kib(bytes: number | undefined): string {
  return bytes === undefined ? "-" : digits(bytes / 1024);
}
