import { hostName, oneSpelling } from "./host-name";
import { Kind, NO_RULE, RuleTable } from "./rule-table";

/** What a rule can ask of a request, in the order in which Go's wrapper looks at it. */
export enum Condition {
  Route,
  Domain,
  Service,
  RoutePrefix,
}

const STAR: i32 = 0x2a;
const COLON: i32 = 0x3a;
const BAR: i32 = 0x7c;

/**
 * What rules ask of a request, and which of them comes first for one. Rules are numbers, in the order of the list; no
 * rule is `NO_RULE`, which is above all.
 */
export class RuleIndex {
  private table: RuleTable;
  /** The first rule that asks for the host. */
  firstByHost: i32 = NO_RULE;
  /** The first rule that asks for the route. */
  firstByRoute: i32 = NO_RULE;
  /** The first rule that asks for the service. */
  firstByService: i32 = NO_RULE;

  /** @param size how many bytes of JSON the rules have */
  constructor(size: i32) {
    this.table = new RuleTable(size);
  }

  /**
   * A rule asks for one of some texts: names of routes; hosts, or how they end (`*.example.com`, `*`) or begin (`www.*`), a
   * star elsewhere being a star; services, `name` or `name:port`; beginnings of routes.
   */
  add(condition: Condition, texts: string[], rule: i32): void {
    if (condition == Condition.Domain) this.firstByHost = min(this.firstByHost, rule);
    else if (condition == Condition.Service) this.firstByService = min(this.firstByService, rule);
    else this.firstByRoute = min(this.firstByRoute, rule);
    for (let i = 0; i < texts.length; i++) {
      const text = unchecked(texts[i]);
      if (condition == Condition.Route) this.table.add(Kind.Route, text, rule);
      else if (condition == Condition.Domain) this.addDomain(oneSpelling(text), rule);
      else this.table.add(condition == Condition.Service ? Kind.Service : Kind.RoutePrefix, text, rule);
    }
  }

  /** A rule asks for one of some routes and for one of some services. */
  addPairs(routes: string[], services: string[], rule: i32): void {
    this.firstByRoute = min(this.firstByRoute, rule);
    this.firstByService = min(this.firstByService, rule);
    for (let i = 0; i < routes.length; i++) {
      for (let j = 0; j < services.length; j++) {
        this.table.add(Kind.Pair, pair(unchecked(routes[i]), unchecked(services[j])), rule);
      }
    }
  }

  /** The first rule for the host of an authority. */
  byHost(authority: string): i32 {
    const table = this.table;
    const host = hostName(authority);
    const rule = min(table.find(Kind.Host, host), table.find(Kind.HostPrefix, host));
    return min(rule, table.find(Kind.HostSuffix, host));
  }

  /** The first rule for a route, whatever the service. */
  byRoute(route: string): i32 {
    return min(this.table.find(Kind.Route, route), this.table.find(Kind.RoutePrefix, route));
  }

  /** The first rule for the service behind a cluster, `direction|port|subset|name`, and the route. Others have none. */
  byService(route: string, cluster: string): i32 {
    let bars = 0;
    let portStart = 0;
    let portEnd = 0;
    let nameStart = 0;
    let plainPort = true;
    for (let i = 0; i < cluster.length; i++) {
      const c = cluster.charCodeAt(i);
      if (c == COLON && bars == 1) plainPort = false;
      if (c != BAR) continue;
      bars++;
      if (bars == 1) portStart = i + 1;
      else if (bars == 2) portEnd = i;
      else nameStart = i + 1;
    }
    if (bars != 3) return NO_RULE;
    const name = cluster.substring(nameStart);
    const rule = this.ofService(route, name);
    // What follows the last colon of a rule's service is its port, so it has none.
    return plainPort ? min(rule, this.ofService(route, name + ":" + cluster.substring(portStart, portEnd))) : rule;
  }

  private ofService(route: string, service: string): i32 {
    return min(this.table.find(Kind.Service, service), this.table.find(Kind.Pair, pair(route, service)));
  }

  private addDomain(name: string, rule: i32): void {
    const last = name.length - 1;
    if (last >= 0 && name.charCodeAt(0) == STAR) this.table.add(Kind.HostSuffix, name.substring(1), rule);
    else if (last >= 0 && name.charCodeAt(last) == STAR) {
      this.table.add(Kind.HostPrefix, name.substring(0, last), rule);
    } else this.table.add(Kind.Host, name, rule);
  }
}

/** A route and a service as one text: neither holds a NUL. */
function pair(route: string, service: string): string {
  return route + "\0" + service;
}
