import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { AscDiagnostic, AscRange } from "./asc.js";
import type { Diagnostic } from "./diagnostic.js";

/** asc's categories. */
const [WARNING, ERROR] = [2, 3];
const LIBRARY = "~lib/";

/** Reads files for asc, and finds the lines of its diagnostics in the texts that asc has read. */
export class Sources {
  private readonly texts = new Map<string, string>();

  /** @param library the texts of asc's standard library */
  constructor(private readonly library: Readonly<Record<string, string>>) {}

  /** The paths of all files that asc has read. */
  get paths(): string[] {
    return [...this.texts.keys()];
  }

  /** Reads a file. Null: the file does not exist, and asc tries the next name. */
  async read(name: string, baseDir: string): Promise<string | null> {
    const path = resolve(baseDir, name);
    const text = await readFile(path, "utf8").catch(() => null);
    if (text !== null) this.texts.set(path, text);
    return text;
  }

  /** asc's diagnostic with file, line and column; undefined for a hint, which is no warning. */
  diagnostic({ category, code, message, range, relatedRange }: AscDiagnostic): Diagnostic | undefined {
    if (category < WARNING) return undefined;
    const severity = category === ERROR ? "error" : "warning";
    const place = range && this.place(range);
    const related = relatedRange && this.place(relatedRange);
    return {
      ...{ severity, code: `${code < 1000 ? "AS" : "TS"}${code}`, message },
      ...place,
      ...(related ? { related: { file: related.file, line: related.line, column: related.column } } : {}),
    };
  }

  private place({ source, start, end }: AscRange) {
    const name = source?.normalizedPath;
    if (name === undefined) return undefined;
    const file = this.fileOf(name);
    const text = this.texts.get(file) ?? this.library[name.slice(LIBRARY.length).replace(/\.ts$/, "")];
    if (text === undefined) return undefined;
    const linesBefore = text.slice(0, start).split("\n");
    const line = linesBefore.length;
    const from = start - linesBefore.at(-1)!.length;
    const excerpt = /[^\r\n]*/.exec(text.slice(from))![0];
    const length = Math.max(1, Math.min(end, from + excerpt.length) - start);
    return { file, line, column: start - from + 1, length, excerpt };
  }

  /** The path of a source. Those of packages are named `~lib/PACKAGE/…`. */
  private fileOf(name: string): string {
    if (!name.startsWith(LIBRARY)) return resolve(name);
    const end = `/node_modules/${name.slice(LIBRARY.length)}`;
    return this.paths.find((path) => path.replaceAll("\\", "/").endsWith(end)) ?? name;
  }
}
