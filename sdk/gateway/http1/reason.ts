import { STATUS_CODES } from "node:http";

/** Status codes that have a text in Node and none in Envoy. */
const UNKNOWN = new Set([102, 103, 306, 418, 451, 509]);

/** The text behind the status code in the first line of a response, as Envoy writes it. */
export function reasonPhrase(status: number): string {
  if (status === 599) return "Last Unassigned Server Error Code";
  return UNKNOWN.has(status) ? "Unknown" : (STATUS_CODES[status] ?? "Unknown");
}
