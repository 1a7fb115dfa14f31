import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../envoy/root.js";
import { unknownWord } from "../options/unknown-option.js";
import { CreateError } from "./create-error.js";

/** The templates by name, with a line about each, in the order in which `create` lists them. */
export const TEMPLATES: Readonly<Record<string, string>> = {
  blank: "adds a header to each response: a start for a plugin of your own",
  "mock-response": "responds with a fixed text instead of calling the upstream",
  auth: "lets requests with a known API key pass",
  "rate-limit": "limits the requests of each client",
  body: "checks the JSON body of each request",
  callout: "asks an auth service about each request",
  streaming: "replaces a word in responses, chunk by chunk",
};

/** The files that all templates share. */
const COMMON = "_common";

/** The text about a template, which becomes a part of the README. */
const ABOUT = "about.md";

/**
 * Reads the files of a template: the files that all templates share, and its own, which replace shared files of the same
 * path.
 *
 * @returns the text of each file by its path in the project, with "/" between folders
 * @throws CreateError for a template that does not exist, with a suggestion
 * @example
 * templateFiles("blank").get("assembly/index.ts");
 */
export function templateFiles(template: string): Map<string, string> {
  checkTemplate(template);
  const folder = join(packageRoot(), "templates");
  const files = new Map([...readFiles(join(folder, COMMON)), ...readFiles(join(folder, template))]);
  const about = files.get(ABOUT) ?? "";
  files.delete(ABOUT);
  files.set(
    "README.md",
    (files.get("README.md") ?? "").replace("<!-- about -->", () => about.trim()),
  );
  return files;
}

/** @throws CreateError for a template that does not exist, with a suggestion */
export function checkTemplate(template: string): void {
  if (Object.hasOwn(TEMPLATES, template)) return;
  throw new CreateError(unknownWord("template", template, Object.keys(TEMPLATES)));
}

function readFiles(folder: string, path = ""): [string, string][] {
  return readdirSync(join(folder, path), { withFileTypes: true }).flatMap((entry) => {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) return readFiles(folder, inner);
    return [[pathInProject(inner), readFileSync(join(folder, inner), "utf8")]];
  });
}

/** npm leaves files such as .gitignore out of packages, so in a template a name begins with "_" instead of ".". */
function pathInProject(path: string): string {
  return path.replace(/(^|\/)_/g, "$1.");
}
