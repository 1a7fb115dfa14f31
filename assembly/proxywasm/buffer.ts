import { settle } from "../abi/entry";
import { BufferType, Status } from "../abi/enums";
import { proxy_get_buffer_bytes } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";

/**
 * Reads the first `size` bytes of a buffer. The result is shorter if the buffer is, and empty if the host has no such
 * buffer now.
 */
export function readBuffer(buffer: BufferType, size: i32): ArrayBuffer {
  settle();
  const status = proxy_get_buffer_bytes(buffer, 0, size, addressSlot(), sizeSlot());
  return status == Status.Ok ? takenBytes() : new ArrayBuffer(0);
}

/**
 * Reads the configuration of the plugin. The host has it only during `proxy_on_configure`.
 *
 * @param size the size that the host passed to the callback
 */
export function pluginConfiguration(size: i32): ArrayBuffer {
  return readBuffer(BufferType.PluginConfiguration, size);
}

/**
 * Reads the configuration of the VM (`vm_config.configuration`), which all plugins in the VM share. The host has it only
 * while a plugin starts or reads its configuration; later the result is empty.
 *
 * @example
 * ```ts
 * function parseConfig(json: Json, config: Config, log: Log): Error | null {
 *   log.info("VM configuration: " + decodeText(vmConfiguration()));
 *   return null;
 * }
 * ```
 */
export function vmConfiguration(): ArrayBuffer {
  return readBuffer(BufferType.VmConfiguration, i32.MAX_VALUE);
}
