import { OciError } from "./oci-error.js";

const INTEGER = /^[+-]?\d{1,18}$/;
const TIME = /^[+-]?\d{1,18}(?:\.\d*)?$/;
/** Go reads these records when it comes to their file, and gives up when one is wrong. */
const FORMATS: Readonly<Record<string, RegExp>> = {
  ...{ uid: INTEGER, gid: INTEGER, size: INTEGER, mtime: TIME, atime: TIME, ctime: TIME },
};

/**
 * Reads the records of an extended header: "30 path=folder/plugin.wasm\n", one after the other. Of two records with the same
 * key, the last counts. Source: POSIX.1-2001, pax, and Go's archive/tar.
 *
 * @throws OciError for a record that is malformed
 */
export function paxRecords(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  const sparse: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = bytes.toString("latin1", at, Math.max(space, at));
    const size = /^\d{1,9}$/.test(digits) ? Number(digits) : 0;
    const end = at + size;
    const equals = bytes.indexOf(0x3d, space);
    const isWhole = space > at && space + 1 < end && end <= bytes.length && bytes[end - 1] === 0x0a;
    if (!isWhole || equals <= space + 1 || equals >= end) throw malformed();
    const key = bytes.toString("utf8", space + 1, equals);
    const value = bytes.toString("utf8", equals + 1, end - 1);
    if (key.includes("\0") || (["path", "linkpath", "uname", "gname"].includes(key) && value.includes("\0"))) {
      throw malformed();
    }
    if (key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes") {
      const expected = sparse.length % 2 === 0 ? "GNU.sparse.offset" : "GNU.sparse.numbytes";
      if (key !== expected || value.includes(",")) throw malformed();
      sparse.push(value);
    } else records.set(key, value);
    at = end;
  }
  // The version 0.0 of sparse files repeats its keys.
  if (sparse.length > 0) records.set("GNU.sparse.map", sparse.join(","));
  return records;
}

/**
 * The size that the records set; undefined when they set none.
 *
 * @throws OciError for any number or time that is none
 */
export function paxSize(records: ReadonlyMap<string, string>): number | undefined {
  for (const [key, format] of Object.entries(FORMATS)) {
    const value = records.get(key) ?? "";
    if (value !== "" && !format.test(value)) throw malformed();
  }
  const text = records.get("size");
  if (text === undefined || text === "") return undefined;
  if (!/^\+?\d{1,15}$/.test(text)) throw malformed();
  return Number(text);
}

function malformed(): OciError {
  return new OciError("the tar archive has a malformed extended header");
}
