import { config, SetCtx, ProcessRequestHeaders, HttpContext, Action, isFieldValue } from "as-proxy-wasm-sdk";

/** A client that may send requests. */
@config
class Consumer {
  /** @required */
  name: string = "";
  /** The API key. An empty key would let requests without a key pass. @required @minLength 1 */
  key: string = "";

  /** Runs once the fields are read. An error rejects the configuration. */
  validate(): Error | null {
    return isFieldValue(this.name) ? null : new Error("name: expected no control characters");
  }
}


@config
class Config {
  /** @required @minItems 1 */
  consumers: Consumer[] = [];
}

SetCtx<Config>("my-plugin", [ProcessRequestHeaders<Config>(onRequestHeaders)]);

/** Lets a request pass only if a consumer has its key. The upstream gets the consumer's name. */
function onRequestHeaders(ctx: HttpContext, config: Config): Action {
  const consumer = findConsumer(config.consumers, ctx.requestHeaders.getOr("x-api-key", ""));
  if (consumer === null) return reject(ctx, 401, "unknown API key\n");
  // The name must come from here, not from the client. The key is no business of the upstream.
  let error = ctx.requestHeaders.set("x-consumer", consumer.name);
  if (error === null) error = ctx.requestHeaders.delete("x-api-key");
  // If a header cannot be written, the request does not pass.
  if (error !== null) return reject(ctx, 500, "the request cannot be checked\n");
  return Action.Continue;
}

function reject(ctx: HttpContext, status: i32, message: string): Action {
  ctx.sendResponse(status, [["content-type", "text/plain"]], message);
  return Action.Pause;
}

function findConsumer(consumers: Consumer[], key: string): Consumer | null {
  let found: Consumer | null = null;
  // All keys are compared, so that the time does not tell which key is nearly right.
  for (let i = 0; i < consumers.length; i++) if (isSame(consumers[i].key, key)) found = consumers[i];
  return found;
}

/** Compares two texts in a time that does not depend on the first difference. */
function isSame(a: string, b: string): bool {
  if (a.length != b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference == 0;
}
