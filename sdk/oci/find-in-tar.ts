import type { ByteSource } from "./byte-source.js";
import { OciError } from "./oci-error.js";
import { paxRecords, paxSize } from "./pax-records.js";
import { BLOCK, readHeader, type TarHeader } from "./tar-header.js";
import { expand, neededSize, paxSparse, readOldSparse, type Sparse } from "./tar-sparse.js";

/** How large the headers may be that have the name of the next file. As in Go. */
const LONGEST_HEADER = 1024 * 1024;

/** Links, devices, folders and pipes: no content follows the header, whatever the size says. */
const WITHOUT_CONTENT = "123456";

/** An entry of an archive. */
export interface TarEntry {
  name: string;
  /** What the entry is if it is no file: "a symbolic link". */
  kind: string | undefined;
  content: Buffer;
}

/**
 * The first entry of an archive that a condition holds for. Nothing is written to disk, so names such as "../../etc/passwd" do
 * no harm. Reads archives as Go's archive/tar does.
 *
 * @param isFound gets the name of an entry, as the archive has it
 * @returns undefined when the archive has no such entry
 * @throws OciError when the bytes are no archive
 */
export async function findInTar(source: ByteSource, isFound: (name: string) => boolean): Promise<TarEntry | undefined> {
  for (;;) {
    const entry = await nextEntry(source);
    if (!entry) return undefined;
    const { name, type, size } = entry;
    const content = WITHOUT_CONTENT.includes(type) ? 0 : size;
    if (!isFound(name)) {
      if ((await source.skip(padded(content))) < content) throw cutOff(source);
      continue;
    }
    const kind = KINDS[type];
    if (kind !== undefined && size > 0) throw new OciError(`${name} is ${kind}, not a file`);
    const wanted = entry.sparse ? neededSize(entry.sparse, size) : size;
    const bytes = await source.take(wanted);
    if (bytes.length < wanted) throw cutOff(source);
    return { name, kind, content: entry.sparse ? expand(bytes, entry.sparse, source.limit) : bytes };
  }
}

interface Entry extends TarHeader {
  sparse?: Sparse | undefined;
}

const KINDS: Readonly<Record<string, string>> = {
  ...{ "1": "a hard link", "2": "a symbolic link", "3": "a device", "4": "a device", "5": "a folder", "6": "a pipe" },
  g: "a header for all files",
};

/** The next entry, with the name and size that headers before it have set. */
async function nextEntry(source: ByteSource): Promise<Entry | undefined> {
  let longName = "";
  let records = new Map<string, string>();
  for (;;) {
    const block = await nextBlock(source);
    if (!block) return undefined;
    const header = readHeader(block);
    const { type, size } = header;
    if (type === "x" || type === "g") {
      records = paxRecords(await special(source, size));
      if (type === "g") return { ...header, name: records.get("path") || header.name, size: 0 };
    } else if (type === "L" || type === "K") {
      const bytes = await special(source, size);
      const end = bytes.indexOf(0);
      if (type === "L") longName = bytes.toString("utf8", 0, end < 0 ? bytes.length : end);
    } else {
      const own = type === "S" ? await readOldSparse(header, block, source) : undefined;
      const sparse = own ?? paxSparse(records);
      const sparseName = sparse && records.get("GNU.sparse.name");
      const name = sparseName || longName || records.get("path") || header.name;
      const isFolder = type === "\0" && name.endsWith("/");
      return { ...header, name, type: isFolder ? "5" : type, size: paxSize(records) ?? size, sparse };
    }
  }
}

/** The block of the next header; undefined at the end of the archive. */
async function nextBlock(source: ByteSource): Promise<Buffer | undefined> {
  const block = await source.take(BLOCK);
  if (block.length === 0 && !source.isCut) return undefined;
  if (block.length < BLOCK) throw cutOff(source);
  if (block.some((byte) => byte !== 0)) return block;
  // Two empty blocks end an archive. What follows does not count.
  const second = await source.take(BLOCK);
  if (second.length > 0 && second.length < BLOCK) throw cutOff(source);
  if (second.some((byte) => byte !== 0)) throw new OciError("the tar archive has an empty block between its files");
  return undefined;
}

/** The content of a header that describes the next file. */
async function special(source: ByteSource, size: number): Promise<Buffer> {
  if (size > LONGEST_HEADER) throw new OciError("the tar archive has a name that is too long");
  const bytes = await source.take(size);
  if (bytes.length < size) throw cutOff(source);
  await source.skip(padded(size) - size);
  return bytes;
}

function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

function cutOff(source: ByteSource): OciError {
  return new OciError(
    source.isCut
      ? `the tar archive has more than ${source.limit} bytes up to the end of the file`
      : "the tar archive is cut off",
  );
}
