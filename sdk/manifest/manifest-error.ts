/** Where a manifest stands. */
export interface Position {
  /** The path of the file as the user gave it. */
  file: string;
  /** The line in the file, from 1; undefined when unknown. */
  line?: number;
}

/** "ingress.yaml:12" */
export function whereOf({ file, line }: Position): string {
  return line === undefined ? file : `${file}:${line}`;
}

/** A manifest is wrong. The message begins with the file and, if known, the line: "ingress.yaml:12: …". */
export class ManifestError extends Error {
  override readonly name = "ManifestError";

  constructor(
    readonly position: Position,
    readonly reason: string,
  ) {
    super(`${whereOf(position)}: ${reason}`);
  }
}
