import { goScheme, goUrlError } from "../go-url.js";
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
  const unreadable = goUrlError(url);
  if (unreadable !== undefined) {
    return problems.error(path, `istiod cannot read the URL, so requests pass without the plugin: ${unreadable}`);
  }
  const scheme = goScheme(url) || "oci";
  if (scheme === "oci") return checkImage(url.replace(/^oci:(\/\/)?/i, ""), path, problems);
  if (/^https?:\/\/(\/|$)/i.test(url)) problems.error(path, `expected a host, got ${valueText(url)}`);
}

/** The validation of Istio's CRD in CEL. Higress's CRD lacks it, but the gateway loads from no other scheme either. */
function hasKnownScheme(url: string): boolean {
  const given = [url, `http://${url}`].find(isUrl);
  return given !== undefined && ["", ...SCHEMES].includes(goScheme(given));
}

/** `isURL` of CEL: Go takes the text for a URL, and for the address of a request. */
function isUrl(text: string): boolean {
  const isAbsolute = goScheme(text) !== "" || text.startsWith("/");
  // The address of a request has no fragment.
  return isAbsolute && goUrlError(text) === undefined && goUrlError(text.replaceAll("#", "%23")) === undefined;
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
