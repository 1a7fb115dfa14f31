import type { JsonObject } from "../../spec/json.js";
import { ANY, list, object, PHASE, PRIORITY, PULL_POLICY, SHA256, TEXT, VALUE_FROM } from "./common-schema.js";
import type { Path, Problems } from "./problem.js";
import type { ObjectSchema } from "./schema.js";
import { checkUrl } from "./url.js";

const DNS_NAME = /^$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

const TARGET_REF = object(
  {
    group: { type: "string", length: [0, 253], pattern: DNS_NAME, expected: 'a DNS name or ""' },
    kind: {
      type: "string",
      length: [1, 63],
      pattern: /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/,
      expected: "a kind such as Gateway",
    },
    name: { type: "string", length: [1, 253] },
    namespace: {
      type: "string",
      rule: (namespace, path, problems) => {
        if (namespace === "") return;
        problems.error(path, "expected no namespace: a plugin targets resources of its own namespace only");
      },
    },
  },
  { required: ["kind", "name"], rule: checkTarget },
);

const ENV = object(
  {
    name: { type: "string", length: [1, 256] },
    value: { type: "string", length: [0, 2048] },
    valueFrom: VALUE_FROM,
  },
  {
    required: ["name"],
    rule: ({ valueFrom, value }, path, problems) => {
      if (valueFrom !== "HOST" || value === undefined) return;
      problems.error([...path, "value"], "expected no value with valueFrom: HOST; the value comes from the gateway");
    },
  },
);

/** `spec` of Istio's WasmPlugin, with the validations in CEL of its CRD. */
export const ISTIO_SPEC: ObjectSchema = object(
  {
    url: { type: "string", length: [1, Infinity], rule: checkUrl },
    sha256: SHA256,
    phase: PHASE,
    priority: PRIORITY,
    failStrategy: { type: "string", oneOf: ["FAIL_CLOSE", "FAIL_OPEN", "FAIL_RELOAD"] },
    imagePullPolicy: PULL_POLICY,
    imagePullSecret: { type: "string", length: [1, 253] },
    verificationKey: TEXT,
    pluginName: { type: "string", length: [1, 256] },
    pluginConfig: ANY,
    type: { type: "string", oneOf: ["HTTP", "NETWORK", "UNSPECIFIED_PLUGIN_TYPE"] },
    match: list(
      object({
        mode: { type: "string", oneOf: ["CLIENT", "SERVER", "CLIENT_AND_SERVER", "UNDEFINED"] },
        ports: list(object({ number: { type: "integer", range: [1, 65535] } }, { required: ["number"] }), {
          key: "number",
        }),
      }),
    ),
    selector: object({
      matchLabels: {
        type: "map",
        most: 4096,
        values: { type: "string", length: [0, 63], rule: withoutStar },
        rule: (labels, path, problems) => {
          for (const name of Object.keys(labels)) checkLabelName(name, [...path, name], problems);
        },
      },
    }),
    targetRef: TARGET_REF,
    targetRefs: list(TARGET_REF, { most: 16 }),
    vmConfig: object({ env: list(ENV, { most: 256, key: "name" }) }),
  },
  {
    required: ["url"],
    rule: (spec, path, problems) => {
      const given = ["selector", "targetRef", "targetRefs"].filter((name) => Object.hasOwn(spec, name));
      if (given.length > 1) problems.error([...path, given[1]!], `expected only one of ${given.join(" and ")}`);
    },
  },
);

function withoutStar(value: string, path: Path, problems: Problems): void {
  if (value.includes("*")) problems.error(path, 'expected a label without "*": a selector takes no wildcards');
}

function checkLabelName(name: string, path: Path, problems: Problems): void {
  if (name === "") problems.error(path, "expected the name of a label");
  else withoutStar(name, path, problems);
}

/** Istio's webhook accepts these targets only. */
function checkTarget({ kind, group }: JsonObject, path: Path, problems: Problems): void {
  if (typeof kind !== "string" || (group !== undefined && typeof group !== "string")) return;
  const targets: Readonly<Record<string, string>> = {
    ...{ Gateway: "gateway.networking.k8s.io", GatewayClass: "gateway.networking.k8s.io" },
    ...{ Service: "", ServiceEntry: "networking.istio.io" },
  };
  const wanted = Object.hasOwn(targets, kind) ? targets[kind]! : undefined;
  if (wanted === undefined) {
    return problems.error([...path, "kind"], `expected Gateway, GatewayClass, Service or ServiceEntry, got "${kind}"`);
  }
  const given = group === "core" ? "" : (group ?? "");
  if (given !== wanted) problems.error([...path, "group"], `expected "${wanted}" for a ${kind}, got "${given}"`);
}
