interface Segment {
  offset: number;
  source: number;
  line: number;
  column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * A source map of a WebAssembly module. Its mappings have one line, whose columns are positions in the module.
 *
 * @throws Error when the text is not a source map
 * @example
 * new SourceMap(readFileSync("plugin.wasm.map", "utf8")).at(0x3ca); // "assembly/index.ts:14:5"
 */
export class SourceMap {
  private readonly sources: readonly string[];
  private readonly segments: readonly Segment[];

  constructor(text: string) {
    const { sources, mappings } = JSON.parse(text) as { sources?: unknown; mappings?: unknown };
    if (!Array.isArray(sources) || typeof mappings !== "string") throw new Error("not a source map");
    this.sources = sources as string[];
    this.segments = decode(mappings.split(";")[0]!);
  }

  /**
   * The place "file:line:column" in the sources for a position in the module.
   *
   * @param from the position where the function begins; earlier mappings belong to other functions
   */
  at(offset: number, from = 0): string | undefined {
    let low = 0;
    let high = this.segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.segments[middle]!.offset <= offset) low = middle + 1;
      else high = middle;
    }
    const segment = this.segments[low - 1];
    const source = segment === undefined || segment.offset < from ? undefined : this.sources[segment.source];
    return source === undefined ? undefined : `${source}:${segment!.line + 1}:${segment!.column + 1}`;
  }
}

/** Decodes mappings. Each segment is the difference to the previous one, in base 64 digits of 5 bits. */
function decode(mappings: string): Segment[] {
  const segments: Segment[] = [];
  const last = [0, 0, 0, 0];
  for (const text of mappings.split(",")) {
    const numbers = numbersOf(text);
    for (const [index, number] of numbers.slice(0, 4).entries()) last[index]! += number;
    if (numbers.length < 4) continue;
    segments.push({ offset: last[0]!, source: last[1]!, line: last[2]!, column: last[3]! });
  }
  return segments;
}

function numbersOf(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
