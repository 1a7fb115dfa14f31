/** A place in a source. Lines and columns count from 1. */
export interface Place {
  source: string;
  line: number;
  column: number;
}

/** One function of a backtrace. */
export interface Frame {
  /** The position in the module, in bytes. */
  offset: number;
  /** The function's name in the module, such as "assembly/index/onRequestHeaders". */
  name: string;
  /** The place in the sources, if known. */
  place: Place | undefined;
}

/** The line above the frames, in the logs of Envoy and of `sdk/host`. */
export const BACKTRACE_TITLE = "Proxy-Wasm plugin in-VM backtrace:";

/** Whether a frame is a stub of asc that chooses an override of a method, and not a function of a source. */
export function isStub({ name, place }: Frame): boolean {
  return name.endsWith("@override") && place === undefined;
}

const FRAME = /(?:^|\s)\d+:\s+0x\s*([0-9a-f]+) - (.+?)(?: \(([^\s()]+:\d+:\d+)\))?\s*$/;

/**
 * Parses a line of a backtrace. Returns undefined for other lines.
 *
 * @example
 * parseFrame("  0:  0x3ca - assembly/index/onRequest"); // { offset: 970, name: "assembly/index/onRequest", … }
 */
export function parseFrame(line: string): Frame | undefined {
  const found = FRAME.exec(line);
  if (!found) return undefined;
  return { offset: Number.parseInt(found[1]!, 16), name: found[2]!, place: placeOf(found[3]) };
}

/** Parses a place such as "assembly/index.ts:14:5". */
export function placeOf(text: string | undefined): Place | undefined {
  const found = /^(.*):(\d+):(\d+)$/.exec(text ?? "");
  return found ? { source: found[1]!, line: Number(found[2]), column: Number(found[3]) } : undefined;
}

/**
 * A function's name without paths.
 *
 * @example
 * shortName("~lib/array/Array<assembly/index/Item>#__get"); // "Array<Item>#__get"
 * shortName("assembly/index/Auth#check@override"); // "Auth#check"
 */
export function shortName(name: string): string {
  return name.replace(/@override$/, "").replace(/[^<>,|(]*\//g, "");
}
