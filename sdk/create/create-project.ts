import { readdirSync } from "node:fs";
import { basename, resolve } from "node:path";
import { CreateError } from "./create-error.js";
import { checkName } from "./project-name.js";
import { templateFiles } from "./templates.js";
import { writeFiles } from "./write-files.js";

/** The name of the project in the files of the templates. */
const PLACEHOLDER = /\bmy-plugin\b/g;

/** Words that YAML 1.1 reads as a truth value or null. */
const YAML_WORD = /^(y|n|yes|no|on|off|true|false|null)$/;

/** How many files of a folder a message lists. */
const LISTED = 3;

/** A project to create. */
export interface ProjectOptions {
  /** The folder of the project. It may not exist yet; if it exists, it is empty, or has only a Git repository. */
  folder: string;
  /** The name of the plugin, of its npm package and of its image. */
  name: string;
  /** One of the names in `TEMPLATES`. */
  template: string;
  /** The spec of the SDK in package.json, such as "^0.1.0" or "file:../as-proxy-wasm-sdk-0.1.0.tgz". */
  sdk: string;
}

/**
 * Finds the folder and the name of a project.
 *
 * @param path the path of the project; its last part is the name. "." stands for the current folder
 * @throws CreateError if the name is not valid, or the folder has files
 * @example
 * projectAt("plugins/my-plugin", "/home/mia"); // { folder: "/home/mia/plugins/my-plugin", name: "my-plugin" }
 */
export function projectAt(path: string, cwd: string): Pick<ProjectOptions, "folder" | "name"> {
  if (path.trim() === "") throw new CreateError("the name of the plugin is empty");
  const folder = resolve(cwd, path);
  const name = basename(folder);
  checkName(name);
  checkFolder(folder, path);
  return { folder, name };
}

/**
 * Writes a new project. If a file cannot be written, nothing is left behind.
 *
 * @returns the paths of the files in the project's folder
 * @throws CreateError if the name or the template is not valid, the folder has files, or a file cannot be written
 * @example
 * createProject({ folder: "/home/mia/my-plugin", name: "my-plugin", template: "auth", sdk: "^0.1.0" });
 */
export function createProject({ folder, name, template, sdk }: ProjectOptions): string[] {
  checkName(name);
  const files = templateFiles(template);
  for (const [path, text] of files) files.set(path, filled(path, text, name));
  files.set("package.json", withSdk(files.get("package.json")!, sdk));
  checkFolder(folder, folder);
  writeFiles(folder, files);
  return [...files.keys()].sort();
}

/** @throws CreateError if the folder has files other than a Git repository, or is a file */
function checkFolder(folder: string, shown: string): void {
  const files = entries(folder, shown).filter((name) => name !== ".git");
  if (files.length === 0) return;
  const listed = files.slice(0, LISTED).join(", ");
  const more = files.length > LISTED ? ` and ${files.length - LISTED} more` : "";
  throw new CreateError(`the folder ${shown} is not empty: it has ${listed}${more}. Choose another name`);
}

function entries(folder: string, shown: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") throw new CreateError(`${shown} is, or is inside of, a file. Choose another name`);
    throw new CreateError(`the folder ${shown} cannot be read: ${message}`, { cause: error });
  }
}

/** Puts the project's name into a file. */
function filled(path: string, text: string, name: string): string {
  // An unquoted `name: 12` in YAML is a number, which Kubernetes rejects.
  const isOther = /^\d/.test(name) || YAML_WORD.test(name);
  const quoted = path.endsWith(".yaml") && isOther ? text.replace(/(?<=: )my-plugin$/gm, `"${name}"`) : text;
  return quoted.replace(PLACEHOLDER, name);
}

function withSdk(manifest: string, sdk: string): string {
  const json = JSON.parse(manifest) as { devDependencies: Record<string, string> };
  json.devDependencies["as-proxy-wasm-sdk"] = sdk;
  return `${JSON.stringify(json, null, 2)}\n`;
}
