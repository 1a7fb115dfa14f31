import { equalsIgnoreCase, integerOr, isFieldValue, isToken, Json } from "as-proxy-wasm-sdk";

/** A response of the configuration. */
export class CustomResponse {
  error: Error | null = null;
  statusCode: i32 = 200;
  headers: string[][] = [];
  body: string = "";
  /** The status codes that the response is for: "404", or with an `x` for any digit, "4xx". */
  statuses: string[] = [];

  static read(json: Json): CustomResponse {
    const response = new CustomResponse();
    response.error = response.read(json);
    return response;
  }

  private read(json: Json): Error | null {
    this.body = json.get("body").string();
    let error = this.readHeaders(json.get("headers").array());
    if (error !== null) return error;
    const status = json.get("status_code");
    if (status.exists()) {
      this.statusCode = <i32>integerOr(status.string(), -1, 200, 599);
      if (this.statusCode < 0)
        return new Error("invalid status code value: " + status.string() + ", expected 200 to 599");
    }
    const statuses = json.get("enable_on_status").array();
    for (let i = 0; i < statuses.length; i++) {
      const text = statuses[i].string();
      error = statusFault(text);
      if (error !== null) return error;
      this.statuses.push(text.replaceAll("X", "x"));
    }
    return null;
  }

  private readHeaders(pairs: Json[]): Error | null {
    let contentType = "";
    for (let i = 0; i < pairs.length; i++) {
      const pair = pairs[i].string();
      const mark = pair.indexOf("=");
      const name = mark < 0 ? "" : pair.substring(0, mark).trim();
      const value = pair.substring(mark + 1).trim();
      if (!isToken(name) || !isFieldValue(value) || equalsIgnoreCase(name, "transfer-encoding")) {
        return new Error("invalid header pair format: " + pair);
      }
      if (equalsIgnoreCase(name, "content-type")) contentType = value;
      else if (!equalsIgnoreCase(name, "content-length")) this.headers.push([name, value]);
    }
    if (contentType == "" && this.body != "") {
      const isJson = Json.parse(this.body).error === null;
      contentType = isJson ? "application/json; charset=utf-8" : "text/plain; charset=utf-8";
    }
    if (contentType != "") this.headers.push(["content-type", contentType]);
    return null;
  }
}

/** The reason why a text is neither a status code nor a pattern such as "4xx". */
function statusFault(text: string): Error | null {
  if (integerOr(text, -1, 0) >= 0) return null;
  const start = 'invalid enable_on_status "' + text + '": ';
  if (text.length != 3) return new Error(start + "length must be 3");
  let digits = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 0x30 && c <= 0x39) digits++;
    else if ((c | 0x20) != 0x78) return new Error(start + "must contain only digits and x/X");
  }
  return digits == 0 ? new Error(start + "must contain at least one digit") : null;
}

/** Whether a status code matches a pattern, in which `x` stands for any digit. */
export function matchesStatus(pattern: string, status: string): bool {
  if (pattern.length != status.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern.charCodeAt(i);
    if (c != 0x78 && c != status.charCodeAt(i)) return false;
  }
  return true;
}
