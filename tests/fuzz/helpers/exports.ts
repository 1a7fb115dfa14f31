import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../../sdk/envoy/index.js";

/** The exports of index.ts: from a name to the file that index.ts names. */
export const EXPORTS: ReadonlyMap<string, string> = new Map(
  [...readFileSync(join(packageRoot(), "index.ts"), "utf8").matchAll(/^export \{([^}]*)\} from "([^"]*)"/gm)].flatMap(
    ([, names, file]) => [...names!.matchAll(/\w+/g)].map(([name]) => [name, file!] as const),
  ),
);

export function words(text: string): Set<string> {
  return new Set(text.match(/\w+/g));
}
