import { hostName, oneSpelling } from "./host-name";
import { Kind, NO_RULE, RuleTable } from "./rule-table";

/** The kinds of conditions of a rule, in the order in which Higress's Go wrapper checks them. */
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
 * Finds the first rule that matches a request. A rule is its number in the list. `NO_RULE`, for no match, is greater than
 * all numbers of rules.
 */
export class RuleIndex {
  private table: RuleTable;
  /** The first rule with a condition on the host. */
  firstByHost: i32 = NO_RULE;
  /** The first rule with a condition on the route. */
  firstByRoute: i32 = NO_RULE;
  /** The first rule with a condition on the service. */
  firstByService: i32 = NO_RULE;

  /** @param size the number of bytes of the rules' JSON */
  constructor(size: i32) {
    this.table = new RuleTable(size);
  }

  /**
   * Adds a rule that matches any of the texts. Depending on the condition, a text is the name of a route; a host, a
   * suffix of hosts (`*.example.com`, `*`) or a prefix of hosts (`www.*`), where a star at another place is a plain
   * character; a service (`name` or `name:port`); or a prefix of route names.
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

  /** Adds a rule that matches any of the routes together with any of the services. */
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

  /** The first rule for a route with any service. */
  byRoute(route: string): i32 {
    return min(this.table.find(Kind.Route, route), this.table.find(Kind.RoutePrefix, route));
  }

  /**
   * The first rule for a route and the service of a cluster named `direction|port|subset|name`; other clusters have no
   * service.
   */
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
    // In the service of a rule, the text after the last colon is the port. So a port with a colon cannot match.
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

/** A route and a service as one text. Neither contains a NUL. */
function pair(route: string, service: string): string {
  return route + "\0" + service;
}
