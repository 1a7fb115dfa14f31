import type { FieldMatchSpec, HeaderChangeSpec, HeaderChangesSpec, RouteSpec } from "./gateway-spec.js";

const MATCHES = ["prefix", "pathSeparatedPrefix", "path", "regex", "connect"] as const;
const ACTIONS = ["cluster", "weightedClusters", "redirect", "directResponse"] as const;
/** Fields that only a route with a cluster may have. */
const FOR_CLUSTERS = [
  ...(["retry", "internalRedirects", "prefixRewrite", "regexRewrite", "hostRewrite"] as const),
  "clusterNotFoundStatus",
] as const;

/** Throws an error that names the route when the fields of a route do not fit together. */
export function checkRoute(route: RouteSpec): void {
  const has = (name: keyof RouteSpec) => route[name] !== undefined;
  const label = `route "${route.name ?? MATCHES.map((name) => route[name]).find((one) => typeof one === "string") ?? ""}"`;
  const fail = (problem: string) => {
    throw new Error(`${label} ${problem}`);
  };
  if (MATCHES.filter(has).length !== 1) fail(`needs one of ${list(MATCHES)}`);
  if (route.connect && !has("cluster")) fail("has connect without a cluster");
  if (ACTIONS.filter(has).length !== 1) fail(`needs one of ${list(ACTIONS)}`);
  for (const name of FOR_CLUSTERS) {
    if (has(name) && !has("cluster") && !has("weightedClusters")) fail(`has ${name} without a cluster`);
  }
  if (has("prefixRewrite") && has("regexRewrite")) fail("needs one of prefixRewrite and regexRewrite");
  if (route.redirect?.path !== undefined && route.redirect.prefixRewrite !== undefined) {
    fail("needs one of path and prefixRewrite in redirect");
  }
  if (route.pathSeparatedPrefix !== undefined && !/^[^?#]+[^?#/]$/.test(route.pathSeparatedPrefix)) {
    fail(`needs a pathSeparatedPrefix of two characters or more, without ?, # and a slash at the end`);
  }
  for (const match of [...(route.headers ?? []), ...(route.queryParameters ?? [])]) checkMatch(match, fail);
  const weights = (route.weightedClusters ?? []).map(({ weight }) => weight);
  if (has("weightedClusters") && !weights.some((weight) => weight > 0)) {
    fail("needs a weight above 0 in weightedClusters");
  }
  for (const changes of [route, ...(route.weightedClusters ?? [])]) checkChanges(changes, fail);
}

function checkMatch(match: FieldMatchSpec, fail: (problem: string) => void): void {
  const { exact, prefix, regex, present } = match;
  if ([exact, prefix, regex, present].filter((one) => one !== undefined).length === 1) return;
  fail(`needs one of exact, prefix, regex and present for "${match.name}"`);
}

function checkChanges({ requestHeaders, responseHeaders }: HeaderChangesSpec, fail: (problem: string) => void): void {
  const names = ({ remove = [], set = [], add = [] }: HeaderChangeSpec) => [
    ...remove,
    ...[...set, ...add].map(([name]) => name),
  ];
  for (const changes of [requestHeaders, responseHeaders]) {
    const fixed = names(changes ?? {}).find((name) => name.startsWith(":") || name.toLowerCase() === "host");
    if (fixed !== undefined) fail(`cannot change the header "${fixed}"`);
  }
}

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
