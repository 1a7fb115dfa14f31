import { Action } from "./action";
import { Body } from "./body";
import { BodyHook } from "./hooks";
import { HttpContext } from "./http-context";
import { Log } from "./log";
import { RouteCall } from "./route-call";

/** The handler of a route call as a hook on the whole body of the response. */
export class RouteCallHook<C> extends BodyHook<C> {
  constructor(private call: RouteCall) {
    super();
  }

  run(ctx: HttpContext, config: C, body: Body, log: Log): Action {
    return this.call.run(body, log);
  }
}
