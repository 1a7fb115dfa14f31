import type { TracedCallback } from "../../host/index.js";

const HEADERS = ["Continue", "StopIteration", "Continue", "Pause, buffering the body", "Pause"];
const BODY = ["Continue", "StopIterationAndBuffer", "StopIterationAndWatermark", "StopIterationNoBuffer"];
const TRAILERS = ["Continue", "Pause"];

/** The names of a callback's arguments, without the first one, the context. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  on_context_create: ["parent context"],
  on_vm_start: ["bytes of VM configuration"],
  on_configure: ["bytes of configuration"],
  on_request_headers: ["headers", "end"],
  on_response_headers: ["headers", "end"],
  on_request_body: ["bytes", "end"],
  on_response_body: ["bytes", "end"],
  on_request_trailers: ["trailers"],
  on_response_trailers: ["trailers"],
  on_http_call_response: ["of call", "headers", "bytes", "trailers"],
  on_grpc_receive_initial_metadata: ["of call", "headers"],
  on_grpc_receive: ["of call", "bytes"],
  on_grpc_receive_trailing_metadata: ["of call", "trailers"],
  on_grpc_close: ["of call", "of status"],
  on_redis_call_response: ["of call", "of status", "bytes"],
};

/** A callback for the timeline: "on_request_body(12 bytes, end)". */
export function describeHook({ name, args }: TracedCallback): string {
  const short = name.replace(/^proxy_/, "");
  const names = ARGUMENTS[short] ?? [];
  const shown = args.slice(1).flatMap((value, index) => {
    const what = names[index] ?? "";
    if (what === "end") return value ? ["end"] : [];
    if (what.startsWith("of ")) return [`${what.slice(3)} ${value}`];
    return [what.startsWith("parent") ? `${what} ${value}` : `${value} ${what}`.trim()];
  });
  return `${short}(${shown.join(", ")})`;
}

/** The name of a callback's return value; "" for callbacks that return nothing. */
export function describeResult({ name }: TracedCallback, result: number | undefined): string {
  if (result === undefined) return "trap";
  if (name.endsWith("_headers")) return HEADERS[result >>> 0] ?? "Pause";
  if (/_(request|response)_body$/.test(name)) return BODY[result >>> 0] ?? BODY[3]!;
  if (name.endsWith("_trailers")) return TRAILERS[result >>> 0] ?? "Pause";
  if (name === "proxy_on_configure" || name === "proxy_on_vm_start") return result === 0 ? "rejected" : "accepted";
  return "";
}
