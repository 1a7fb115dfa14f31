/** One error or warning of a build. */
export interface Diagnostic {
  severity: "error" | "warning";
  /** The compiler's code, such as "TS2322"; empty for an error of the build itself. */
  code: string;
  message: string;
  /** The path of the file; undefined when the error has no place. */
  file?: string;
  /** Counted from 1. */
  line?: number;
  /** Counted from 1. */
  column?: number;
  /** How many characters of the line are marked. */
  length?: number;
  /** The source line. */
  excerpt?: string;
  /** Another place that the message is about: the other of two definitions. */
  related?: { file: string; line: number; column: number };
}

/** An error of the build itself. */
export function buildError(message: string, place: { file?: string; line?: number } = {}): Diagnostic {
  return { severity: "error", code: "", message, ...place };
}
