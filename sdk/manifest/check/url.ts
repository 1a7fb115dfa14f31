import { parseGoRequestUri, parseGoUrl } from "../go-url.js";
import { imageProblem, tagOf } from "./image-reference.js";
import { valueText, type Path, type Problems } from "./problem.js";

const SCHEMES = ["oci", "https", "http", "file"];

/** Checks the address of a module as Istio's CRD, istiod and the gateway read it, in this order. */
export function checkUrl(url: string, path: Path, problems: Problems): void {
  if (!hasKnownScheme(url)) {
    return problems.error(
      path,
      `expected a URL with oci, https, http or file, got ${valueText(url)}${withScheme(url)}`,
    );
  }
  const parsed = parseGoUrl(url);
  if ("error" in parsed) {
    const effect = "so requests pass without the plugin";
    return problems.error(path, `istiod cannot read the URL (${parsed.error}), ${effect}${withScheme(url)}`);
  }
  const scheme = parsed.scheme || "oci";
  if (scheme === "oci") return checkImage(url.replace(/^oci:\/\//i, ""), path, problems);
  if (scheme !== "file" && parsed.host === "") problems.error(path, `expected a host, got ${valueText(url)}`);
}

/** The validation of Istio's CRD in CEL. Higress's CRD lacks it, but the gateway loads from no other scheme either. */
function hasKnownScheme(url: string): boolean {
  const schemeOf = (text: string) => {
    const request = parseGoRequestUri(text);
    if ("error" in request) return undefined;
    const parsed = parseGoUrl(text);
    return "error" in parsed ? undefined : parsed.scheme;
  };
  const scheme = schemeOf(url) ?? schemeOf(`http://${url}`);
  return scheme !== undefined && ["", ...SCHEMES].includes(scheme);
}

/** Suggests the scheme for an image whose registry has a port: Go takes the host for a scheme, or fails. */
function withScheme(url: string): string {
  return /^[\w.-]+:\d+\/\S+$/.test(url) ? `; write "oci://${url}"` : "";
}

function checkImage(reference: string, path: Path, problems: Problems): void {
  if (/^\.{0,2}(\/|$)/.test(reference)) {
    return problems.error(
      path,
      `expected an image, got the path ${valueText(reference)}; no cluster can load the path`,
    );
  }
  const problem = imageProblem(reference);
  if (problem !== undefined) return problems.error(path, `the gateway cannot pull the image: ${problem}`);
  if (reference.includes("@")) return;
  const tag = tagOf(reference);
  if (tag === undefined)
    problems.warn(path, "without a tag, the gateway pulls the image once and keeps it; add a version");
  if (tag !== "latest") return;
  problems.warn(path, 'the gateway pulls the tag "latest" again with each change of the resource; name a version');
}
