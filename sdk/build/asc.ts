/** The part of `assemblyscript/asc` that a build uses. The compiler is the one of the plugin's project. */
export interface Asc {
  main(args: readonly string[], options: AscOptions): Promise<AscResult>;
  /** The texts of the standard library by their path, such as "array". */
  libraryFiles: Readonly<Record<string, string>>;
}

export interface AscOptions {
  readFile(name: string, baseDir: string): Promise<string | null>;
  writeFile(name: string, content: Uint8Array | string, baseDir: string): void;
  reportDiagnostic(diagnostic: AscDiagnostic): void;
  stdout: OutputStream;
  stderr: OutputStream;
}

/** A stream into memory. */
export interface OutputStream {
  write(text: string | Uint8Array): void;
}

export interface AscResult {
  error: Error | null;
}

export interface AscDiagnostic {
  message: string;
  code: number;
  /** 0 pedantic, 1 info, 2 warning, 3 error. */
  category: number;
  range: AscRange | null;
  relatedRange: AscRange | null;
}

export interface AscRange {
  /** The position of the first character in the text of the source. */
  start: number;
  end: number;
  source: { normalizedPath: string } | null;
}

/** The options that `asc --showConfig` prints: those of the target, with those of the files that asconfig.json extends. */
export interface AscConfig {
  outFile?: string;
  transform?: string[];
  disableWarning?: (string | number)[];
}
