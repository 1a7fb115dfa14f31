import { Moment, type Value } from "../values.js";
import { CelError } from "./tokens.js";

const UNITS: Readonly<Record<string, number>> = { h: 3600e9, m: 60e9, s: 1e9, ms: 1e6, us: 1e3, ns: 1 };

/** `timestamp("2026-01-01T00:00:00Z")` */
export function timestamp([of]: readonly Value[]): Moment {
  const [, base, fraction = "", zone] =
    /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[-+]\d\d:\d\d)$/.exec(typeof of === "string" ? of : "") ?? [];
  const ms = Date.parse(`${base}${zone}`);
  if (Number.isNaN(ms)) throw new CelError("not a timestamp");
  return new Moment("timestamp", BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, "0")));
}

/** `duration("1h30m")` */
export function duration([of]: readonly Value[]): Moment {
  if (typeof of !== "string" || !/^-?(\d+(\.\d+)?(h|ms|m|us|s|ns))+$/.test(of)) throw new CelError("not a duration");
  let total = 0;
  for (const [, number, unit] of of.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|s|ns)/g))
    total += Number(number) * UNITS[unit!]!;
  return new Moment("duration", BigInt(Math.round(of.startsWith("-") ? -total : total)));
}

/** The sum or the difference of two moments; undefined for other values and for invalid sums. */
export function shifted(sign: "+" | "-", a: Value, b: Value): Moment | undefined {
  if (!(a instanceof Moment) || !(b instanceof Moment)) return undefined;
  const ns = sign === "+" ? a.ns + b.ns : a.ns - b.ns;
  const [from, by] = [a.kind === "timestamp", b.kind === "timestamp"];
  if (from && by) return sign === "-" ? new Moment("duration", ns) : undefined;
  if (by && sign === "-") return undefined;
  return new Moment(from || by ? "timestamp" : "duration", ns);
}
