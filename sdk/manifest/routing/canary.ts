import type { FieldMatchSpec } from "../../spec/gateway-spec.js";
import type { Annotations } from "./annotations.js";
import type { IngressRouteRule } from "./model.js";
import { checkedRegex } from "./regex.js";

/** An Ingress with the annotation `canary`: another backend for a part of the requests of another Ingress. */
export interface Canary {
  /** The requests for the canary; undefined for a share of all requests. */
  header?: FieldMatchSpec;
  weight: number;
  weightTotal: number;
}

/** Reads the annotations about canaries; undefined when the Ingress is no canary. */
export function canaryOf(annotations: Annotations): Canary | undefined {
  if (!annotations.flag("canary")) return undefined;
  const name = annotations.text("canary-by-header");
  const value = annotations.text("canary-by-header-value");
  const pattern = value === undefined ? annotations.text("canary-by-header-pattern") : undefined;
  const cookie = (value ?? pattern) === undefined ? annotations.text("canary-by-cookie") : undefined;
  const total = annotations.integer("canary-weight-total") ?? 0;
  const share = { weight: annotations.integer("canary-weight") ?? 0, weightTotal: total > 0 ? total : 100 };
  const used =
    name === undefined
      ? { "canary-by-cookie": cookie }
      : { "canary-by-header-value": value, "canary-by-header-pattern": pattern };
  for (const [key, text] of Object.entries(used)) if (text !== undefined) checkedRegex(text, annotations.fieldOf(key));
  if (name !== undefined) {
    if (value !== undefined) return { ...share, header: { name, regex: `always|${value}` } };
    return {
      ...share,
      header: { name, ...(pattern === undefined ? { exact: "always" } : { regex: `.*${pattern}.*` }) },
    };
  }
  if (cookie === undefined) return share;
  return { ...share, header: { name: "cookie", regex: `^(.*?;\\s*)?(${cookie}=always)(;.*)?$` } };
}

/** Adds the rule of a canary to the rules of a host, for the rule at an index. */
export function applyCanary(canary: Canary, rule: IngressRouteRule, rules: IngressRouteRule[], index: number): void {
  const target = rules[index]!;
  const { header } = canary;
  if (header) {
    const { name, resource, destinations, headerChanges } = rule;
    // No other canary may take this rule for its target.
    rules.splice(index, 0, { ...target, name, resource, destinations, headerChanges, headers: [header], key: "" });
    return;
  }
  const destination = rule.destinations[0];
  if (!destination) return;
  if (target.weightTotal === 0) target.weightTotal = canary.weightTotal;
  if (target.destinations.length === 1) {
    target.destinations = [{ ...target.destinations[0]!, ...target.headerChanges }];
    target.headerChanges = {};
  }
  target.destinations.push({ ...destination, ...rule.headerChanges, weight: canary.weight });
}
