import { byteString, readableText } from "../../host/index.js";

/** Converts text (as UTF-8) or bytes to the host's strings, whose characters stand for one byte each. */
export function toLatin1(text: string | Uint8Array): string {
  if (typeof text !== "string") return Buffer.from(text).toString("latin1");
  return byteString(text);
}

/** Converts one of the host's strings to text. Bytes that are not UTF-8 become U+FFFD. */
export function fromLatin1(text: string): string {
  return readableText(text);
}

/** Text as UTF-8, bytes as they are. */
export function toBuffer(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

/** A value for a message: in quotes, in one line, and cut to `most` characters. */
export function shown(value: unknown, most = 120): string {
  const text = quoted(value);
  return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
}

/** The value in the kind of quotes that needs fewer backslashes. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (typeof value !== "string" || !value.includes('"') || value.includes("'")) return text;
  return `'${text.slice(1, -1).replaceAll('\\"', '"')}'`;
}
