import { get_property, set_property, stream_context } from "@gcoredev/proxy-wasm-sdk-as/assembly";

export function requestProperties(): void {
  set_property("state", String.UTF8.encode("on"));
  const headers = stream_context.headers.request;
  headers.replace("x-path", text("request\0path"));
  headers.replace("x-method", text("request\0method"));
  headers.replace("x-header", text("request\0headers\0x-one"));
  headers.replace("x-protocol", text("request\0protocol"));
  headers.replace("x-route", text("xds\0route_name"));
  headers.replace("x-plugin", text("plugin_name"));
  headers.replace("x-root", text("plugin_root_id"));
  headers.replace("x-source", text("source\0address"));
  headers.replace("x-mtls", Uint8Array.wrap(get_property("connection\0mtls"))[0].toString());
  headers.replace("x-state", text("state"));
  headers.replace("x-absent", text("no\0such"));
}

export function responseProperties(): void {
  stream_context.headers.response.add("x-code", responseCode());
  stream_context.headers.response.add("x-state", text("state"));
  stream_context.headers.response.add("x-path", text("request\0path"));
}

export function responseCode(): string {
  return load<i64>(changetype<usize>(get_property("response\0code"))).toString();
}

/** A property as text. The SDK does not distinguish an empty property from an absent property. */
export function text(path: string): string {
  const value = get_property(path);
  return value.byteLength == 0 ? "none" : String.UTF8.decode(value);
}
