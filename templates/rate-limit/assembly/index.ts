import {
  SetCtx,
  ParseConfig,
  ProcessRequestHeaders,
  HttpContext,
  Action,
  Json,
  getProperty,
  isToken,
} from "as-proxy-wasm-sdk";
import { Buckets } from "./buckets";

/** The longest key. Longer keys are cut, so that a client cannot fill the memory. */
const LONGEST_KEY: i32 = 256;

class Config {
  /** The header whose value is the key; "" for the address of the client. */
  keyHeader: string = "";
  /** All requests of a rule share one configuration, and so its buckets. */
  buckets: Buckets = new Buckets(1, 1, 1);
}

SetCtx<Config>("my-plugin", [ParseConfig<Config>(parseConfig), ProcessRequestHeaders<Config>(onRequestHeaders)]);

/** Reads the configuration. Returns the first error, which rejects the configuration, or null. */
function parseConfig(json: Json, config: Config): Error | null {
  const fields = json.fields().required("perSecond");
  const perSecond = fields.f64("perSecond", 1, 0.001, 1_000_000);
  const burst = fields.i32("burst", 10, 1, 1_000_000);
  const maxKeys = fields.i32("maxKeys", 10_000, 1, 1_000_000);
  config.keyHeader = fields.string("keyHeader", "");
  if (config.keyHeader.length > 0 && !isToken(config.keyHeader)) {
    fields.fail("keyHeader", "expected the name of a header");
  }
  config.buckets = new Buckets(perSecond, burst, maxKeys);
  return fields.error;
}

/** Takes a token from the bucket of the request's key. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const waitMs = config.buckets.take(keyOf(ctx, config), ctx.monotonicMs);
  if (waitMs <= 0) return Action.Continue;
  const seconds = <i64>Math.ceil(waitMs / 1000);
  ctx.sendResponse(
    429,
    [
      ["content-type", "text/plain"],
      ["retry-after", seconds.toString()],
    ],
    "too many requests\n",
  );
  return Action.Pause;
}

function keyOf(ctx: HttpContext, config: Config): string {
  // All requests without the header share the key "".
  if (config.keyHeader.length > 0) return ctx.requestHeaders.getOr(config.keyHeader, "").substring(0, LONGEST_KEY);
  // "10.0.0.7:51234" or "[::1]:51234". The port is another one in each connection.
  const address = getProperty(["source", "address"]).string();
  const port = address.lastIndexOf(":");
  return port < 0 ? address : address.substring(0, port);
}
