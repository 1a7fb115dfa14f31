/** A regular file of an archive. */
export interface TarFile {
  /** At most 100 bytes of ASCII. */
  name: string;
  content: Uint8Array;
}

const BLOCK = 512;

/**
 * An archive in the format ustar of POSIX.1-1988. The same files give the same bytes: all files belong to root, and have the
 * mode 0644 and the time 0.
 *
 * @throws RangeError for a name that is too long
 * @example
 * const layer = gzip(tarOf([{ name: "plugin.wasm", content: readFileSync("build/plugin.wasm") }]));
 */
export function tarOf(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ name, content }) => {
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(name, content.length), content, padding];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, size: number): Buffer {
  if (!/^[\x20-\x7e]{1,100}$/.test(name)) throw new RangeError(`"${name}" is no name for a file in an archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) =>
    block.write(value.toString(8).padStart(digits, "0"), at, "ascii");
  block.write(name, "ascii");
  octal(0o644, 100, 7);
  octal(0, 108, 7); // user
  octal(0, 116, 7); // group
  octal(size, 124, 11);
  octal(0, 136, 11); // time
  block.fill(" ", 148, 156);
  block.write("0", 156, "ascii"); // a regular file
  block.write("ustar\x0000", 257, "ascii");
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block[154] = 0;
  return block;
}
