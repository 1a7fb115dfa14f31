import { Action } from "./action";
import { Body } from "./body";
import { Log } from "./log";

/** The handler of the response to a request that a plugin has made a call, with its context and environment. */
export abstract class RouteCall {
  /** Runs the handler, on the whole body of the response. */
  abstract run(body: Body, log: Log): Action;
}
