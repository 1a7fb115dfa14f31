/**
 * Why a gateway cannot read the name of an image; undefined when it can.
 *
 * @param reference the name without "oci://"
 * @example
 * imageProblem("example.com/Auth:1"); // 'expected lower-case letters in the image name "Auth"'
 */
export function imageProblem(reference: string): string | undefined {
  const at = reference.indexOf("@");
  const named = at < 0 ? reference : reference.slice(0, at);
  if (at >= 0 && !/^sha256:[0-9a-f]{64}$/.test(reference.slice(at + 1))) {
    return 'expected "@sha256:" and 64 lower-case hexadecimal digits';
  }
  const tag = tagOf(named);
  if (tag !== undefined && !/^[\w.-]{1,128}$/.test(tag))
    return `the tag "${tag}" has other characters than a-z 0-9 - _ .`;
  const name = nameOf(named);
  if (/[A-Z]/.test(name)) return `expected lower-case letters in the image name "${name}"`;
  if (name === "") return "the name of the image is missing";
  if (/^[a-z0-9_.\-/]{2,255}$/.test(name)) return undefined;
  return `expected 2 to 255 characters of a-z 0-9 - _ . / in the image name "${name}"`;
}

/** The tag of an image; undefined without one. */
export function tagOf(reference: string): string | undefined {
  const last = reference.slice(reference.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  return colon < 0 ? undefined : last.slice(colon + 1);
}

/** The name without registry and tag. The first part is a registry if it looks like a host. */
function nameOf(reference: string): string {
  const tag = tagOf(reference);
  const name = tag === undefined ? reference : reference.slice(0, -tag.length - 1);
  const [first, ...others] = name.split("/");
  return others.length > 0 && /[.:]|^localhost$/.test(first!) ? others.join("/") : name;
}
