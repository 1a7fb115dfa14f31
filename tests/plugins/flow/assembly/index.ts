// Runs the steps of its configuration in the hooks on headers and whole bodies; `["routeCall", method, url, headers, body,
// steps]` runs its last word as the handler of the response.
import {
  SetCtx,
  ParseConfigBy,
  ProcessRequestBodyBy,
  ProcessRequestHeadersBy,
  ProcessResponseBodyBy,
  ProcessResponseHeadersBy,
  ProcessStreamDoneBy,
  Action,
  Body,
  Headers,
  HttpContext,
  Json,
  JsonWriter,
  Log,
  decodeText,
  encodeText,
} from "as-proxy-wasm-sdk";
import { run } from "../../steps";

class Config {
  request: Json[] = [];
  requestBody: Json[] = [];
  response: Json[] = [];
  responseBody: Json[] = [];
  done: Json[] = [];
}

SetCtx<Config>("flow", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    config.request = json.at("request").array();
    config.requestBody = json.at("requestBody").array();
    config.response = json.at("response").array();
    config.responseBody = json.at("responseBody").array();
    config.done = json.at("done").array();
    return null;
  }),
  ProcessRequestHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) => play(ctx, config.request, null, log)),
  ProcessRequestBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    play(ctx, config.requestBody, body, log),
  ),
  ProcessResponseHeadersBy<Config>((ctx: HttpContext, config: Config, log: Log) =>
    play(ctx, config.response, null, log),
  ),
  ProcessResponseBodyBy<Config>((ctx: HttpContext, config: Config, body: Body, log: Log) =>
    play(ctx, config.responseBody, body, log),
  ),
  ProcessStreamDoneBy<Config>((ctx: HttpContext, config: Config, log: Log) => {
    play(ctx, config.done, null, log);
  }),
]);

function play(ctx: HttpContext, steps: Json[], body: Body | null, log: Log): Action {
  let action = Action.Continue;
  for (let i = 0; i < steps.length; i++) {
    const words = steps[i].array();
    const out = new JsonWriter().beginArray();
    for (let j = 0; j < words.length; j++) out.raw(words[j]);
    if (step(ctx, words, out)) {
      out.endArray();
      log.info("did " + out.toString());
    } else {
      const wanted = run(ctx, [steps[i]], log, body);
      if (wanted != Action.Continue) action = wanted;
    }
  }
  return action;
}

function step(ctx: HttpContext, words: Json[], out: JsonWriter): bool {
  const verb = words[0].string();
  if (verb == "facts") {
    out.bool(ctx.isWebsocket).bool(ctx.isBinaryRequestBody).bool(ctx.isBinaryResponseBody);
    out.bool(ctx.isResponseFromUpstream).i64(ctx.executionPhase);
  } else if (verb == "path") out.string(ctx.pathWithoutQuery).string(ctx.rawPathWithoutQuery);
  else if (verb == "request.replaceAll") outcome(ctx.requestHeaders.replaceAll(pairs(words[1])), out);
  else if (verb == "request.replaceAllButX") outcome(ctx.requestHeaders.replaceAll(butX(ctx.requestHeaders)), out);
  else if (verb == "response.replaceAll") outcome(ctx.responseHeaders.replaceAll(pairs(words[1])), out);
  else if (verb == "disableReroute") out.bool(ctx.disableReroute());
  else if (verb == "queue") {
    ctx.pushBuffer(encodeText("a"));
    ctx.pushBuffer(encodeText("b"));
    out.i64(ctx.bufferQueueSize()).string(popped(ctx));
    ctx.pushBuffer(encodeText("c"));
    out.string(popped(ctx)).string(popped(ctx)).string(popped(ctx)).i64(ctx.bufferQueueSize());
  } else if (verb == "routeCall") {
    const bytes = encodeText(words[4].string());
    outcome(
      ctx.routeCall<Json>(words[5], words[1].string(), words[2].string(), pairs(words[3]), bytes, onRouteResponse),
      out,
    );
  } else return false;
  return true;
}

function onRouteResponse(ctx: HttpContext, steps: Json, body: Body, log: Log): Action {
  log.info("route response " + ctx.responseHeaders.getOr(":status", "") + " " + body.text());
  return play(ctx, steps.array(), body, log);
}

function popped(ctx: HttpContext): string {
  const bytes = ctx.popBuffer();
  return bytes === null ? "(empty)" : decodeText(bytes);
}

function butX(headers: Headers): string[][] {
  return headers.entries().filter((header) => !header[0].startsWith("x-"));
}

function pairs(json: Json): string[][] {
  const found: string[][] = [];
  const given = json.array();
  for (let i = 0; i < given.length; i++) {
    const words = given[i].array();
    const pair: string[] = [];
    for (let j = 0; j < words.length; j++) pair.push(words[j].string());
    found.push(pair);
  }
  return found;
}

function outcome(error: Error | null, out: JsonWriter): void {
  if (error === null) out.null();
  else out.string(error.message);
}
