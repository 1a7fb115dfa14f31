import type { HostKind } from "../../abi.js";
import type { HostTable } from "../table.js";
import { descriptors } from "./descriptors.js";
import { files } from "./files.js";
import { process } from "./process.js";

/** The WASI functions of a host. Those of Envoy 1.40 and Higress only differ in one or two types. */
export function wasiOf(kind: HostKind): HostTable {
  return { ...descriptors, ...files(kind), ...process };
}
