import { Status } from "../../abi.js";
import { evaluate } from "../../properties/cel/evaluate.js";
import { parse, type Expression } from "../../properties/cel/parser.js";
import { CelError } from "../../properties/cel/tokens.js";
import { findValue } from "../../properties/properties.js";
import { serialize } from "../../properties/values.js";
import type { HostContext, HostVm } from "../../host-context.js";

/** The expressions of a plugin, by token. */
class Expressions {
  private readonly all = new Map<number, Expression>();
  private next = 0;

  add(expression: Expression): number {
    this.all.set(this.next, expression);
    return this.next++;
  }

  get(token: number): Expression | undefined {
    return this.all.get(token);
  }

  delete(token: number): void {
    this.all.delete(token);
  }
}

const byRoot = new WeakMap<HostContext, Expressions>();

function expressions(vm: HostVm): Expressions {
  const owner = vm.context.root ?? vm.context;
  let found = byRoot.get(owner);
  if (!found) byRoot.set(owner, (found = new Expressions()));
  return found;
}

/** Parses an expression in CEL, and returns its token. */
export function createExpression(vm: HostVm, source: Buffer): Buffer | Status {
  const expression = orUndefined(() => parse(source.toString("latin1")));
  if (expression === undefined) return Status.BadArgument;
  const token = Buffer.alloc(4);
  token.writeUInt32LE(expressions(vm).add(expression));
  return token;
}

/** Evaluates the expression of a token, and returns the value as `proxy_get_property` would. */
export function evaluateExpression(vm: HostVm, token: Buffer): Buffer | Status {
  if (token.length !== 4) return Status.BadArgument;
  const expression = expressions(vm).get(token.readUInt32LE());
  if (!expression) return Status.NotFound;
  // The context of the callback counts, not the one of `proxy_set_effective_context`: as in Envoy.
  const context = vm.current ?? vm.context;
  const value = orUndefined(() => evaluate(expression, (name) => findValue(context, name)));
  return value === undefined ? Status.InternalFailure : serialize(value);
}

export function deleteExpression(vm: HostVm, token: Buffer): Buffer | Status {
  if (token.length !== 4) return Status.BadArgument;
  expressions(vm).delete(token.readUInt32LE());
  return Buffer.alloc(0);
}

function orUndefined<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    // A RangeError: the nesting is too deep for the stack.
    if (error instanceof CelError || error instanceof RangeError) return undefined;
    throw error;
  }
}
