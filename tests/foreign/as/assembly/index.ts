export * from "@gcoredev/proxy-wasm-sdk-as/assembly/proxy";
import {
  BaseContext,
  BufferTypeValues,
  Context,
  FilterDataStatusValues,
  FilterHeadersStatusValues,
  FilterTrailersStatusValues,
  GrpcStatusValues,
  Headers,
  RootContext,
  get_buffer_bytes,
  makeHeaderPair,
  registerRootContext,
  send_http_response,
  send_local_response,
  set_buffer_bytes,
  stream_context,
} from "@gcoredev/proxy-wasm-sdk-as/assembly";
import { call, callInBody, callInResponse } from "./calls";
import { edit, setAll } from "./headers";
import { logAll, logDone } from "./logs";
import { requestProperties, responseProperties } from "./properties";
import { awaitJobs, takeJobs } from "./queues";
import { metrics, sharedData } from "./state";
import { awaitTick, awaitTickCall, tick } from "./ticks";

class Root extends RootContext {
  createContext(id: u32): Context {
    return new Stream(id, this);
  }

  onTick(): void {
    tick(this);
  }

  onQueueReady(token: u32): void {
    takeJobs(token);
  }
}

class Stream extends Context {
  /** The value of the request's x-topic header. */
  topic: string = "";

  constructor(id: u32, root: RootContext) {
    super(id, root);
  }

  onRequestHeaders(count: u32, end: bool): FilterHeadersStatusValues {
    const token = stream_context.headers.request.get("x-token");
    if (token != this.root_context.getConfiguration()) {
      const by = makeHeaderPair("x-by", "as");
      send_http_response(401, "no_token", String.UTF8.encode("who are you?"), [by]);
      return FilterHeadersStatusValues.StopIteration;
    }
    stream_context.headers.request.remove("content-length");
    stream_context.headers.request.add("x-seen", stream_context.headers.request.get(":path"));
    this.topic = stream_context.headers.request.get("x-topic");
    if (this.topic == "edit") edit(stream_context.headers.request);
    else if (this.topic == "set") setAll(stream_context.headers.request);
    else if (this.topic == "call") return call(this);
    else if (this.topic == "tick") return awaitTick(this);
    else if (this.topic == "tick call") return awaitTickCall(this);
    else if (this.topic == "shared data") return reply(sharedData());
    else if (this.topic == "queue") return awaitJobs(this);
    else if (this.topic == "metrics") return reply(metrics());
    else if (this.topic == "properties") requestProperties();
    else if (this.topic == "log") logAll();
    else if (this.topic == "grpc") {
      send_local_response(403, "", String.UTF8.encode("denied"), [], GrpcStatusValues.PermissionDenied);
      return FilterHeadersStatusValues.StopIteration;
    } else if (stream_context.headers.request.get("x-call") != "") return this.check();
    return FilterHeadersStatusValues.Continue;
  }

  onRequestBody(size: usize, end: bool): FilterDataStatusValues {
    if (!end) return FilterDataStatusValues.StopIterationAndBuffer;
    const body = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size));
    if (this.topic == "wrap") {
      wrap(BufferTypeValues.HttpRequestBody, <u32>size);
    } else if (this.topic == "add trailers") {
      stream_context.trailers.request.add("x-added", "1");
    } else if (this.topic == "call in body") {
      return callInBody(this);
    } else if (this.topic == "reply to body") {
      send_http_response(403, "", String.UTF8.encode("not " + body), []);
      return FilterDataStatusValues.StopIterationNoBuffer;
    } else {
      set_buffer_bytes(BufferTypeValues.HttpRequestBody, 0, <u32>size, String.UTF8.encode("as:" + body));
    }
    return FilterDataStatusValues.Continue;
  }

  onRequestTrailers(count: u32): FilterTrailersStatusValues {
    if (this.topic == "edit") edit(stream_context.trailers.request);
    if (this.topic == "set") setAll(stream_context.trailers.request);
    return FilterTrailersStatusValues.Continue;
  }

  onResponseHeaders(count: u32, end: bool): FilterHeadersStatusValues {
    stream_context.headers.response.add("x-by", "as");
    if (this.topic == "edit") edit(stream_context.headers.response);
    else if (this.topic == "set") setAll(stream_context.headers.response);
    else if (this.changesBody()) stream_context.headers.response.remove("content-length");
    else if (this.topic == "properties") responseProperties();
    else if (this.topic == "call in response") return callInResponse(this);
    else if (this.topic == "reply to response") {
      send_http_response(502, "", String.UTF8.encode("sorry"), [makeHeaderPair("x-why", "bad response")]);
      return FilterHeadersStatusValues.StopIteration;
    }
    return FilterHeadersStatusValues.Continue;
  }

  onResponseBody(size: usize, end: bool): FilterDataStatusValues {
    if (!this.changesBody()) return FilterDataStatusValues.Continue;
    if (!end) return FilterDataStatusValues.StopIterationAndBuffer;
    if (this.topic == "wrap") {
      wrap(BufferTypeValues.HttpResponseBody, <u32>size);
    } else if (this.topic == "replace") {
      const part = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpResponseBody, 1, 2));
      const whole = String.UTF8.decode(get_buffer_bytes(BufferTypeValues.HttpResponseBody, 0, <u32>size));
      set_buffer_bytes(BufferTypeValues.HttpResponseBody, 0, <u32>size, String.UTF8.encode(part + "/" + whole));
    } else {
      stream_context.trailers.response.add("x-added", "1");
    }
    return FilterDataStatusValues.Continue;
  }

  onResponseTrailers(count: u32): FilterTrailersStatusValues {
    if (this.topic == "edit") edit(stream_context.trailers.response);
    if (this.topic == "set") setAll(stream_context.trailers.response);
    return FilterTrailersStatusValues.Continue;
  }

  onLog(): void {
    if (this.topic == "log") logDone();
  }

  private changesBody(): bool {
    return this.topic == "wrap" || this.topic == "replace" || this.topic == "add trailers";
  }

  private check(): FilterHeadersStatusValues {
    const headers = [
      makeHeaderPair(":method", "GET"),
      makeHeaderPair(":path", "/check"),
      makeHeaderPair(":authority", "auth.example"),
    ];
    this.root_context.httpCall(
      "auth",
      headers,
      new ArrayBuffer(0),
      [],
      500,
      this,
      (origin: BaseContext, h: u32, size: usize, t: u32) => {
        const body = get_buffer_bytes(BufferTypeValues.HttpCallResponseBody, 0, <u32>size);
        stream_context.headers.request.replace("x-checked", String.UTF8.decode(body));
        (origin as Context).continueRequest();
      },
    );
    return FilterHeadersStatusValues.StopIteration;
  }
}

/** Adds text before and after the body. */
function wrap(buffer: BufferTypeValues, size: u32): void {
  set_buffer_bytes(buffer, 0, 0, String.UTF8.encode("<"));
  set_buffer_bytes(buffer, size + 1, 0, String.UTF8.encode(">"));
}

/** Sends a local reply with only headers. */
function reply(headers: Headers): FilterHeadersStatusValues {
  send_http_response(200, "", new ArrayBuffer(0), headers);
  return FilterHeadersStatusValues.StopIteration;
}

registerRootContext((id: u32) => new Root(id), "foreign");
