import { describe, expect, test } from "vitest";
import { ingressOf } from "../../../tests/support/resources.js";
import { ManifestError } from "../manifest-error.js";
import type { Resource } from "../resource.js";
import { routing } from "./index.js";

const cluster = "outbound|80||foo.default.svc.cluster.local";

/** The routes in short: "host path name -> cluster". */
function routesOf(...resources: Resource[]): string[] {
  return routing(resources).routes.map((route) => {
    const { name, domains = [], prefix, path, regex, pathSeparatedPrefix, redirect, directResponse } = route;
    const match = [
      path === undefined ? "" : `=${path}`,
      prefix === undefined ? "" : `${prefix}*`,
      regex === undefined ? "" : `~${regex}`,
      pathSeparatedPrefix === undefined ? "" : `${pathSeparatedPrefix}/*`,
    ].join("");
    const target =
      route.cluster ?? (redirect ? "redirect" : directResponse ? String(directResponse.status) : "weighted");
    return `${domains.join()} ${match} ${name} -> ${target.replace(/outbound\|(\d+)\|\|([^.]+).*/, "$2:$1")}`;
  });
}

describe("Ingress", () => {
  test("makes routes with Higress's names of route and cluster", () => {
    const { routes, backends, warnings } = routing([ingressOf("foo.example", ["Exact /foo foo:80"], { line: 7 })]);
    expect(routes).toEqual([{ name: "default/foo", path: "/foo", domains: ["foo.example"], cluster, timeoutMs: 0 }]);
    expect(backends).toEqual([
      {
        ...{ cluster, namespace: "default", service: "foo", port: 80, http2: false },
        position: { file: "test.yaml", line: 7 },
      },
    ]);
    expect(warnings).toEqual([]);
  });

  test("leaves Higress's own namespace out of route names", () => {
    expect(routesOf(ingressOf("", ["Exact /foo foo:80"], { namespace: "higress-system" }))).toEqual([
      "* =/foo foo -> foo:80",
    ]);
  });

  test.each([
    ["Prefix /foo", ["=/foo", "/foo/*"]],
    ["Prefix /foo/", ["=/foo", "/foo/*"]],
    ["Prefix /", ["/*"]],
    ["ImplementationSpecific /foo", ["=/foo", "/foo/*"]],
    ["ImplementationSpecific ", ["/*"]],
    ["Exact /foo/", ["=/foo/"]],
  ])("%s", (path, matches) => {
    expect(routesOf(ingressOf("", [`${path} foo:80`]))).toEqual(
      matches.map((match) => `* ${match} default/foo -> foo:80`),
    );
  });

  test("orders the routes of a host as Higress does", () => {
    const names = ["Prefix / a:1", "Prefix /b b:1", "Prefix /b/long c:1", "Exact /b d:1", "Exact /b/long e:1"];
    expect(routesOf(ingressOf("foo.example", names)).map((one) => one.replace(/^\S+ (\S+) .* /, "$1 "))).toEqual([
      ...["=/b/long e:1", "=/b d:1", "=/b/long c:1", "/b/long/* c:1", "=/b b:1", "/b/* b:1", "/* a:1"],
    ]);
  });

  test("the older Ingress wins a host and path, then the one whose name comes first", () => {
    const old = ingressOf("", ["Prefix /a old:1"], { name: "z", created: "2026-01-01T00:00:00Z" });
    const young = ingressOf("", ["Prefix /a young:1", "Exact /a x:1"], { name: "a", created: "2026-01-02T00:00:00Z" });
    expect(routesOf(young, old)).toEqual([
      ...["* =/a default/a -> x:1", "* =/a default/z -> old:1", "* /a/* default/z -> old:1"],
    ]);
    expect(routing([young, old]).warnings).toEqual([
      'test.yaml:1: Ingress default/a: Higress passes over a rule: the host "*" and the path "/a" are already defined by the Ingress default/z, which is older',
    ]);
  });
});

test("rejects a wrong path type", () => {
  const wrong = ingressOf("", ["exact /a foo:80"], { line: 7 });
  expect(() => routing([wrong])).toThrow(
    new ManifestError(
      { file: "test.yaml", line: 7 },
      'spec.rules[0].http.paths[0].pathType: expected Exact, Prefix or ImplementationSpecific, got "exact"; did you mean "Exact"?',
    ),
  );
});
