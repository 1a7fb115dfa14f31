// Replaces the data of events that contain "secret", passes on all other events as they are, and logs the number of events.
// Passes on request bodies chunk by chunk.
import {
  SetCtx,
  ParseConfigBy,
  ProcessStreamingRequestBodyBy,
  ProcessStreamingResponseBodyBy,
  HttpContext,
  Json,
  Log,
  SseStream,
  joinEvents,
} from "as-proxy-wasm-sdk";

class Config {
  limit: i32 = 1 << 20;
}

SetCtx<Config>("sse", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log) => {
    const limit = json.at("limit");
    if (limit.exists()) config.limit = limit.i32();
    return null;
  }),
  ProcessStreamingRequestBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => chunk,
  ),
  ProcessStreamingResponseBodyBy<Config>(
    (ctx: HttpContext, config: Config, chunk: ArrayBuffer, isLast: bool, log: Log) => {
      let stream = ctx.get<SseStream>("events");
      if (stream === null) ctx.set<SseStream>("events", (stream = new SseStream(config.limit)));
      const events = stream.push(chunk, isLast);
      const error = stream.error;
      if (error !== null) {
        log.warn(error.message);
        return new ArrayBuffer(0);
      }
      for (let i = 0; i < events.length; i++) if (events[i].data.includes("secret")) events[i].setData("***");
      const count = ctx.getOr<i32>("count", 0) + events.length;
      ctx.set<i32>("count", count);
      if (isLast) log.info("events " + count.toString());
      return joinEvents(events);
    },
  ),
]);
