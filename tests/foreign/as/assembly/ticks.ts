import {
  BaseContext,
  BufferTypeValues,
  Context,
  FilterHeadersStatusValues,
  Headers,
  RootContext,
  get_buffer_bytes,
  makeHeaderPair,
  proxy_set_effective_context,
  set_tick_period_milliseconds,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { increment } from "./state";

let waiting: Context[] = [];
let waitingForCall: Context[] = [];
let calling: Context[] = [];

/** Starts the timer from a stream. The ticks still arrive at the root context. */
export function awaitTick(stream: Context): FilterHeadersStatusValues {
  waiting.push(stream);
  set_tick_period_milliseconds(50);
  return FilterHeadersStatusValues.StopIteration;
}

export function awaitTickCall(stream: Context): FilterHeadersStatusValues {
  waitingForCall.push(stream);
  set_tick_period_milliseconds(50);
  return FilterHeadersStatusValues.StopIteration;
}

export function tick(root: RootContext): void {
  set_tick_period_milliseconds(0);
  const ticks = increment("ticks").toString();
  wake(waiting, [makeHeaderPair("x-ticks", ticks)]);
  waiting = [];
  if (waitingForCall.length == 0) return;
  calling = calling.concat(waitingForCall);
  waitingForCall = [];
  const headers = [
    makeHeaderPair(":method", "GET"),
    makeHeaderPair(":path", "/tick"),
    makeHeaderPair(":authority", "auth.example"),
  ];
  root.httpCall("auth", headers, new ArrayBuffer(0), [], 500, root, onTickCallResponse);
}

function onTickCallResponse(root: BaseContext, headers: u32, size: usize, trailers: u32): void {
  const body = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size));
  wake(calling, [makeHeaderPair("x-checked", body)]);
  calling = [];
}

/** Sets headers on paused requests and resumes them. */
export function wake(streams: Context[], headers: Headers): void {
  for (let i = 0; i < streams.length; i++) {
    proxy_set_effective_context(streams[i].context_id);
    for (let j = 0; j < headers.length; j++) {
      stream_context.headers.request.replace(String.UTF8.decode(headers[j].key), String.UTF8.decode(headers[j].value));
    }
    streams[i].continueRequest();
  }
}
