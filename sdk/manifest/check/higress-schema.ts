import { ANY, FLAG, list, object, PHASE, PRIORITY, PULL_POLICY, SHA256, TEXT, VALUE_FROM } from "./common-schema.js";
import type { ObjectSchema } from "./schema.js";

/** `spec` of Higress's WasmPlugin. */
export const HIGRESS_SPEC: ObjectSchema = object({
  url: TEXT,
  sha256: SHA256,
  phase: PHASE,
  priority: PRIORITY,
  failStrategy: { type: "string", oneOf: ["FAIL_CLOSE", "FAIL_OPEN"] },
  imagePullPolicy: PULL_POLICY,
  imagePullSecret: TEXT,
  verificationKey: TEXT,
  pluginName: TEXT,
  pluginConfig: ANY,
  defaultConfig: ANY,
  defaultConfigDisable: FLAG,
  matchRules: list(
    object({
      config: ANY,
      configDisable: FLAG,
      domain: list(TEXT),
      ingress: list(TEXT),
      service: list(TEXT),
      routeType: { type: "string", oneOf: ["HTTP", "GRPC"] },
    }),
  ),
  vmConfig: object({ env: list(object({ name: TEXT, value: TEXT, valueFrom: VALUE_FROM })) }),
});

/** The fields of Istio's WasmPlugin that Higress's does not have. */
export const ONLY_ISTIO = ["selector", "targetRef", "targetRefs", "match", "type"];
