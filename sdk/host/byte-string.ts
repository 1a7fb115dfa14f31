const ASCII = /^[\0-\x7f]*$/;

/**
 * A text as plugins have it: its bytes in UTF-8, each as one character. All texts that plugins read, or compare with theirs,
 * are such strings in this host: headers, paths, names of routes and clusters.
 *
 * @example
 * byteString("é"); // "Ã©", the bytes c3 a9
 */
export function byteString(text: string): string {
  return ASCII.test(text) ? text : Buffer.from(text, "utf8").toString("latin1");
}

/**
 * The other way round, for people; bytes that are not UTF-8 become U+FFFD.
 *
 * @example
 * readableText("Ã©"); // "é"
 */
export function readableText(bytes: string): string {
  return ASCII.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
