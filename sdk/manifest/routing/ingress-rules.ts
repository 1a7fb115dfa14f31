import type { Resource } from "../resource.js";
import { byAge } from "./age.js";
import { Annotations } from "./annotations.js";
import { applyCanary, canaryOf, type Canary } from "./canary.js";
import { destinationsOf, type Destinations } from "./destination-annotation.js";
import { withHostHeader } from "./header-changes.js";
import { readIngress, type Ingress, type IngressBackend, type IngressPath } from "./ingress.js";
import { ingressOptions, type IngressOptions } from "./ingress-annotations.js";
import type { IngressRouteRule, Rule, Warn } from "./model.js";
import { pathsOf } from "./ingress-paths.js";
import { pathRewrite } from "./rewrite.js";
import { routeName } from "./route-name.js";
import type { Services } from "./services.js";
import { normalizeWeights } from "./weights.js";

interface Source {
  resource: Resource;
  ingress: Ingress;
  annotations: Annotations;
  options: IngressOptions;
  canary?: Canary;
  destinations?: Destinations;
}

/**
 * The rules of Ingresses by host, as Higress's controller makes them: Ingresses in order of age, canaries and default
 * backends at the end.
 */
export function ingressRules(
  resources: readonly Resource[],
  services: Services,
  warn: Warn,
): Map<string, IngressRouteRule[]> {
  return new IngressRules(services, warn).run(resources);
}

class IngressRules {
  private readonly hosts = new Map<string, IngressRouteRule[]>();
  /** Hosts that have a rule for all paths. */
  private readonly withDefault = new Set<string>();
  private readonly appRoots = new Map<string, { path: string; resource: Resource }>();
  private readonly owners = new Map<string, Resource>();

  constructor(
    private readonly services: Services,
    private readonly warn: Warn,
  ) {}

  run(resources: readonly Resource[]): Map<string, IngressRouteRule[]> {
    const sources = byAge(resources, ({ name, namespace }) => `${name}.${namespace}`).map((resource) =>
      this.read(resource),
    );
    const normal = sources.filter(({ canary }) => !canary);
    for (const source of normal) this.convert(source);
    for (const source of sources) if (source.canary && normal.length > 0) this.addCanary(source, source.canary);
    for (const rules of this.hosts.values()) for (const rule of rules) normalizeWeights(rule);
    for (const source of normal) this.addDefaultBackend(source);
    for (const [host, { path, resource }] of this.appRoots) {
      const rule = emptyRule(`${host}-app-root`, host, resource);
      const redirect = { status: 302, path } as const;
      this.rulesOf(host).unshift({ ...rule, paths: [{ kind: "path", value: "/" }], redirect });
    }
    return this.hosts;
  }

  private read(resource: Resource): Source {
    const ingress = readIngress(resource);
    const annotations = new Annotations(resource, this.warn);
    const options = ingressOptions(annotations, resource, this.warn);
    const canary = canaryOf(annotations);
    const destinations = destinationsOf(annotations, resource, this.services, this.warn);
    if (ingress.hasTls) this.warn(resource, "the local gateway passes over spec.tls");
    return {
      ...{ resource, ingress, annotations, options },
      ...(canary ? { canary } : {}),
      ...(destinations ? { destinations } : {}),
    };
  }

  private convert(source: Source): void {
    const { resource, ingress, options } = source;
    for (const { host, paths } of ingress.rules) {
      if (!paths) {
        this.warn(resource, `Higress passes over a rule without http${host === "" ? "" : ` for the host "${host}"`}`);
        continue;
      }
      if (options.appRoot !== undefined) this.appRoots.set(host, { path: options.appRoot, resource });
      const rules = this.rulesOf(host);
      for (const path of paths) {
        const rule = this.rule(source, host, path);
        if (path.path === "/" && rule.originType === "prefix") this.withDefault.add(host);
        const owner = this.owners.get(rule.key);
        if (owner) {
          const where =
            owner === resource ? "before" : `by the Ingress ${owner.namespace}/${owner.name}, which is older`;
          const what = `the host "${host}" and the path "${path.path}"`;
          this.warn(resource, `Higress passes over a rule: ${what} are already defined ${where}`);
          continue;
        }
        this.owners.set(rule.key, resource);
        if (this.addDestinations(rule, source, path.backend)) rules.push(rule);
      }
    }
  }

  private rule({ resource, options, annotations, destinations }: Source, host: string, path: IngressPath) {
    const { originType, originPath, paths } = pathsOf(path, options);
    const rule: IngressRouteRule = {
      ...emptyRule(routeName(resource), host, resource),
      ...{ originType, originPath, paths },
      ...{ method: options.method, headers: options.headers, queryParameters: options.queryParameters },
      ...{ ignoreCase: options.ignoreCase, timeoutMs: options.timeoutMs },
      ...(options.redirect ? { redirect: options.redirect } : {}),
      ...pathRewrite(options, paths, annotations),
      ...withHostHeader(options.headerChanges, options.hostRewrite),
      weightTotal: destinations?.weightSum ?? 0,
    };
    rule.key = ruleKey(rule, annotations);
    return rule;
  }

  /** Sets the backend of a rule. Returns false when the backend cannot be used. */
  private addDestinations(rule: Rule, { resource, destinations }: Source, backend: IngressBackend): boolean {
    if (backend.service) {
      return this.addService(rule, backend, resource);
    }
    if (destinations) {
      rule.destinations = destinations.list.map((one) => ({ ...one }));
      return true;
    }
    this.warn(
      resource,
      `${backend.field.path}.resource: Higress passes over a resource without the annotation "higress.io/destination"`,
    );
    return false;
  }

  private addService(rule: Rule, { field, service }: IngressBackend, resource: Resource): boolean {
    const { namespace, position } = resource;
    const { name, port } = service!;
    const path = `${field.path}.service.port`;
    const number = typeof port === "number" ? port : this.services.portNamed(namespace, name, port);
    if (number === undefined) {
      const what = `the manifests have no Service ${namespace}/${name} with a port named "${port}"`;
      this.warn(resource, `${path}: Higress passes over the rule, since ${what}`);
      return false;
    }
    const missing = this.services.missingPort(namespace, name, number);
    if (missing === undefined) {
      rule.destinations = [{ cluster: this.services.use(namespace, name, number, position), weight: 100 }];
    } else {
      this.warn(resource, `${path}: the gateway responds with the status code 503, since ${missing}`);
      rule.status = 503;
    }
    return true;
  }

  private addCanary(source: Source, canary: Canary): void {
    for (const { host, paths } of source.ingress.rules) {
      const rules = this.hosts.get(host);
      for (const path of rules ? (paths ?? []) : []) {
        const rule = this.rule(source, host, path);
        if (!this.addDestinations(rule, source, path.backend)) continue;
        const at = rules!.findIndex((one) => one.key === rule.key && !one.isDefaultBackend);
        if (at >= 0) applyCanary(canary, rule, rules!, at);
        else this.warn(source.resource, `Higress passes over a canary: no other Ingress has its host and path`);
      }
    }
  }

  private addDefaultBackend(source: Source): void {
    const { resource, ingress } = source;
    const { defaultBackend } = ingress;
    if (!defaultBackend) return;
    for (const host of ["*", ...ingress.rules.map((rule) => rule.host)]) {
      if (host === "" || this.withDefault.has(host)) continue;
      const rule = emptyRule(`${routeName(resource)}-default`, host, resource);
      if (!this.addDestinations(rule, source, defaultBackend)) return;
      this.rulesOf(host).push({ ...rule, originType: "prefix", originPath: "/", isDefaultBackend: true });
      this.withDefault.add(host);
    }
  }

  private rulesOf(host: string): IngressRouteRule[] {
    const rules = this.hosts.get(host) ?? [];
    this.hosts.set(host, rules);
    return rules;
  }
}

function emptyRule(name: string, host: string, resource: Resource): IngressRouteRule {
  return {
    ...{ name, host, resource, key: "", originType: "", originPath: "", isDefaultBackend: false, weightTotal: 0 },
    ...{ paths: [{ kind: "prefix", value: "/" }], headers: [], queryParameters: [], destinations: [] },
    ...{ ignoreCase: false, headerChanges: {}, timeoutMs: 0 },
  };
}

function ruleKey({ host, originType, originPath, headers, queryParameters }: IngressRouteRule, from: Annotations) {
  const methods = from.get("higress.io/match-method") ?? "";
  return JSON.stringify([host, originType, originPath, methods, headers, queryParameters]);
}
