import { Status } from "../abi.js";
import { host, type HostTable } from "./table.js";

export const contexts: HostTable = {
  proxy_set_effective_context: host("i>i", (vm, id: number) => {
    return vm.setEffectiveContext(id) ? Status.Ok : Status.BadArgument;
  }),
  proxy_done: host(">i", (vm) => {
    const { root } = vm.context;
    if (!root?.isPending) return Status.NotFound;
    vm.afterCallback(() => root.finish());
    return Status.Ok;
  }),
  proxy_set_tick_period_milliseconds: host("i>i", (vm, period: number) => {
    vm.context.root?.setTickPeriod(period);
    return Status.Ok;
  }),
  proxy_get_status: host("iii>i", (vm, codeAt: number, at: number, sizeAt: number) => {
    const { code, message } = vm.context.root?.callbackData.status ?? { code: 0, message: "" };
    if (!vm.memory.writeU32(codeAt, code)) return Status.InvalidMemoryAccess;
    return vm.memory.copyToGuest(message, at, sizeAt);
  }),
};
