import type { RegexRewriteSpec } from "../../spec/gateway-spec.js";
import type { Annotations } from "./annotations.js";
import type { Field } from "./field.js";
import type { IngressOptions } from "./ingress-annotations.js";
import type { PathMatch } from "./model.js";
import { checkSubstitution } from "./regex.js";

interface PathRewrite {
  prefixRewrite?: string;
  regexRewrite?: RegexRewriteSpec;
}

/** How the annotations of an Ingress change the path of requests. */
export function pathRewrite(
  options: IngressOptions,
  paths: readonly PathMatch[],
  annotations: Annotations,
): PathRewrite {
  const { rewritePath, rewriteTarget } = options;
  if (rewritePath !== undefined) {
    const prefix = paths.find(({ kind, value }) => kind === "prefix" && value.endsWith("/"));
    if (!prefix || rewritePath.endsWith("/")) return { prefixRewrite: rewritePath };
    const pattern = `^${prefix.value.replace(/\/$/, "")}(/.*)?`;
    return checked({ pattern, substitution: `${rewritePath}\\1` }, annotations.fieldOf("rewrite-path"));
  }
  if (rewriteTarget === undefined) return {};
  // Also for a prefix, whose first path is exact: then every occurrence in a path is replaced.
  const { kind, value } = paths[0]!;
  const pattern = kind === "prefix" ? `^${value}` : value;
  return checked({ pattern, substitution: rewriteTarget }, annotations.fieldOf("rewrite-target"));
}

function checked(rewrite: RegexRewriteSpec, annotation: Field): PathRewrite {
  checkSubstitution(rewrite.pattern, rewrite.substitution, annotation);
  return { regexRewrite: rewrite };
}
