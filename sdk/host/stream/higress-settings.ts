import type { Context } from "../context.js";
import type { HttpStream } from "./http-stream.js";

/** What Higress does when a plugin sets one of its own properties; others are kept, as any. */
export function applySetting(context: Context, stream: HttpStream, name: string, value: string): void {
  if (name === "clear_route_cache") context.keepsRoute = value === "off";
  else if (name === "wasm_need_rebuild") context.vm.wantsRebuild = value === "true";
  else if (/^\d+$/.test(value) && name === "set_decoder_buffer_limit") stream.request.limit = Number(value);
  else if (/^\d+$/.test(value) && name === "set_encoder_buffer_limit") stream.response.limit = Number(value);
}
