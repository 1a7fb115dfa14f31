import { select, ValueList, ValueMap, type Value } from "../values.js";
import { FUNCTIONS } from "./functions.js";
import type { Expression } from "./parser.js";
import { CelError } from "./tokens.js";

/** The values of identifiers; undefined for an unknown identifier. */
export type Scope = (name: string) => Value | undefined;

/**
 * Evaluates an expression.
 *
 * @throws CelError when a value does not exist or has the wrong type
 * @example
 * evaluate(parse("a + 1"), (name) => (name === "a" ? 2n : undefined)); // 3n
 */
export function evaluate(expression: Expression, scope: Scope): Value {
  const value = (one: Expression) => evaluate(one, scope);
  switch (expression.is) {
    case "constant":
      return expression.value;
    case "name":
      return found(scope(expression.name), expression.name);
    case "field":
      return found(select(value(expression.of), expression.key), expression.key);
    case "has":
      return select(value(expression.of), expression.key) !== undefined;
    case "index":
      return index(value(expression.of), value(expression.key));
    case "list":
      return new ValueList(expression.items.map(value));
    case "map":
      return map(expression.entries.map(([key, one]) => [value(key), value(one)]));
    case "choice":
      return value(truth(value(expression.condition)) ? expression.yes : expression.no);
    case "and":
    case "or":
      return logical(expression.is === "or", () => value(expression.left), () => value(expression.right)); // prettier-ignore
    case "macro":
      return macro(expression, scope);
    case "call":
      return FUNCTIONS[expression.name]!(expression.args.map(value));
  }
}

function found(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new CelError(`no such value: ${name}`);
  return value;
}

function index(of: Value, key: Value): Value {
  if (of instanceof ValueList) {
    if (typeof key !== "bigint") throw new CelError(`expected an integer index, got ${typeof key}`);
    return found(of.items[Number(key)], `index ${key} of a list of ${of.items.length}`);
  }
  if (typeof key !== "string") throw new CelError(`expected a string key, got ${typeof key}`);
  return found(select(of, key), key);
}

function map(entries: readonly [Value, Value][]): ValueMap {
  const fields: Record<string, Value> = {};
  for (const [key, one] of entries) {
    if (typeof key !== "string") throw new CelError("map keys must be strings");
    fields[key] = one;
  }
  return ValueMap.of(fields);
}

function truth(value: Value): boolean {
  if (typeof value !== "boolean") throw new CelError(`expected a boolean, got ${typeof value}`);
  return value;
}

/** `&&` and `||`. One side can decide the result even if the other fails. */
function logical(decisive: boolean, left: () => Value, right: () => Value): boolean {
  let first: boolean;
  try {
    first = truth(left());
  } catch (error) {
    if (truth(right()) === decisive) return decisive;
    throw error;
  }
  return first === decisive ? decisive : truth(right());
}

function macro({ name, of, variable, body }: Extract<Expression, { is: "macro" }>, scope: Scope): Value {
  const list = evaluate(of, scope);
  const items = list instanceof ValueMap ? (list.keys?.() ?? []) : list instanceof ValueList ? list.items : undefined;
  if (!items) throw new CelError(`${name} expects a list or a map`);
  const run = (item: Value) => evaluate(body, (key) => (key === variable ? item : scope(key)));
  if (name === "map") return new ValueList(items.map(run));
  if (name === "filter") return new ValueList(items.filter((item) => truth(run(item))));
  if (name === "all") return items.every((item) => truth(run(item)));
  const count = items.filter((item) => truth(run(item))).length;
  return name === "exists" ? count > 0 : count === 1;
}
