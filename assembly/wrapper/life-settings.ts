import { Status } from "../abi/enums";
import { callForeignFunction } from "../proxywasm/foreign-function";
import { writeProperty } from "../proxywasm/property";
import { statusName } from "../proxywasm/status";
import { isHigress } from "./gateway-state";
import { PluginLife } from "./life";
import { PluginContext } from "./plugin-context";

/** The key of the number of requests among the values of the plugin. */
// @ts-ignore: decorator
@lazy const REQUESTS = "\0requests";

/** The options about the life of a plugin. */
export class Life extends PluginLife {
  start: ((ctx: PluginContext) => Error | null) | null = null;
  /** 0: no change. */
  requestsPerIoCycle: u64 = 0;
  /** 0: never. */
  rebuildAfterRequests: u64 = 0;
  /** 0: never. */
  rebuildMaxMemBytes: u64 = 0;

  override begin(ctx: PluginContext): Error | null {
    const start = this.start;
    if (start !== null) {
      const error = start(ctx);
      if (error !== null) return new Error("PrePluginStartOrReload: " + error.message);
    }
    if (this.requestsPerIoCycle > 0) {
      const argument = new ArrayBuffer(8);
      store<u64>(changetype<usize>(argument), this.requestsPerIoCycle);
      const status = callForeignFunction("set_global_max_requests_per_io_cycle", argument).status;
      if (status != Status.Ok) {
        ctx.log.warn("WithMaxRequestsPerIoCycle has no effect on this gateway: " + statusName(status));
      }
    }
    return null;
  }

  override countRequest(ctx: PluginContext, stream: u32): void {
    let isDue = false;
    if (this.rebuildAfterRequests > 0) {
      const requests = ctx.getOr<u64>(REQUESTS, 0) + 1;
      isDue = requests >= this.rebuildAfterRequests;
      ctx.set<u64>(REQUESTS, isDue ? 0 : requests);
    }
    // The size of the memory is the same number as Higress's property plugin_vm_memory.
    if (this.rebuildMaxMemBytes > 0 && (<u64>memory.size()) << 16 >= this.rebuildMaxMemBytes) isDue = true;
    if (isDue && isHigress(stream)) writeProperty(stream, ["wasm_need_rebuild"], "true");
  }
}
