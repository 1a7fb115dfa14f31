import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../usage-error.js";

/** The plugin's project, as its package.json describes it. */
export interface Project {
  /** The name without scope, with "-" for characters that Kubernetes does not allow. */
  name: string;
  version?: string;
  description?: string;
}

/**
 * Reads name and version of a package.json.
 *
 * @throws UsageError when the file is missing or wrong
 * @example
 * readProject("."); // { name: "auth", version: "1.0.0" } for "@org/auth"
 */
export function readProject(folder: string): Project {
  const file = join(folder, "package.json");
  if (!existsSync(file)) throw new UsageError(`${file} does not exist; run the command in the folder of the plugin`);
  let content: { name?: unknown; version?: unknown; description?: unknown } | null;
  try {
    content = JSON.parse(readFileSync(file, "utf8")) as typeof content;
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
  const { name, version, description } = content ?? {};
  if (typeof name !== "string" || name === "")
    throw new UsageError(`${file} has no name; the name becomes that of the plugin`);
  return {
    name: kubernetesName(name),
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof description === "string" ? { description } : {}),
  };
}

/** "@org/My_Auth" becomes "my-auth". */
function kubernetesName(name: string): string {
  return name
    .replace(/^@[^/]*\//, "")
    .toLowerCase()
    .replace(/[^a-z0-9.-]/g, "-");
}
