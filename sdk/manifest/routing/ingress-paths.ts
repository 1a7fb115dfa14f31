import type { IngressPath } from "./ingress.js";
import type { IngressOptions } from "./ingress-annotations.js";
import type { OriginType, PathMatch } from "./model.js";
import { checkedRegex } from "./regex.js";

interface Paths {
  originType: OriginType;
  originPath: string;
  paths: PathMatch[];
}

/** The paths of Istio's routes for a path of an Ingress. Higress takes ImplementationSpecific for Prefix. */
export function pathsOf({ field, path, pathType }: IngressPath, options: IngressOptions): Paths {
  const { rewriteTarget = "", useRegex, fullPathRegex } = options;
  const isRegex = useRegex || fullPathRegex || /[$\\]/.test(rewriteTarget);
  if (isRegex || (rewriteTarget !== "" && /[\\.+*?()|[\]{}^$]/.test(path))) {
    const value = path + (fullPathRegex ? "$" : ".*");
    checkedRegex(value, field.at("path"));
    return {
      originType: fullPathRegex ? "fullPathRegex" : "prefixRegex",
      originPath: path,
      paths: [{ kind: "regex", value }],
    };
  }
  if (pathType === "Exact") return { originType: "exact", originPath: path, paths: [{ kind: "path", value: path }] };
  if (path === "/") return { originType: "prefix", originPath: path, paths: [{ kind: "prefix", value: path }] };
  const originPath = path.replace(/\/$/, "");
  const paths: PathMatch[] = [
    { kind: "path", value: originPath },
    { kind: "prefix", value: `${originPath}/` },
  ];
  return { originType: "prefix", originPath, paths };
}
