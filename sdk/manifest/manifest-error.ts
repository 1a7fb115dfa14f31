/** Where a manifest stands. */
export interface Position {
  /** The path of the file as the user gave it. */
  file: string;
  /** The line in the file, from 1; undefined when unknown. */
  line?: number;
}

/** A manifest is wrong. The message begins with the file and, if known, the line: "ingress.yaml:12: …". */
export class ManifestError extends Error {
  override readonly name = "ManifestError";

  constructor(
    readonly position: Position,
    readonly reason: string,
  ) {
    super(`${position.file}${position.line === undefined ? "" : `:${position.line}`}: ${reason}`);
  }
}
