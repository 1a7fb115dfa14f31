/** A place in a source. Lines and columns count from 1. */
export interface Place {
  source: string;
  line: number;
  column: number;
}

/** One function of a backtrace. */
export interface Frame {
  /** Where in the module it was, in bytes. */
  offset: number;
  /** As the module has it: "assembly/index/onRequestHeaders". */
  name: string;
  /** Where in the sources, if that is known. */
  place: Place | undefined;
}

/** The line above the frames, as Envoy writes it and `sdk/host` too. */
export const BACKTRACE_TITLE = "Proxy-Wasm plugin in-VM backtrace:";

/** Whether a frame is no function of a source, but what asc makes to choose one: an override of a method. */
export function isStub({ name, place }: Frame): boolean {
  return name.endsWith("@override") && place === undefined;
}

const FRAME = /(?:^|\s)\d+:\s+0x\s*([0-9a-f]+) - (.+?)(?: \(([^\s()]+:\d+:\d+)\))?\s*$/;

/**
 * Reads one line of a backtrace; undefined for another line.
 *
 * @example
 * parseFrame("  0:  0x3ca - assembly/index/onRequest"); // { offset: 970, name: "assembly/index/onRequest", … }
 */
export function parseFrame(line: string): Frame | undefined {
  const found = FRAME.exec(line);
  if (!found) return undefined;
  return { offset: Number.parseInt(found[1]!, 16), name: found[2]!, place: placeOf(found[3]) };
}

/** Takes "assembly/index.ts:14:5" apart. */
export function placeOf(text: string | undefined): Place | undefined {
  const found = /^(.*):(\d+):(\d+)$/.exec(text ?? "");
  return found ? { source: found[1]!, line: Number(found[2]), column: Number(found[3]) } : undefined;
}

/**
 * A function's name without the files in front of it.
 *
 * @example
 * shortName("~lib/array/Array<assembly/index/Item>#__get"); // "Array<Item>#__get"
 * shortName("assembly/index/Auth#check@override"); // "Auth#check"
 */
export function shortName(name: string): string {
  return name.replace(/@override$/, "").replace(/[^<>,|(]*\//g, "");
}
