import { relative } from "node:path";
import { checkTemplate, createProject, givenSpec, projectAt, sdkSpec, TEMPLATES } from "../create/index.js";
import { packageRoot } from "../envoy/root.js";
import type { Command } from "./command.js";
import { askForMissing, type Choice, type GivenChoice } from "./create-questions.js";
import { UsageError } from "./usage-error.js";

const DEFAULTS: Choice = { path: "my-plugin", template: "blank" };

const OPTIONS = "[--template TEMPLATE] [--yes] [--sdk SPEC]";

const HELP = `Writes the project of a new plugin into the folder NAME. On a terminal, the command asks for the name and the template if
they are missing. The folder may exist if it is empty or has only a Git repository.

  NAME                      the folder, such as my-plugin or plugins/my-plugin; "." is the current folder. Its last part
                            becomes the name of the plugin
  -t, --template TEMPLATE   one of these:
${Object.entries(TEMPLATES)
  .map(([name, about]) => `                              ${name.padEnd(14)} ${about}`)
  .join("\n")}
  -y, --yes                 asks nothing: NAME is ${DEFAULTS.path} and TEMPLATE is ${DEFAULTS.template} if they are missing
  --sdk SPEC                the version of as-proxy-wasm-sdk in package.json, or the path of a packed one. The default is
                            the package that this command belongs to

Examples:`;

/** `as-proxy-wasm create`: writes a new project. */
export const create: Command = command(
  `create [NAME] ${OPTIONS}`,
  `
  npx as-proxy-wasm create my-plugin --template auth
  npx as-proxy-wasm create . --yes
  npx as-proxy-wasm create my-plugin --yes --sdk ./as-proxy-wasm-sdk-0.1.0.tgz`,
);

/** The same command for the package `create-as-proxy-wasm`. */
export const npmCreate: Command = command(
  `as-proxy-wasm [NAME] -- ${OPTIONS}`,
  `
  npm create as-proxy-wasm my-plugin -- --template auth
  npm create as-proxy-wasm . -- --yes`,
);

function command(usage: string, examples: string): Command {
  return {
    usage,
    about: "writes the project of a new plugin: source, tests, manifests, Dockerfile, CI workflow",
    help: HELP + examples,
    options: {
      template: { type: "string", short: "t" },
      yes: { type: "boolean", short: "y" },
      sdk: { type: "string" },
    },
    values: { template: Object.keys(TEMPLATES) },
    positionals: "folder",
    run: writeProject,
  };
}

async function writeProject(positionals: string[], values: Readonly<Record<string, unknown>>): Promise<void> {
  if (positionals.length > 1) {
    throw new UsageError(`expected one NAME, got ${positionals.length}: ${positionals.join(" ")}`);
  }
  const cwd = process.cwd();
  const given: GivenChoice = { path: positionals[0], template: values["template"] as string | undefined };
  // Mistakes are reported before the first question.
  if (given.path !== undefined) projectAt(given.path, cwd);
  if (given.template !== undefined) checkTemplate(given.template);
  const { path, template } = await completed(given, values["yes"] === true);
  const { folder, name } = projectAt(path, cwd);
  const spec = values["sdk"] as string | undefined;
  const sdk = spec === undefined ? sdkSpec(packageRoot(), folder) : givenSpec(spec, cwd, folder);
  const files = createProject({ folder, name, template, sdk });
  console.log(summary(name, template, files, relative(cwd, folder)));
}

/** Asks for missing values on a terminal. Elsewhere a question would get no answer. */
async function completed(given: GivenChoice, takesDefaults: boolean): Promise<Choice> {
  const { path, template } = given;
  if (path !== undefined && template !== undefined) return { path, template };
  if (takesDefaults) return { path: path ?? DEFAULTS.path, template: template ?? DEFAULTS.template };
  if (process.stdin.isTTY && process.stdout.isTTY) return askForMissing(given, DEFAULTS);
  const missing = [path === undefined ? "NAME" : "", template === undefined ? "--template" : ""].filter(Boolean);
  const templates = template === undefined ? `; expected one of ${Object.keys(TEMPLATES).join(", ")}` : "";
  const verb = missing.length > 1 ? "are" : "is";
  throw new UsageError(`${missing.join(" and ")} ${verb} missing${templates}; --yes takes the defaults`);
}

/** The last lines of the command: the project, and the next commands. */
function summary(name: string, template: string, files: readonly string[], folder: string): string {
  const change = folder === "" ? [] : [`  cd ${/^[\w./@+-]+$/.test(folder) ? folder : `"${folder}"`}`];
  const next = [...change, "  npm install", "  npx as-proxy-wasm dev"];
  return `Created ${name} from the template ${template}: ${files.length} files.\n\nNext:\n${next.join("\n")}`;
}
