import { LogLevel, MapType, Status } from "../../abi/enums";
import { takenText } from "../../abi/memory";
import { requestHeader } from "../../proxywasm/header-value";
import { report } from "../../proxywasm/log";
import { Property, readXdsProperty } from "../../proxywasm/property";
import { statusName } from "../../proxywasm/status";
import { HttpContext } from "../http-context";
import { RuleIndex } from "./rule-index";
import { NO_RULE } from "./rule-table";

/** The result of `findRule` if the host does not provide what is needed to find the rule. */
export const UNDECIDED: i32 = -1;

/**
 * Finds the first rule that matches a request. Reads only what a rule needs that could still come first. Call it while the
 * request headers exist.
 *
 * @returns the number of the rule; `NO_RULE`; or `UNDECIDED`, with the reason in the log
 */
export function findRule(index: RuleIndex, ctx: HttpContext): i32 {
  let rule = NO_RULE;
  if (index.firstByHost < rule) {
    // Not through HeaderView, so that plugins that read no headers do not contain its code.
    const status = requestHeader(MapType.RequestHeaders, ":authority");
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

/** Whether the host knows the property, or knows that it is absent: a request may have no route or no cluster. */
function isKnown(property: Property): bool {
  return property.exists() || property.status == Status.NotFound;
}

function undecided(what: string, status: Status): i32 {
  report(LogLevel.Error, "get match config failed, err:" + what + ": " + statusName(status));
  return UNDECIDED;
}
