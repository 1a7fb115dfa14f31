import { byteString, readableText } from "../../host/index.js";

/** Characters of one byte each, as the host has them, for a text (as UTF-8) or bytes. */
export function toLatin1(text: string | Uint8Array): string {
  if (typeof text !== "string") return Buffer.from(text).toString("latin1");
  return byteString(text);
}

/** The other way round; bytes that are not UTF-8 become U+FFFD. */
export function fromLatin1(text: string): string {
  return readableText(text);
}

/** A text as UTF-8, bytes as they are. */
export function toBuffer(content: string | Uint8Array): Buffer {
  return typeof content === "string" ? Buffer.from(content, "utf8") : Buffer.from(content);
}

/** A value in a message for people, in one line and not too long. */
export function shown(value: unknown, most = 120): string {
  const text = quoted(value);
  return text.length > most ? `${text.slice(0, most)}… (${text.length} characters)` : text;
}

/** In the quotes that need fewer backslashes. */
function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (typeof value !== "string" || !value.includes('"') || value.includes("'")) return text;
  return `'${text.slice(1, -1).replaceAll('\\"', '"')}'`;
}
