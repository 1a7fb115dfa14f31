import type { ByteSource } from "./byte-source.js";
import { OciError } from "./oci-error.js";
import { BLOCK, tarNumber, type TarHeader } from "./tar-header.js";

/** A part of a sparse file that is in the archive. The rest of the file is zeros. */
type Fragment = [offset: number, size: number];

/** A file of which an archive leaves out the zeros. */
export interface Sparse {
  size: number;
  /** Undefined when the list is at the beginning of the content. */
  fragments: Fragment[] | undefined;
}

/**
 * Reads the list of fragments in a header of GNU tar's old format, and in the blocks that continue the header. Source: GNU tar
 * manual, "Storing Sparse Files".
 */
export async function readOldSparse({ isGnu }: TarHeader, header: Buffer, source: ByteSource): Promise<Sparse> {
  if (!isGnu) throw malformed();
  const fragments: Fragment[] = [];
  const read = (block: Buffer, at: number, count: number) => {
    for (let index = 0; index < count && block[at + index * 24] !== 0; index++) {
      const place = at + index * 24;
      fragments.push([tarNumber(block, place, 12), tarNumber(block, place + 12, 12)]);
    }
  };
  read(header, 386, 4);
  for (let more = header[482] !== 0; more;) {
    const block = await source.take(BLOCK);
    if (block.length < BLOCK) throw malformed();
    read(block, 0, 21);
    more = block[504] !== 0;
  }
  const size = tarNumber(header, 483, 12);
  if ([size, ...fragments.flat()].some((number) => !Number.isSafeInteger(number) || number < 0)) throw malformed();
  return { size, fragments };
}

/** How much of the content is needed for the file. As in Go, what the archive has more does not count. */
export function neededSize({ fragments }: Sparse, contentSize: number): number {
  const sum = fragments?.reduce((all, [, size]) => all + size, 0) ?? contentSize;
  return Math.min(sum, contentSize);
}

/** What pax records say about a sparse file, in the versions 0.0, 0.1 and 1.0; undefined for other files. */
export function paxSparse(records: ReadonlyMap<string, string>): Sparse | undefined {
  const value = (name: string) => records.get(`GNU.sparse.${name}`) ?? "";
  const version = `${value("major")}.${value("minor")}`;
  const map = value("map");
  if (!["0.0", "0.1", "1.0"].includes(version) && !(version === "." && map !== "")) return undefined;
  const size = decimal(value("size") || value("realsize"));
  if (version === "1.0") return { size, fragments: undefined };
  const fragments = map === "" ? [] : pairs(map.split(",").map(decimal));
  if (decimal(value("numblocks")) !== fragments.length) throw malformed();
  return { size, fragments };
}

/**
 * A sparse file with its zeros.
 *
 * @param content what the archive has of the file
 * @throws OciError when the fragments overlap, or are not in the file or in the content
 */
export function expand(content: Buffer, { size, fragments }: Sparse, limit: number): Buffer {
  if (size > limit) throw new OciError(`the sparse file has more than ${limit} bytes`);
  const found = fragments ? { fragments, at: 0 } : fragmentsIn(content);
  const file = Buffer.alloc(size);
  let { at } = found;
  let end = 0;
  for (const [offset, length] of found.fragments) {
    if (!(offset >= end && length >= 0 && offset + length <= size && at + length <= content.length)) throw malformed();
    content.copy(file, offset, at, at + length);
    at += length;
    end = offset + length;
  }
  return file;
}

/** The list at the beginning of the content: a count, then offsets and sizes, a line each, padded to whole blocks. */
function fragmentsIn(content: Buffer): { fragments: Fragment[]; at: number } {
  let at = 0;
  const next = () => {
    const end = content.indexOf(0x0a, at);
    if (end < 0) throw malformed();
    const number = decimal(content.toString("latin1", at, end));
    at = end + 1;
    return number;
  };
  const count = next();
  if (count > content.length) throw malformed();
  const numbers = Array.from({ length: 2 * count }, next);
  return { fragments: pairs(numbers), at: Math.ceil(at / BLOCK) * BLOCK };
}

function pairs(numbers: readonly number[]): Fragment[] {
  if (numbers.length % 2 !== 0) throw malformed();
  return numbers.flatMap((number, index): Fragment[] => (index % 2 === 0 ? [[number, numbers[index + 1]!]] : []));
}

function decimal(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw malformed();
  return Number(text);
}

function malformed(): OciError {
  return new OciError("the tar archive has a malformed sparse file");
}
