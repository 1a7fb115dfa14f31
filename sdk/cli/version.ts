import { readFileSync } from "node:fs";

/** The version of this package. */
export function packageVersion(): string {
  // The same for sdk/cli/version.ts and dist/cli/version.js.
  const file = new URL("../../package.json", import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
