import type { Vm } from "../vm/vm.js";
import type { HttpStream } from "./http-stream.js";

/** Applies a property that Higress treats as a setting. Higress keeps the property like any other, too. */
export function applySetting(
  context: { readonly vm: Vm; keepsRoute: boolean },
  stream: HttpStream,
  name: string,
  value: string,
): void {
  if (name === "clear_route_cache") context.keepsRoute = value === "off";
  else if (name === "wasm_need_rebuild") context.vm.wantsRebuild = value === "true";
  else if (/^\d+$/.test(value) && name === "set_decoder_buffer_limit") stream.request.limit = Number(value);
  else if (/^\d+$/.test(value) && name === "set_encoder_buffer_limit") stream.response.limit = Number(value);
}
