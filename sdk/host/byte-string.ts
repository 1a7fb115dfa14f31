const ASCII = /^[\0-\x7f]*$/;

/**
 * Turns text into a byte string: the bytes of its UTF-8, each as one character. In this host, all strings that plugins read
 * are byte strings: headers, paths, names of routes and clusters.
 *
 * @example
 * byteString("é"); // "Ã©", the bytes c3 a9
 */
export function byteString(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/**
 * Turns a byte string into text for people. Bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * readableText("Ã©"); // "é"
 */
export function readableText(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
