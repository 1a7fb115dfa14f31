import { ExecutionPhase } from "./execution-phase";
import { RouteCall } from "./route-call";

/** The state of methods that few plugins use. A stream has this object only if its plugin uses one of these methods. */
export class StreamExtras {
  phase: ExecutionPhase = ExecutionPhase.DecodeHeader;
  isWebsocket: bool = false;
  isBinaryRequestBody: bool = false;
  isBinaryResponseBody: bool = false;
  /** An upstream has sent the response. */
  isFromUpstream: bool = false;
  /** The hook on chunks of the request pauses the request. */
  pausesRequest: bool = false;
  /** The hook on chunks of the response pauses the response. */
  pausesResponse: bool = false;
  /** The plugin has injected the end of the response. */
  hasInjectedEnd: bool = false;
  /** The whole request body is in the host's buffer. */
  hasWholeRequest: bool = false;
  /** The handler of the response, if the plugin has made the request a call. */
  routeCall: RouteCall | null = null;
}
