import type { HostKind } from "../../abi.js";
import { compress, uncompress } from "./compression.js";
import { createExpression, deleteExpression, evaluateExpression } from "./expressions.js";
import type { ForeignFunction } from "./foreign-function.js";
import { higressFunctions } from "./higress.js";
import { sign, verifySignature } from "./signatures.js";
import { declareProperty, setEnvoyFilterState } from "./states.js";

const ENVOY: Readonly<Record<string, ForeignFunction>> = {
  compress,
  uncompress,
  clear_route_cache: (vm) => {
    vm.context.clearRouteCache();
    return Buffer.alloc(0);
  },
  set_envoy_filter_state: setEnvoyFilterState,
  declare_property: declareProperty,
  expr_create: createExpression,
  expr_evaluate: evaluateExpression,
  expr_delete: deleteExpression,
  verify_signature: verifySignature,
  sign,
};

const HIGRESS: Readonly<Record<string, ForeignFunction>> = { ...ENVOY, ...higressFunctions };

/** The foreign function of a name. */
export function foreignFunction(host: HostKind, name: string): ForeignFunction | undefined {
  const functions = host === "higress" ? HIGRESS : ENVOY;
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
