import {
  Action,
  HttpContext,
  ParseOverrideConfig,
  ProcessRequestHeaders,
  Query,
  queryOf,
  SetCtx,
} from "as-proxy-wasm-sdk";
import { KeyAuthConfig, parseGlobal, parseRule } from "./config";

const CONSUMER = "x-mse-consumer";

SetCtx<KeyAuthConfig>("key-auth", [
  ParseOverrideConfig<KeyAuthConfig>(parseGlobal, parseRule),
  ProcessRequestHeaders<KeyAuthConfig>(onRequestHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: KeyAuthConfig): Action {
  if (!config.requiresKey) {
    if (!config.keepsConsumerHeader && ctx.requestHeaders.delete(CONSUMER) !== null) denyUnauthorized(ctx);
    return Action.Continue;
  }

  const keys = keysOf(ctx, config);
  if (keys.length > 1) {
    deny(ctx, 401, "multi_key", "Multi Key Authentication information found.");
    return Action.Continue;
  }
  if (keys.length == 0) {
    deny(ctx, 401, "no_key", "No Key Authentication information found.");
    return Action.Continue;
  }

  const consumer = config.consumers.find(keys[0]);
  const isAllowed = consumer !== null && config.allows(consumer);
  // `set` replaces all values that the client sent.
  if (!isAllowed || ctx.requestHeaders.set(CONSUMER, consumer!) !== null) denyUnauthorized(ctx);
  return Action.Continue;
}

/** The API keys of a request. */
function keysOf(ctx: HttpContext, config: KeyAuthConfig): string[] {
  const keys: string[] = [];
  if (config.inHeader) {
    for (let i = 0; i < config.headers.length; i++) {
      const values = ctx.requestHeaders.getAll(config.headers[i]);
      for (let j = 0; j < values.length; j++) if (values[j] != "") keys.push(values[j]);
    }
  } else if (config.inQuery) {
    const query = Query.parse(queryOf(ctx.path));
    for (let i = 0; i < config.parameters.length; i++) {
      const values = query.getAll(config.parameters[i]);
      for (let j = 0; j < values.length; j++) keys.push(values[j]);
    }
  }
  return keys;
}

function denyUnauthorized(ctx: HttpContext): void {
  deny(ctx, 403, "unauthorized", "Unauthorized consumer.");
}

function deny(ctx: HttpContext, status: i32, reason: string, text: string): void {
  const headers = [["WWW-Authenticate", "Key realm=MSE Gateway"]];
  ctx.sendResponse(status, headers, "Request denied by Key Auth check. " + text, "key-auth." + reason);
}
