import type { HeaderChangesSpec, HeaderChangeSpec } from "../../spec/gateway-spec.js";

/**
 * The changes without pseudo-headers and host, which Envoy rejects. As in Istio, a change of the request's host becomes
 * a rewritten host.
 *
 * @param hostRewrite the host that counts before one among the headers
 */
export function withHostHeader(
  { requestHeaders, responseHeaders }: HeaderChangesSpec,
  hostRewrite?: string,
): { headerChanges: HeaderChangesSpec; hostRewrite?: string } {
  const isHost = ([name]: readonly [string, string]) => /^(host|:authority)$/i.test(name);
  const host = hostRewrite ?? (requestHeaders?.set?.find(isHost) ?? requestHeaders?.add?.find(isHost))?.[1];
  return {
    headerChanges: {
      ...(requestHeaders ? { requestHeaders: plain(requestHeaders) } : {}),
      ...(responseHeaders ? { responseHeaders: plain(responseHeaders) } : {}),
    },
    ...(host === undefined || host === "" ? {} : { hostRewrite: host }),
  };
}

/** Both changes, one after the other. */
export function mergeChanges(first: HeaderChangesSpec, second: HeaderChangesSpec): HeaderChangesSpec {
  const merged = (["requestHeaders", "responseHeaders"] as const).flatMap((kind) => {
    const [a, b] = [first[kind], second[kind]];
    return a || b ? [[kind, a && b ? mergeOne(a, b) : (a ?? b)] as const] : [];
  });
  return Object.fromEntries(merged);
}

function mergeOne(a: HeaderChangeSpec, b: HeaderChangeSpec): HeaderChangeSpec {
  return {
    remove: [...(a.remove ?? []), ...(b.remove ?? [])],
    set: [...(a.set ?? []), ...(b.set ?? [])],
    add: [...(a.add ?? []), ...(b.add ?? [])],
  };
}

function plain({ remove = [], set = [], add = [] }: HeaderChangeSpec): HeaderChangeSpec {
  const isPlain = (name: string) => !name.startsWith(":") && name.toLowerCase() !== "host";
  return {
    remove: remove.filter(isPlain),
    set: set.filter(([name]) => isPlain(name)),
    add: add.filter(([name]) => isPlain(name)),
  };
}
