import { environ_get, environ_sizes_get } from "../abi/imports";
import { numberSlot } from "../abi/memory";
import { decodeUtf8 } from "../abi/utf8";

/**
 * Reads a variable of the VM's environment: `vm_config.environment_variables` in Envoy, `vmConfig.env` in the WasmPlugin of
 * Istio and Higress.
 *
 * @returns the value; null if the variable is not set
 */
export function environmentVariable(name: string): string | null {
  if (environ_sizes_get(numberSlot(), numberSlot() + 4) != 0) return null;
  const count = load<i32>(numberSlot());
  const size = load<i32>(numberSlot() + 4);
  if (count <= 0 || size <= 0) return null;
  const pointers = new ArrayBuffer(4 * count);
  const text = new ArrayBuffer(size);
  const start = changetype<usize>(text);
  if (environ_get(changetype<usize>(pointers), start) != 0) return null;
  // The variables follow one another. Each ends with a NUL.
  for (let from = 0; from < size;) {
    let to = from;
    while (to < size && load<u8>(start + to) != 0) to++;
    const variable = decodeUtf8(start + from, to - from);
    if (variable.startsWith(name + "=")) return variable.substring(name.length + 1);
    from = to + 1;
  }
  return null;
}
