import { CreateError, projectAt, TEMPLATES } from "../create/index.js";

/** The answers that a project needs. */
export interface Choice {
  /** The folder of the project, as the user wrote it. */
  path: string;
  template: string;
}

/** The answers that the command line has already given. */
export type GivenChoice = { [Name in keyof Choice]: Choice[Name] | undefined };

/**
 * Asks on the terminal for the answers that are missing.
 *
 * @throws CreateError when the user cancels a question
 */
export async function askForMissing(given: GivenChoice, defaults: Choice): Promise<Choice> {
  const path = given.path ?? (await askForPath(defaults.path));
  const template = given.template ?? (await askForTemplate(defaults.template));
  return { path, template };
}

async function askForPath(otherwise: string): Promise<string> {
  const { text } = await import("@clack/prompts");
  const answer = await text({
    message: "Name of the plugin",
    placeholder: otherwise,
    defaultValue: otherwise,
    validate: (value) => problem(value === undefined || value === "" ? otherwise : value),
  });
  return unlessCancelled(answer);
}

async function askForTemplate(first: string): Promise<string> {
  const { select } = await import("@clack/prompts");
  const options = Object.entries(TEMPLATES).map(([value, hint]) => ({ value, label: value, hint }));
  return unlessCancelled(await select({ message: "Template", options, initialValue: first }));
}

/** The reason why a project cannot have this path; undefined if it can. */
function problem(path: string): string | undefined {
  try {
    projectAt(path, process.cwd());
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function unlessCancelled(answer: string | symbol): string {
  if (typeof answer === "string") return answer;
  throw new CreateError("cancelled; nothing was written");
}
