import { BufferType, Status } from "../abi/enums";
import { proxy_get_buffer_bytes } from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";

/** The first `size` bytes of a buffer; fewer if it is shorter, none if the host does not have it now. */
export function readBuffer(buffer: BufferType, size: i32): ArrayBuffer {
  const status = proxy_get_buffer_bytes(buffer, 0, size, addressSlot(), sizeSlot());
  return status == Status.Ok ? takenBytes() : new ArrayBuffer(0);
}

/**
 * The configuration of the plugin: there while it is being configured.
 *
 * @param size as the host gave it to the callback
 */
export function pluginConfiguration(size: i32): ArrayBuffer {
  return readBuffer(BufferType.PluginConfiguration, size);
}

/** The configuration of the VM, the same for all plugins in it: there while the plugin starts and is configured. */
export function vmConfiguration(): ArrayBuffer {
  return readBuffer(BufferType.VmConfiguration, i32.MAX_VALUE);
}
