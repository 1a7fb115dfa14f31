import { Status } from "../../abi.js";
import { bytesField, numberField, readMessage } from "../../properties/protobuf.js";
import type { ForeignFunction } from "./foreign-function.js";

/** `InjectEncodedDataToFilterChainArguments { string body = 1; bool endstream = 2 }` */
const inject: ForeignFunction = (vm, argument) => {
  const fields = readMessage(argument);
  const body = fields && bytesField(fields, 1);
  if (!body) return Status.BadArgument;
  vm.context.injectResponse(body, numberField(fields, 2) !== 0);
  return Buffer.alloc(0);
};

/** Foreign functions that only Higress has. */
export const higressFunctions: Readonly<Record<string, ForeignFunction>> = {
  get_log_level: (vm) => {
    const level = Buffer.alloc(4);
    level.writeUInt32LE(vm.services.logLevel);
    return level;
  },
  // A limit of Envoy's event loop. This host has no event loop, so the limit has no effect.
  set_global_max_requests_per_io_cycle: (_vm, argument) =>
    argument.length === 8 ? Buffer.alloc(0) : Status.BadArgument,
  inject_encoded_data_to_filter_chain: inject,
  inject_encoded_data_to_filter_chain_on_header: inject,
};
