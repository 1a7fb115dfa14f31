import { Moment, ValueList, ValueMap, type Value } from "../values.js";
import { duration, shifted, timestamp } from "./moments.js";
import { CelError } from "./tokens.js";

export type Function = (args: readonly Value[]) => Value;

/** Macros: called on a list, with a variable and an expression. */
export const MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

export function equal(a: Value, b: Value): boolean {
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return a.equals(b);
  if (a instanceof ValueList && b instanceof ValueList) {
    return a.items.length === b.items.length && a.items.every((item, index) => equal(item, b.items[index]!));
  }
  if (a instanceof Moment && b instanceof Moment) return a.kind === b.kind && a.ns === b.ns;
  if (typeof a === "bigint" && typeof b === "number") return Number(a) === b;
  if (typeof a === "number" && typeof b === "bigint") return a === Number(b);
  return a === b;
}

const misfit = (name: string): never => {
  throw new CelError(`no such overload of ${name}`);
};

function inRange(value: bigint): bigint {
  if (value < -(2n ** 63n) || value >= 2n ** 64n) throw new CelError("integer overflow");
  return value;
}

type Numeric<T> = (a: T, b: T) => T;

function arithmetic(name: string, integers: Numeric<bigint>, doubles: Numeric<number>): Function {
  return ([a, b]) => {
    if (typeof a === "bigint" && typeof b === "bigint") return inRange(integers(a, b));
    if (typeof a === "number" && typeof b === "number") return doubles(a, b);
    return misfit(name);
  };
}

function division(name: string, divide: Numeric<bigint>, doubles: Numeric<number>): Function {
  return arithmetic(
    name,
    (a, b) => {
      if (b === 0n) throw new CelError("divide by zero");
      return divide(a, b);
    },
    doubles,
  );
}

function order(name: string, holds: (sign: number) => boolean): Function {
  return ([a, b]) => {
    const numeric = (one: unknown) => typeof one === "bigint" || typeof one === "number";
    if (typeof a === "string" && typeof b === "string") return holds(a < b ? -1 : a > b ? 1 : 0);
    if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return holds(Buffer.compare(a, b));
    if (a instanceof Moment && b instanceof Moment && a.kind === b.kind)
      return holds(a.ns < b.ns ? -1 : a.ns > b.ns ? 1 : 0);
    if (typeof a === "boolean" && typeof b === "boolean") return holds(Number(a) - Number(b));
    if (!numeric(a) || !numeric(b)) return misfit(name);
    return holds((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0);
  };
}

function onTexts(name: string, run: (text: string, other: string) => boolean): Function {
  return ([text, other]) => (typeof text === "string" && typeof other === "string" ? run(text, other) : misfit(name));
}

const utf8 = (text: string) => Buffer.from(text, "latin1").toString("utf8");

const sum = arithmetic(
  "+",
  (a, b) => a + b,
  (a, b) => a + b,
);

const difference = arithmetic(
  "-",
  (a, b) => a - b,
  (a, b) => a - b,
);

function add(args: readonly Value[]): Value {
  const [a, b] = args;
  if (typeof a === "string" && typeof b === "string") return a + b;
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.concat([a, b]);
  if (a instanceof ValueList && b instanceof ValueList) return new ValueList([...a.items, ...b.items]);
  return shifted("+", a!, b!) ?? sum(args);
}

function subtract(args: readonly Value[]): Value {
  return shifted("-", args[0]!, args[1]!) ?? difference(args);
}

function contains([item, of]: readonly Value[]): boolean {
  if (of instanceof ValueList) return of.items.some((one) => equal(one, item!));
  if (of instanceof ValueMap) return typeof item === "string" && of.get(item) !== undefined;
  return misfit("in");
}

function size([of]: readonly Value[]): bigint {
  if (typeof of === "string") return BigInt([...utf8(of)].length);
  if (Buffer.isBuffer(of)) return BigInt(of.length);
  if (of instanceof ValueList) return BigInt(of.items.length);
  if (of instanceof ValueMap && of.keys) return BigInt(of.keys().length);
  return misfit("size");
}

function integer([of]: readonly Value[]): bigint {
  if (typeof of === "bigint") return of;
  if (of instanceof Moment && of.kind === "timestamp") return of.ns / 1_000_000_000n;
  if (typeof of === "number" && Number.isFinite(of)) return inRange(BigInt(Math.trunc(of)));
  if (typeof of === "string" && /^[-+]?\d+$/.test(of)) return inRange(BigInt(of));
  return misfit("int");
}

function double([of]: readonly Value[]): number {
  if (typeof of === "number" || typeof of === "bigint") return Number(of);
  return typeof of === "string" && of.trim() !== "" && !Number.isNaN(Number(of)) ? Number(of) : misfit("double");
}

function text([of]: readonly Value[]): string {
  if (Buffer.isBuffer(of)) return of.toString("latin1");
  if (typeof of === "object" || of === undefined) return misfit("string");
  return String(of);
}

export const OPERATORS: Readonly<Record<string, Function>> = {
  "==": ([a, b]) => equal(a!, b!),
  "!=": ([a, b]) => !equal(a!, b!),
  "<": order("<", (sign) => sign < 0),
  "<=": order("<=", (sign) => sign <= 0),
  ">": order(">", (sign) => sign > 0),
  ">=": order(">=", (sign) => sign >= 0),
  in: contains,
  "+": add,
  "-": subtract,
  "*": arithmetic("*", (a, b) => a * b, (a, b) => a * b), // prettier-ignore
  "/": division("/", (a, b) => a / b, (a, b) => a / b), // prettier-ignore
  "%": division("%", (a, b) => a % b, () => misfit("%")), // prettier-ignore
  "!": ([a]) => (typeof a === "boolean" ? !a : misfit("!")),
  negate: ([a]) => (typeof a === "bigint" || typeof a === "number" ? -a : misfit("-")),
};

export const FUNCTIONS: Readonly<Record<string, Function>> = {
  ...OPERATORS,
  size,
  int: integer,
  uint: integer,
  double,
  timestamp,
  duration,
  string: text,
  bytes: ([of]) => (typeof of === "string" ? Buffer.from(of, "latin1") : Buffer.isBuffer(of) ? of : misfit("bytes")),
  contains: onTexts("contains", (one, other) => one.includes(other)),
  startsWith: onTexts("startsWith", (one, other) => one.startsWith(other)),
  endsWith: onTexts("endsWith", (one, other) => one.endsWith(other)),
  matches: onTexts("matches", (one, pattern) => {
    try {
      return new RegExp(utf8(pattern), "u").test(utf8(one));
    } catch {
      throw new CelError("not a regular expression");
    }
  }),
};
