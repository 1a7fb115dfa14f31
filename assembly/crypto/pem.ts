import { DecodedBytes, notDecoded } from "../text/decoded-bytes";
import { base64Decode } from "../text/base64";

/**
 * The bytes of a PEM block. White space in the block does not matter. Source: RFC 7468.
 *
 * @param label What the block contains: `PUBLIC KEY`.
 * @returns null if the text has no such block
 */
export function readPem(text: string, label: string): DecodedBytes | null {
  const begin = "-----BEGIN " + label + "-----";
  const from = text.indexOf(begin);
  if (from < 0) return null;
  const to = text.indexOf("-----END " + label + "-----", from);
  if (to < 0) return notDecoded("expected -----END " + label + "-----");
  const body = text
    .substring(from + begin.length, to)
    .replaceAll(" ", "")
    .replaceAll("\t", "");
  return base64Decode(body);
}
