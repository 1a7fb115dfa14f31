import { LogLevel, MapType, Status } from "../../abi/enums";
import { takenText } from "../../abi/memory";
import { askHeader } from "../../proxywasm/header-value";
import { report } from "../../proxywasm/log";
import { Property, readXdsProperty } from "../../proxywasm/property";
import { statusName } from "../../proxywasm/status";
import { HttpContext } from "../http-context";
import { RuleIndex } from "./rule-index";
import { NO_RULE } from "./rule-table";

/** Where it cannot be told which rule a request has. */
export const UNDECIDED: i32 = -1;

/**
 * The first rule for a request, `NO_RULE`, or `UNDECIDED`, which has been logged. The host is asked only for what a rule
 * needs that could come first. To be called while the request headers are there.
 */
export function findRule(index: RuleIndex, ctx: HttpContext): i32 {
  let rule = NO_RULE;
  if (index.firstByHost < rule) {
    // Not by the view of the headers, which a plugin need not have.
    const status = askHeader(MapType.RequestHeaders, ":authority");
    if (status != Status.Ok) return undecided(":authority", status);
    rule = index.byHost(takenText());
  }
  let route = "";
  if (index.firstByRoute < rule) {
    const property = readXdsProperty(ctx.id, "route_name");
    if (!isKnown(property)) return undecided("route_name", property.status);
    route = property.string();
    rule = min(rule, index.byRoute(route));
  }
  if (index.firstByService < rule) {
    const property = readXdsProperty(ctx.id, "cluster_name");
    if (!isKnown(property)) return undecided("cluster_name", property.status);
    rule = min(rule, index.byService(route, property.string()));
  }
  return rule;
}

/** A request may be without a route or a cluster, and is known to be. */
function isKnown(property: Property): bool {
  return property.exists() || property.status == Status.NotFound;
}

function undecided(what: string, status: Status): i32 {
  report(LogLevel.Error, "get match config failed, err:" + what + ": " + statusName(status));
  return UNDECIDED;
}
