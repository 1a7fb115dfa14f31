import { Regex } from "as-proxy-wasm-sdk";

/** A value of a rule, which may have groups of a match in the host or in the path: `$1`. */
export class Template {
  constructor(
    readonly text: string,
    private hostPattern: Regex | null,
    private pathPattern: Regex | null,
  ) {}

  /** The value for a request. As in the Go plugin, it is the text as it is written if the pattern does not match. */
  fill(host: string, path: string): string {
    const hostPattern = this.hostPattern;
    if (hostPattern !== null) return filled(this.text, hostPattern, host);
    const pathPattern = this.pathPattern;
    return pathPattern === null ? this.text : filled(this.text, pathPattern, path);
  }
}

function filled(text: string, pattern: Regex, subject: string): string {
  if (!pattern.test(subject)) return text;
  const value = pattern.replaceAll(subject, text);
  // The SDK limits the length to 16 million characters.
  return value === null ? text : value;
}
