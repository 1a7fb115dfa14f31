import { expect, test } from "vitest";
import { ManifestError } from "../manifest-error.js";
import { readResources } from "../read-resources.js";
import { routing } from "./index.js";

/** Lines 1 to 4 are the head, so that the text begins in line 5. */
function head(apiVersion: string, kind: string, text: string): string {
  return [`apiVersion: ${apiVersion}`, `kind: ${kind}`, "metadata:", "  name: foo", text].join("\n");
}

const ingress = (text: string) =>
  head("networking.k8s.io/v1", "Ingress", `spec:\n  ingressClassName: higress\n${text}`);
const path = (text: string) => ingress(`  rules:\n  - http:\n      paths:\n      - ${text}`);
const backend = (text: string) => path(`{path: /, pathType: Prefix, backend: ${text}}`);
const route = (text: string) =>
  head("gateway.networking.k8s.io/v1", "HTTPRoute", `spec:\n  parentRefs: [{name: gw}]\n${text}`);
const rule = (text: string) => route(`  rules:\n  - ${text}`);
const service = (text: string) => head("v1", "Service", text);
const SERVICE = "{service: {name: a, port: {number: 80}}}";

// The expected lines are counted by hand.
test.each<[text: string, message: string]>([
  [head("networking.k8s.io/v1", "Ingress", "spec: [a]"), "a.yaml:5: spec: expected an object, got a list"],
  [ingress("  rules: {}"), "a.yaml:7: spec.rules: expected a list, got an object"],
  [ingress("  tls: []"), "a.yaml:5: spec: expected rules or a defaultBackend"],
  [ingress("  rule: []"), 'a.yaml:7: spec: unknown field "rule"; did you mean "rules"?'],
  [ingress("  rules: [a]"), 'a.yaml:7: spec.rules[0]: expected an object, got string "a"'],
  [ingress("  rules:\n  - host: 1"), "a.yaml:8: spec.rules[0].host: expected a string, got number 1"],
  [
    ingress("  rules:\n  - host: Foo.example"),
    'a.yaml:8: spec.rules[0].host: expected a host name in lower case, such as "foo.example" or "*.example", got "Foo.example"; write "foo.example"',
  ],
  [
    ingress("  rules:\n  - host: foo.example:80"),
    'a.yaml:8: spec.rules[0].host: expected a host name in lower case, such as "foo.example" or "*.example", got "foo.example:80"; leave out the port',
  ],
  [
    ingress("  rules:\n  - host: 10.0.0.1"),
    'a.yaml:8: spec.rules[0].host: expected a host name in lower case, such as "foo.example" or "*.example", got "10.0.0.1"; an address is no host name',
  ],
  [
    ingress('  rules:\n  - host: "*"'),
    'a.yaml:8: spec.rules[0].host: expected a host name in lower case, such as "foo.example" or "*.example", got "*"; leave the host out for any host',
  ],
  [
    ingress('  rules:\n  - host: "a.*.example"'),
    'a.yaml:8: spec.rules[0].host: expected a host name in lower case, such as "foo.example" or "*.example", got "a.*.example"',
  ],
  [ingress("  rules:\n  - http: {paths: []}"), "a.yaml:8: spec.rules[0].http.paths: expected at least one path"],
  [
    path(`{path: /, backend: ${SERVICE}}`),
    "a.yaml:10: spec.rules[0].http.paths[0].pathType: expected Exact, Prefix or ImplementationSpecific, but the field is missing",
  ],
  [
    path(`{path: a, pathType: Exact, backend: ${SERVICE}}`),
    'a.yaml:10: spec.rules[0].http.paths[0].path: expected a path that begins with "/", got "a"',
  ],
  [
    path(`{path: /a//b, pathType: Prefix, backend: ${SERVICE}}`),
    'a.yaml:10: spec.rules[0].http.paths[0].path: expected a path without "//", got "/a//b"',
  ],
  [
    path(`{path: /a/.., pathType: Prefix, backend: ${SERVICE}}`),
    'a.yaml:10: spec.rules[0].http.paths[0].path: expected a path without "/..", got "/a/.."',
  ],
  [
    path("{path: /, pathType: Prefix}"),
    "a.yaml:10: spec.rules[0].http.paths[0].backend: expected an object, but the field is missing",
  ],
  [
    backend("{serviceName: a, servicePort: 80}"),
    'a.yaml:10: spec.rules[0].http.paths[0].backend: unknown field "serviceName"; expected service or resource',
  ],
  [backend("{}"), "a.yaml:10: spec.rules[0].http.paths[0].backend: expected one of service and resource"],
  [
    backend("{service: {name: a, port: 80}}"),
    "a.yaml:10: spec.rules[0].http.paths[0].backend.service.port: expected an object, got number 80",
  ],
  [
    backend("{service: {name: a}}"),
    "a.yaml:10: spec.rules[0].http.paths[0].backend.service.port: expected an object with a number or a name, but the field is missing",
  ],
  [
    backend("{service: {name: a, port: {number: 80, name: http}}}"),
    "a.yaml:10: spec.rules[0].http.paths[0].backend.service.port: expected one of number and name",
  ],
  [
    backend("{service: {name: a, port: {number: 65536}}}"),
    "a.yaml:10: spec.rules[0].http.paths[0].backend.service.port.number: expected an integer from 1 to 65535, got 65536",
  ],
  [
    backend('{service: {name: a, port: {number: "80"}}}'),
    'a.yaml:10: spec.rules[0].http.paths[0].backend.service.port.number: expected an integer from 1 to 65535, got string "80"',
  ],
  [
    head(
      "networking.k8s.io/v1",
      "Ingress",
      "  annotations:\n    higress.io/timeout: 5\nspec: {ingressClassName: higress, defaultBackend: {service: {name: a, port: {number: 80}}}}",
    ),
    'a.yaml:6: metadata.annotations["higress.io/timeout"]: expected a string in quotes, such as "5", got number 5',
  ],
  [
    head(
      "networking.k8s.io/v1",
      "Ingress",
      "  creationTimestamp: yesterday\nspec: {ingressClassName: higress, defaultBackend: {}}",
    ),
    'a.yaml:5: metadata.creationTimestamp: expected a time such as "2026-01-01T00:00:00Z", got string "yesterday"',
  ],
  [route("  hostnames: foo.example"), 'a.yaml:7: spec.hostnames: expected a list, got string "foo.example"'],
  [route("  parentRef: []"), 'a.yaml:7: spec: unknown field "parentRef"; did you mean "parentRefs"?'],
  [
    rule("match: []"),
    'a.yaml:8: spec.rules[0]: unknown field "match"; expected name, matches, filters, backendRefs, timeouts, retry or sessionPersistence',
  ],
  [
    rule("matches: [{path: {type: prefix, value: /}}]"),
    'a.yaml:8: spec.rules[0].matches[0].path.type: expected Exact, PathPrefix or RegularExpression, got "prefix"',
  ],
  [
    rule("matches: [{path: {value: a}}]"),
    'a.yaml:8: spec.rules[0].matches[0].path.value: expected a path that begins with "/", got "a"',
  ],
  [
    rule("matches: [{path: {value: '/a?b'}}]"),
    'a.yaml:8: spec.rules[0].matches[0].path.value: expected a path without "?", got "/a?b"',
  ],
  [
    rule("matches: [{path: {type: RegularExpression, value: /(a}}]"),
    'a.yaml:8: spec.rules[0].matches[0].path.value: invalid regular expression "/(a": a group ( has no end )',
  ],
  [
    rule("matches: [{method: get}]"),
    'a.yaml:8: spec.rules[0].matches[0].method: expected GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE or PATCH, got "get"; did you mean "GET"?',
  ],
  [
    rule("matches: [{headers: [{value: a}]}]"),
    "a.yaml:8: spec.rules[0].matches[0].headers[0].name: expected a string, but the field is missing",
  ],
  [
    rule("filters: [{type: UrlRewrite}]"),
    'a.yaml:8: spec.rules[0].filters[0].type: expected RequestHeaderModifier, ResponseHeaderModifier, RequestRedirect, URLRewrite, RequestMirror, CORS, ExternalAuth or ExtensionRef, got "UrlRewrite"; did you mean "URLRewrite"?',
  ],
  [
    rule("filters: [{type: URLRewrite}]"),
    "a.yaml:8: spec.rules[0].filters[0].urlRewrite: expected the settings of the filter URLRewrite",
  ],
  [
    rule("filters: [{type: URLRewrite, urlRewrite: {}, requestRedirect: {}}]"),
    "a.yaml:8: spec.rules[0].filters[0].requestRedirect: expected urlRewrite for the type URLRewrite",
  ],
  [
    rule("filters: [{type: RequestRedirect, requestRedirect: {statusCode: 304}}]"),
    "a.yaml:8: spec.rules[0].filters[0].requestRedirect.statusCode: expected 301, 302, 303, 307, 308, got 304",
  ],
  [
    rule("{filters: [{type: RequestRedirect, requestRedirect: {}}], backendRefs: [{name: a, port: 80}]}"),
    "a.yaml:8: spec.rules[0]: expected no backendRefs beside the filter RequestRedirect",
  ],
  [
    rule(
      "{matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}]}",
    ),
    "a.yaml:8: spec.rules[0]: expected a match of the type PathPrefix for a filter with ReplacePrefixMatch",
  ],
  [
    rule("backendRefs: [{name: a}]"),
    "a.yaml:8: spec.rules[0].backendRefs[0].port: expected the number of a port of the Service, but the field is missing",
  ],
  [
    rule("backendRefs: [{name: a, port: http}]"),
    'a.yaml:8: spec.rules[0].backendRefs[0].port: expected an integer from 1 to 65535, got string "http"',
  ],
  [
    rule("backendRefs: [{name: a, port: 80, weight: -1}]"),
    "a.yaml:8: spec.rules[0].backendRefs[0].weight: expected an integer from 0 to 1000000, got -1",
  ],
  [
    rule("backendRefs: [{name: a.b, port: 80}]"),
    'a.yaml:8: spec.rules[0].backendRefs[0].name: expected the name of a Service, not a host name, got "a.b"',
  ],
  [rule("timeouts: {request: 10}"), "a.yaml:8: spec.rules[0].timeouts.request: expected a string, got number 10"],
  [
    rule("timeouts: {request: 1.5s}"),
    'a.yaml:8: spec.rules[0].timeouts.request: expected a duration such as "10s" or "500ms", got "1.5s"',
  ],
  [service("spec: {ports: [{port: 0}]}"), "a.yaml:5: spec.ports[0].port: expected an integer from 1 to 65535, got 0"],
  [service("spec: {ports: [80]}"), "a.yaml:5: spec.ports[0]: expected an object, got number 80"],
  [service(""), "a.yaml:1: spec: expected an object, but the field is missing"],
  [
    service("spec: {type: clusterip}"),
    'a.yaml:5: spec.type: expected ClusterIP, NodePort, LoadBalancer or ExternalName, got "clusterip"; did you mean "ClusterIP"?',
  ],
  [
    service("spec: {type: ExternalName}"),
    "a.yaml:5: spec.externalName: expected a host name, but the field is missing",
  ],
  [
    service("spec: {ports: [{port: 80, protocol: tcp}]}"),
    'a.yaml:5: spec.ports[0].protocol: expected TCP, UDP or SCTP, got "tcp"; did you mean "TCP"?',
  ],
])("case %#", (text, message) => {
  expect(messageOf(text)).toBe(message);
});

function messageOf(text: string): string {
  try {
    routing(readResources(text, "a.yaml"));
  } catch (error) {
    expect(error).toBeInstanceOf(ManifestError);
    return (error as Error).message;
  }
  return "no error";
}
