import type { IngressRouteRule } from "./model.js";

/**
 * Orders the rules of a host as Higress does: the default backend and a rule for all paths come last; before, exact
 * paths, prefixes and regular expressions; longer paths; rules with fewer methods; more headers; more parameters. Equals
 * keep their order.
 */
export function inOrder(rules: readonly IngressRouteRule[]): IngressRouteRule[] {
  return [...rules].sort(compare);
}

function compare(a: IngressRouteRule, b: IngressRouteRule): number {
  const position = last(a) - last(b);
  if (position !== 0 || last(a) > 0) return position;
  if (a.originType !== b.originType) return typeRank(a) - typeRank(b);
  return (
    b.originPath.length - a.originPath.length ||
    methods(a) - methods(b) ||
    b.headers.length - a.headers.length ||
    b.queryParameters.length - a.queryParameters.length
  );
}

function last({
  isDefaultBackend,
  originType,
  originPath,
  method,
  headers,
  queryParameters,
}: IngressRouteRule): number {
  if (isDefaultBackend) return 2;
  const isAny = !method && headers.length === 0 && queryParameters.length === 0;
  return Number(originType === "prefix" && originPath === "/" && isAny);
}

function typeRank({ originType }: IngressRouteRule): number {
  if (originType === "exact") return 0;
  return originType === "prefix" ? 1 : 2;
}

/** Higress compares the lengths of the expressions for the methods. */
function methods({ method }: IngressRouteRule): number {
  return method?.regex?.length ?? Number.MAX_SAFE_INTEGER;
}
