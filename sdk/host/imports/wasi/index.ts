import type { HostKind } from "../../abi.js";
import type { HostTable } from "../table.js";
import { descriptors } from "./descriptors.js";
import { files } from "./files.js";
import { process } from "./process.js";

/** The functions of WASI that a host has; Envoy 1.40's and Higress's are the same but for a type or two. */
export function wasiOf(kind: HostKind): HostTable {
  return { ...descriptors, ...files(kind), ...process };
}
