import { imageProblem } from "../manifest/check/image-reference.js";
import { OciError, shownText } from "./oci-error.js";

/** The name of an image in a registry. */
export interface Reference {
  /** Host and port: "ghcr.io", "localhost:5000". */
  registry: string;
  repository: string;
  tag?: string;
  digest?: string;
}

/** The host of Docker Hub's registry. Names without a registry mean this host. */
const DOCKER_HUB = "index.docker.io";

/**
 * Reads the name of an image as Istio does: without a registry, the image is on Docker Hub.
 *
 * @param text with or without "oci://"
 * @throws OciError that names the wrong part
 * @example
 * parseReference("oci://localhost:5000/auth:1"); // { registry: "localhost:5000", repository: "auth", tag: "1" }
 */
export function parseReference(text: string): Reference {
  const name = text.replace(/^oci:\/\//i, "");
  const fail = (reason: string) => new OciError(`the image "${shownText(withoutUser(name))}": ${reason}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) throw fail("expected REGISTRY/REPOSITORY:TAG, got a URL");
  const problem = imageProblem(name);
  if (problem !== undefined) throw fail(problem);
  const [named = "", digest] = name.split("@");
  const [, path = "", tag] = /^(.*?)(?::([^:/]*))?$/s.exec(named) ?? [];
  const [first = "", ...others] = path.split("/");
  const hasRegistry = others.length > 0 && /[.:]|^localhost$/.test(first);
  const registry = hasRegistry ? first : DOCKER_HUB;
  if (!isHost(registry)) throw fail(`expected a host such as ghcr.io or localhost:5000, got "${registry}"`);
  const repository = hasRegistry ? others.join("/") : path;
  if (repository.split("/").some((part) => /^\.{0,2}$/.test(part)))
    throw fail(`the name "${repository}" has an empty part, "." or ".."`);
  const isOfficial = (registry === DOCKER_HUB || registry === "docker.io") && !repository.includes("/");
  return {
    registry: registry === "docker.io" ? DOCKER_HUB : registry,
    repository: isOfficial ? `library/${repository}` : repository,
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** A user and a password in front of the host are no part of a name, and no message shows them. */
function withoutUser(name: string): string {
  return name.replace(/^((?:[^/?#]*:)?\/\/)?[^/?#]*@(?!sha256:)/, "$1");
}

/** The name without tag and digest: "ghcr.io/org/auth". */
export function nameOf({ registry, repository }: Reference): string {
  return `${registry}/${repository}`;
}

/** The name as `parseReference` reads it. */
export function referenceText(reference: Reference): string {
  const { tag, digest } = reference;
  return nameOf(reference) + (tag === undefined ? "" : `:${tag}`) + (digest === undefined ? "" : `@${digest}`);
}

/** What to ask the registry for: the digest, or the tag, or "latest". */
export function identifierOf({ tag = "latest", digest = tag }: Reference): string {
  return digest;
}

/** Whether a text is a host with or without a port, and nothing else of a URL. */
export function isHost(text: string): boolean {
  const found = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?$/i.exec(text);
  return found !== null && Number(found[1] ?? 1) <= 65_535 && URL.canParse(`https://${text}/`);
}
