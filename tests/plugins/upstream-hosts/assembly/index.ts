// Chooses the upstream host of each request: the first host that Higress reports, or the host of the header x-host.
import {
  Action,
  HttpContext,
  ProcessRequestHeaders,
  SetCtx,
  getUpstreamHosts,
  hasHigressCalls,
  setUpstreamOverrideHost,
} from "as-proxy-wasm-sdk";

class NoConfig {}

SetCtx<NoConfig>("upstream-hosts", [
  ProcessRequestHeaders<NoConfig>((ctx: HttpContext, config: NoConfig) => {
    const found = getUpstreamHosts();
    let host = ctx.requestHeaders.getOr("x-host", "none");
    if (found.hosts.length > 0) host = found.hosts[0].address;
    const error = setUpstreamOverrideHost(host);
    const words = [hasHigressCalls().toString(), found.isAvailable.toString(), found.hosts.length.toString()];
    ctx.requestHeaders.set("x-found", words.join());
    ctx.requestHeaders.set("x-details", found.hosts.map<string>((it) => it.details).join());
    ctx.requestHeaders.set("x-error", error === null ? "" : error.message);
    return Action.Continue;
  }),
]);
