import { BufferType, LogLevel, MapType, Status, type TracedCall } from "../../host/index.js";
import { decodePairs } from "../../host/message/pairs.js";
import { fromLatin1, shown } from "../message/text.js";

/**
 * The kinds of a host call's arguments, in order. A text, pairs or a path is two arguments: address and size. ">" marks
 * a result that the host writes to the address.
 */
const CALLS: Readonly<Record<string, string>> = {
  get_header_map_value: "map text >text",
  add_header_map_value: "map text text",
  replace_header_map_value: "map text text",
  remove_header_map_value: "map text",
  get_header_map_pairs: "map >pairs",
  set_header_map_pairs: "map pairs",
  get_header_map_size: "map >number",
  get_buffer_bytes: "buffer number number >text",
  get_buffer_status: "buffer >number skip",
  set_buffer_bytes: "buffer number number text",
  get_property: "path >text",
  set_property: "path text",
  http_call: "text pairs text pairs ms >number",
  send_local_response: "number text text pairs skip",
  continue_stream: "stream",
  close_stream: "stream",
  set_effective_context: "number",
  set_tick_period_milliseconds: "ms",
  get_current_time_nanoseconds: "skip",
  define_metric: "metric text >number",
  increment_metric: "number number",
  record_metric: "number number",
  get_metric: "number >number",
  get_shared_data: "text >text >number",
  set_shared_data: "text text number",
  call_foreign_function: "text text >text",
  grpc_call: "text text text pairs text ms >number",
  grpc_stream: "text text text pairs >number",
  grpc_send: "number text number",
  grpc_close: "number",
  grpc_cancel: "number",
  // Skips user and password.
  redis_init: "text text skip skip ms",
  redis_call: "text text >number",
  get_status: ">number >text",
  done: "",
};

const STREAMS = ["request", "response", "downstream", "upstream"];
const METRICS = ["counter", "gauge", "histogram"];
const words = (name: string | undefined) => name?.replace(/(?!^)[A-Z]/g, (letter) => ` ${letter}`).toLowerCase() ?? "?";

/** A host call for the timeline: 'get_header_map_value(request headers, "allow") → "true"'. */
export function describeHostCall(call: TracedCall): string {
  const name = call.name.replace(/^proxy_/, "");
  const kinds = CALLS[name];
  const failed = call.result === undefined ? "threw" : call.result === 0 ? "" : (Status[call.result] ?? call.result);
  if (kinds === undefined) return `${name}(${call.args.join(", ")}) → ${failed === "" ? "Ok" : failed}`;
  const given: string[] = [];
  const got: string[] = [];
  let at = 0;
  for (const kind of kinds.split(" ").filter((one) => one !== "")) {
    const isOut = kind.startsWith(">");
    const [text, size] = read(call, isOut ? kind.slice(1) : kind, at, isOut);
    at += size;
    if (text !== "" && (!isOut || failed === "")) (isOut ? got : given).push(text);
  }
  return `${name}(${given.join(", ")}) → ${failed !== "" ? failed : got.length > 0 ? got.join(", ") : "Ok"}`;
}

/**
 * An argument as text, and how many numbers it consists of. A result is read from the address that the argument holds.
 */
function read({ args, vm }: TracedCall, kind: string, at: number, isOut: boolean): [text: string, size: number] {
  const value = args[at] ?? 0;
  const isBlock = kind === "text" || kind === "pairs" || kind === "path";
  if (kind === "skip") return ["", 1];
  if (isOut && !isBlock) return [String(vm.memory.u32(Number(value)) ?? "?"), 1];
  if (!isBlock) return [scalar(kind, value), 1];
  const slot = (index: number) => Number(args[at + index] ?? 0);
  const [address, size] = isOut ? [vm.memory.u32(slot(0)), vm.memory.u32(slot(1))] : [slot(0), slot(1)];
  const text = vm.memory.text(address ?? 0, size ?? 0) ?? "";
  if (kind === "pairs") {
    const pairs = decodePairs(Buffer.from(text, "latin1"));
    return [`[${pairs.map((pair) => shown(pair.map(fromLatin1).join(": "))).join(", ")}]`, 2];
  }
  return [kind === "path" ? shown(text.replaceAll("\0", ".")) : block(text), 2];
}

function scalar(kind: string, value: number | bigint): string {
  const index = Number(value);
  if (kind === "map") return words(MapType[index]);
  if (kind === "buffer") return words(BufferType[index]);
  if (kind === "stream") return STREAMS[index] ?? String(value);
  if (kind === "metric") return METRICS[index] ?? String(value);
  return kind === "ms" ? `${value} ms` : index === 0xffffffff ? "all" : String(value);
}

/** Text in quotes, other bytes in hexadecimal digits. */
function block(text: string): string {
  const readable = fromLatin1(text);
  // eslint-disable-next-line no-control-regex -- the pattern looks for control characters
  if (!/[\0-\x08\x0e-\x1f\ufffd]/.test(readable)) return shown(readable);
  const hex = Buffer.from(text.slice(0, 32), "latin1").toString("hex");
  return `0x${hex}${text.length > 32 ? `… (${text.length} bytes)` : ""}`;
}

/** "warn" for `LogLevel.Warn`. */
export type LevelName = "trace" | "debug" | "info" | "warn" | "error" | "critical";

export function levelName(level: LogLevel): LevelName {
  return (LogLevel[level] ?? "info").toLowerCase() as LevelName;
}
