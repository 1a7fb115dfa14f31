import { Status } from "../../abi.js";
import { LifeSpan, writeEnvoyState } from "../../properties/filter-state.js";
import { bytesField, numberField, readMessage } from "../../properties/protobuf.js";
import type { HostVm } from "../../host-context.js";

/** `SetEnvoyFilterStateArguments { string path = 1; string value = 2; LifeSpan span = 3 }` */
export function setEnvoyFilterState(vm: HostVm, argument: Buffer): Buffer | Status {
  const fields = readMessage(argument);
  const path = fields && bytesField(fields, 1);
  const value = fields && bytesField(fields, 2);
  if (!path || !value) return Status.BadArgument;
  const status = writeEnvoyState(vm.context.info, path.toString("latin1"), value, span(numberField(fields, 3)));
  return status === Status.Ok ? Buffer.alloc(0) : status;
}

/** `DeclarePropertyArguments { string name = 1; bool readonly = 2; WasmType type = 3; bytes schema = 4; LifeSpan span = 5 }` */
export function declareProperty(vm: HostVm, argument: Buffer): Buffer | Status {
  const fields = readMessage(argument);
  const name = fields && bytesField(fields, 1)?.toString("latin1");
  if (name === undefined) return Status.BadArgument;
  // The context of the callback counts, not the one of `proxy_set_effective_context`: as in Envoy.
  const declarations = (vm.current ?? vm.context).declarations;
  if (declarations.has(name)) return Status.BadArgument;
  declarations.set(name, { readOnly: numberField(fields!, 2) !== 0, span: span(numberField(fields!, 5)) });
  return Buffer.alloc(0);
}

function span(number: number): LifeSpan {
  return number === 2 ? LifeSpan.Connection : number === 1 ? LifeSpan.Request : LifeSpan.FilterChain;
}
