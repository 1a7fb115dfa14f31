import { Body, Json, Log, MediaType, Multipart, Query } from "as-proxy-wasm-sdk";
import { MultipartContent, UrlEncodedContent } from "./form-content";
import { JsonContent } from "./json-content";
import { Content } from "./message";

const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
const MULTIPART_TYPE = "multipart/form-data";

/** Whether rules can read and change a body of this content type. */
export function isReadable(type: string, isRequest: bool): bool {
  return type == JSON_TYPE || (isRequest && (type == FORM_TYPE || type == MULTIPART_TYPE));
}

/** Reads a body whose content type is readable. Null if it is empty or malformed. */
export function readContent(media: MediaType, body: Body, log: Log): Content | null {
  if (body.length == 0) return null;
  let error: Error | null = null;
  if (media.type == JSON_TYPE) {
    const json = Json.parseBytes(body.bytes());
    error = json.error;
    if (error === null) return new JsonContent(json);
  } else if (media.type == FORM_TYPE) {
    const form = Query.parse(body.text());
    error = form.error;
    if (error === null) return new UrlEncodedContent(form);
  } else {
    const form = Multipart.parse(body.bytes(), media.getOr("boundary", ""));
    error = form.error;
    if (error === null) return new MultipartContent(form);
  }
  log.warn("a body stays as it is: expected " + media.type + (error === null ? "" : ": " + error.message));
  return null;
}
