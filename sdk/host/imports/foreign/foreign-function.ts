import type { Status } from "../../abi.js";
import type { HostVm } from "../../host-context.js";

/** A foreign function: takes bytes, and returns bytes, or a status if it fails. */
export type ForeignFunction = (vm: HostVm, argument: Buffer) => Buffer | Status;
