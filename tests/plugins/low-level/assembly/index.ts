// Queues, foreign functions and gRPC calls. The header x-do chooses what a request does, and x-arg its argument. Most results
// reach the client in a local reply.
import {
  Action,
  GrpcClient,
  GrpcResponse,
  GrpcStream,
  HttpContext,
  Json,
  LifeSpan,
  Log,
  ParseConfigWithContext,
  PluginContext,
  ProcessQueueBy,
  ProcessRequestHeadersBy,
  PropertyType,
  SetCtx,
  TargetCluster,
  callForeignFunction,
  clearRouteCache,
  compressZlib,
  declareProperty,
  decodeText,
  encodeText,
  registerSharedQueue,
  resolveSharedQueue,
  setFilterState,
  uncompressZlib,
} from "as-proxy-wasm-sdk";

class Config {
  watch: GrpcStream | null = null;
  messages: i32 = 0;
}

const grpc = new GrpcClient(new TargetCluster("grpc", ""), "echo.Echo");
const unknown = new GrpcClient(new TargetCluster("none", ""), "echo.Echo");

SetCtx<Config>("low-level", [
  ParseConfigWithContext<Config>(parseConfig),
  ProcessQueueBy<Config>("low-level/items", (ctx: PluginContext, config: Config, item: ArrayBuffer, log: Log) => {
    config.messages++;
    log.info("item " + config.messages.toString() + ": " + decodeText(item));
  }),
  ProcessRequestHeadersBy<Config>(onHeaders),
]);

function parseConfig(ctx: PluginContext, json: Json, config: Config): Error | null {
  const fields = json.fields();
  if (fields.bool("declares", false)) {
    const status = declareProperty("fixed", PropertyType.String, true, LifeSpan.DownstreamRequest);
    ctx.log.info("declared: " + status.toString());
  }
  if (fields.bool("watches", false)) {
    const stream = grpc.stream<Config, PluginContext>(ctx, config, "Stream", [], onWatched, onWatchEnd);
    stream.send(encodeText("watch"), true);
    config.watch = stream;
  }
  return fields.error;
}

function onWatched(ctx: PluginContext, config: Config, stream: GrpcStream, message: ArrayBuffer, log: Log): void {
  log.info("watched " + decodeText(message));
}

function onWatchEnd(ctx: PluginContext, config: Config, response: GrpcResponse, log: Log): void {
  log.info("watch ended " + response.status.toString());
}

function onHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  const verb = ctx.requestHeaders.getOr("x-do", "");
  const arg = ctx.requestHeaders.getOr("x-arg", "");
  if (verb == "enqueue") {
    const status = resolveSharedQueue("", "low-level/items").enqueue(encodeText(arg));
    ctx.sendResponse(200, [], status.toString());
  } else if (verb == "resolve") {
    const queue = resolveSharedQueue("", arg);
    const enqueued = queue.enqueue(encodeText("x"));
    ctx.sendResponse(200, [], [queue.status, enqueued, queue.dequeue().status].join());
  } else if (verb == "register") {
    const queue = registerSharedQueue("low-level/own");
    queue.enqueue(encodeText(arg));
    const item = resolveSharedQueue("low-level", "low-level/own").dequeue();
    ctx.sendResponse(200, [], queue.exists().toString() + " " + decodeText(item.bytes));
  } else if (verb == "zlib") {
    const small = compressZlib(encodeText(arg.repeat(1000)));
    const back = uncompressZlib(small.bytes);
    const bad = uncompressZlib(encodeText("no zlib"));
    const isSame = decodeText(back.bytes) == arg.repeat(1000);
    ctx.sendResponse(
      200,
      [],
      (small.bytes.byteLength < 100).toString() + "," + isSame.toString() + "," + bad.status.toString(),
    );
  } else if (verb == "foreign") {
    const result = callForeignFunction(arg);
    ctx.sendResponse(200, [], [result.status, result.isAvailable ? 1 : 0, result.bytes.byteLength].join());
  } else if (verb == "state") {
    const set = setFilterState("envoy.network.upstream_server_name", "blue.example.com");
    const wrong = setFilterState("no.such.object", "x");
    ctx.sendResponse(200, [], [set, wrong, clearRouteCache()].join());
  } else if (verb == "grpc") {
    const client = ctx.requestHeaders.has("x-unknown") ? unknown : grpc;
    const message = encodeText("hello " + arg);
    const error = client.call<string>(ctx, arg, arg, [["x-meta", "m"]], message, onCalled, 300);
    if (error === null) return Action.Pause;
    ctx.sendResponse(500, [], error.message);
  } else if (verb == "stream") {
    const stream = grpc.stream<Config>(ctx, config, "Stream", [], onMessage, onEnd);
    if (stream.error !== null) return Action.Continue;
    stream.send(encodeText("one"));
    stream.send(encodeText("two"));
    ctx.set<string>("got", "");
    ctx.set<string>("mode", arg);
    return Action.Pause;
  } else if (verb == "leave") {
    // The request is over before the stream and the call.
    grpc.stream<Config>(ctx, config, "Hang", [], onMessage, onEnd).send(encodeText("one"));
    grpc.call<string>(ctx, arg, "Hang", [], encodeText("two"), onCalled, 0);
    ctx.sendResponse(200, [], "left");
  }
  return Action.Continue;
}

function onCalled(ctx: HttpContext, env: string, response: GrpcResponse, log: Log): void {
  const text = env + " " + response.status.toString() + " " + response.message + " " + decodeText(response.bytes());
  ctx.sendResponse(200, [["x-ok", response.ok.toString()]], text);
}

/** Metadata as one text, without the headers that every response has. */
function listed(metadata: string[][]): string {
  return metadata
    .map<string>((pair) => pair.join("="))
    .filter((pair) => !pair.startsWith("date="))
    .join(" ");
}

function onMessage(ctx: HttpContext, config: Config, stream: GrpcStream, message: ArrayBuffer, log: Log): void {
  ctx.set<string[][]>("metadata", [["x-initial", listed(stream.initialMetadata())]]);
  const got = ctx.get<string>("got")! + decodeText(message) + ";";
  ctx.set<string>("got", got);
  if (got != "one;two;") return;
  if (ctx.get<string>("mode")! == "cancel") {
    stream.cancel();
    ctx.sendResponse(200, [], got + "cancelled " + stream.send(encodeText("three")).toString());
  } else stream.close();
}

function onEnd(ctx: HttpContext, config: Config, response: GrpcResponse, log: Log): void {
  const headers: string[][] = [["x-trailing", listed(response.trailingMetadata())]];
  ctx.sendResponse(
    200,
    headers.concat(ctx.getOr<string[][]>("metadata", [])),
    ctx.get<string>("got")! + "ended " + response.status.toString(),
  );
}
