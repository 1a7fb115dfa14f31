import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action, getProperty, isToken } from "as-proxy-wasm-sdk";
import { Buckets } from "./buckets";

/** The longest key. Longer keys are cut, so that a client cannot fill the memory. */
const LONGEST_KEY: i32 = 256;


@config
class Config {
  /** The requests per second of a key. @required @minimum 0.001 @maximum 1000000 */
  perSecond: f64 = 1;
  /** The most requests at once. @minimum 1 @maximum 1000000 */
  burst: i32 = 10;
  /** The most keys in memory. @minimum 1 @maximum 1000000 */
  maxKeys: i32 = 10_000;
  /** The header whose value is the key; "" for the address of the client. */
  keyHeader: string = "";
  /**
   * All requests of a rule share one configuration, and so its buckets.
   *
   * @ignore no field of the configuration
   */
  buckets: Buckets = new Buckets(1, 1, 1);

  /** Runs once the fields are read. An error rejects the configuration. */
  validate(): Error | null {
    if (this.keyHeader.length > 0 && !isToken(this.keyHeader))
      return new Error("keyHeader: expected the name of a header");
    this.buckets = new Buckets(this.perSecond, this.burst, this.maxKeys);
    return null;
  }
}

SetCtx<Config>("my-plugin", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

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
