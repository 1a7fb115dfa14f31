import type { FieldMatchSpec, HeaderChangesSpec, RedirectSpec } from "../../spec/gateway-spec.js";
import type { Resource } from "../resource.js";
import type { Annotations } from "./annotations.js";
import type { Conditions, Warn } from "./model.js";
import { checkedRegex } from "./regex.js";
import { valueMatch } from "./value-match.js";

/** What the annotations of an Ingress ask for, apart from canaries and destinations. */
export interface IngressOptions extends Conditions {
  /** The rewritten path, a substitution for a regular expression; see `rewritePath` for the other way. */
  rewriteTarget?: string;
  /** Higress's own annotation: replaces the matched prefix. */
  rewritePath?: string;
  hostRewrite?: string;
  /** Paths are regular expressions for the beginning of a path. */
  useRegex: boolean;
  /** Paths are regular expressions for the whole path. */
  fullPathRegex: boolean;
  /** There is any annotation about rewriting. */
  hasRewrite: boolean;
  redirect?: RedirectSpec;
  appRoot?: string;
  ignoreCase: boolean;
  headerChanges: HeaderChangesSpec;
  timeoutMs: number;
}

const SUPPORTED = new Set([
  ...["rewrite-target", "use-regex", "upstream-vhost", "ignore-path-case", "ssl-redirect", "force-ssl-redirect"],
  ...["app-root", "temporal-redirect", "permanent-redirect", "permanent-redirect-code"],
  ...["canary", "canary-by-header", "canary-by-header-value", "canary-by-header-pattern", "canary-by-cookie"],
  ...["canary-weight", "canary-weight-total"],
]);
/** These have no form with nginx's prefix. */
const SUPPORTED_OF_HIGRESS = new Set([
  ...["rewrite-path", "full-path-regex", "match-method", "destination", "timeout"],
  ...["request", "response"].flatMap((kind) =>
    ["add", "update", "remove"].map((change) => `${kind}-header-control-${change}`),
  ),
]);
const MATCH = /^(exact|prefix|regex)-match-(header|pseudo-header|query)-(.+)$/;
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const STATUSES = [301, 302, 303, 307, 308] as const;

/** Reads the annotations of an Ingress, and warns about those that the local gateway does not support. */
export function ingressOptions(annotations: Annotations, resource: Resource, warn: Warn): IngressOptions {
  annotations.warnAbout(
    (key, isHigress) => SUPPORTED.has(key) || (isHigress && (SUPPORTED_OF_HIGRESS.has(key) || MATCH.test(key))),
  );
  const target = annotations.text("rewrite-target");
  const rewritePath = annotations.higressText("rewrite-path");
  const hostRewrite = annotations.text("upstream-vhost");
  const redirect = redirectOf(annotations, resource, warn);
  const appRoot = annotations.text("app-root");
  const useRegex = annotations.flag("use-regex");
  const fullPathRegex = annotations.higressFlag("full-path-regex");
  return {
    ...matches(annotations),
    // nginx writes $1 for a group, RE2 writes \1.
    ...(target === undefined ? {} : { rewriteTarget: /\$\d/.test(target) ? target.replaceAll("$", "\\") : target }),
    ...(rewritePath === undefined ? {} : { rewritePath }),
    ...(hostRewrite === undefined ? {} : { hostRewrite }),
    ...(redirect === undefined ? {} : { redirect }),
    ...(appRoot === undefined ? {} : { appRoot }),
    useRegex,
    fullPathRegex,
    hasRewrite: [target, rewritePath, hostRewrite].some((one) => one !== undefined) || useRegex || fullPathRegex,
    ignoreCase: annotations.flag("ignore-path-case"),
    headerChanges: headerChanges(annotations),
    timeoutMs: Math.max(0, annotations.higressInteger("timeout") ?? 0) * 1000,
  };
}

function matches(annotations: Annotations): Conditions {
  const methods = [...new Set((annotations.higressText("match-method") ?? "").toUpperCase().split(" "))];
  const known = methods.filter((method) => METHODS.includes(method));
  const headers: FieldMatchSpec[] = [];
  const queryParameters: FieldMatchSpec[] = [];
  for (const [annotation, value] of annotations.all()) {
    const [, how, what, key] = MATCH.exec(annotation.replace(/^higress\.io\//, "")) ?? [];
    if (how === undefined || key === undefined || !annotation.startsWith("higress.io/")) continue;
    if (how === "regex") checkedRegex(value, annotations.field(annotation));
    const match = { name: what === "pseudo-header" ? `:${key}` : key, ...valueMatch(how, value) };
    (what === "query" ? queryParameters : headers).push(match);
  }
  const method = known.length > 0 ? { method: { name: ":method", regex: known.join("|") } } : {};
  return { ...method, headers: headers.sort(byName), queryParameters: queryParameters.sort(byName) };
}

function byName(a: FieldMatchSpec, b: FieldMatchSpec): number {
  return a.name < b.name ? -1 : Number(a.name > b.name);
}

function redirectOf(annotations: Annotations, resource: Resource, warn: Warn): RedirectSpec | undefined {
  const temporal = annotations.text("temporal-redirect");
  if (temporal !== undefined && isUrl(temporal)) return { ...partsOf(temporal), status: 302 };
  const permanent = annotations.text("permanent-redirect");
  if (permanent !== undefined && isUrl(permanent)) {
    const code = annotations.integer("permanent-redirect-code") ?? 301;
    const status = STATUSES.find((one) => one === code);
    if (status === undefined && code >= 300 && code <= 308) {
      warn(resource, `Istio has no redirect with the status code ${code}; the local gateway uses 301`);
    }
    return { ...partsOf(permanent), status: status ?? 301 };
  }
  for (const url of [temporal, permanent]) {
    if (url !== undefined) warn(resource, `Higress passes over a redirect that is no URL with http or https: "${url}"`);
  }
  const toHttps = annotations.flag("ssl-redirect") || annotations.flag("force-ssl-redirect");
  return toHttps ? { scheme: "https", status: 308 } : undefined;
}

function isUrl(text: string): boolean {
  return /^http/i.test(text) && URL.canParse(text);
}

/** The path stays as the URL has it; `URL` would add a slash. */
function partsOf(text: string): RedirectSpec {
  const [, scheme = "", host = "", path = ""] = /^([^:]+):\/\/([^/?#]*)([^?#]*)/.exec(text) ?? [];
  return { scheme, ...(host === "" ? {} : { host }), ...(path === "" ? {} : { path }) };
}

/** Reads lines of "name value", and lists of names with commas. */
export function headerChanges(annotations: Annotations): HeaderChangesSpec {
  const changes = ["request", "response"].map((kind) => {
    const lines = (change: string) => (annotations.higressText(`${kind}-header-control-${change}`) ?? "").split("\n");
    const pairs = (change: string) => {
      const found = lines(change).flatMap((line) => {
        const [, name, value] = /^(\S+)\s+(.*)$/.exec(line.trim()) ?? [];
        return name === undefined ? [] : [[unquoted(name), unquoted(value!.trim())] as const];
      });
      // The names are the keys of a map in Go, and Istio sorts them.
      return [...new Map(found)].sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
    };
    const [set, add] = [pairs("update"), pairs("add")];
    const remove = lines("remove")
      .join("\n")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== "");
    const isEmpty = set.length + add.length + remove.length === 0;
    return isEmpty ? {} : { [`${kind}Headers`]: { remove, set, add } };
  });
  return Object.assign({}, ...changes) as HeaderChangesSpec;
}

function unquoted(text: string): string {
  return /^(["']).*\1$/.test(text) && text.length > 1 ? text.slice(1, -1) : text;
}
