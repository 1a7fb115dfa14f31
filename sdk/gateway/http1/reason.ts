import { STATUS_CODES } from "node:http";

/** Statuses that Node has words for and Envoy has not. */
const UNKNOWN = new Set([102, 103, 306, 418, 451, 509]);

/** The words behind a status in a response's first line, as Envoy writes them. */
export function reasonPhrase(status: number): string {
  if (status === 599) return "Last Unassigned Server Error Code";
  return UNKNOWN.has(status) ? "Unknown" : (STATUS_CODES[status] ?? "Unknown");
}
