// Responds with what the helpers say about the request: a token, a signature, a UUID and the time.
import {
  Action,
  base64Decode,
  encodeText,
  formatHttpDate,
  HttpContext,
  Json,
  Log,
  ParseConfigBy,
  ProcessRequestHeadersBy,
  PublicKey,
  SetCtx,
  SignatureAlgorithm,
  unixMs,
  uuidV4,
  verifyJwt,
} from "as-proxy-wasm-sdk";

class Keys {
  rsa: PublicKey = new PublicKey();
  ec: PublicKey = new PublicKey();
}

SetCtx<Keys>("signatures", [ParseConfigBy<Keys>(parseKeys), ProcessRequestHeadersBy<Keys>(onRequestHeaders)]);

function parseKeys(json: Json, keys: Keys, log: Log): Error | null {
  keys.rsa = PublicKey.fromPem(json.get("rsa").string());
  keys.ec = PublicKey.fromJwk(json.get("ec"));
  return keys.rsa.error !== null ? keys.rsa.error : keys.ec.error;
}

function onRequestHeaders(ctx: HttpContext, keys: Keys, log: Log): Action {
  const headers = ctx.requestHeaders;
  const rsa = verifyJwt(headers.getOr("x-rs256", ""), keys.rsa);
  const ec = verifyJwt(headers.getOr("x-es256", ""), keys.ec);
  const message = encodeText(headers.getOr("x-message", ""));
  const der = base64Decode(headers.getOr("x-der", "")).bytes;
  const id = uuidV4();
  const lines = [
    rsa.error === null ? rsa.claims.at("sub").string() : rsa.error!.message,
    ec.error === null ? ec.claims.at("sub").string() : ec.error!.message,
    keys.ec.verify(SignatureAlgorithm.ES256Der, message, der).toString(),
    id === null ? "" : id,
    formatHttpDate(unixMs()),
  ];
  ctx.sendResponse(200, [], lines.join("\n"));
  return Action.Pause;
}
