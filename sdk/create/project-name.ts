import { builtinModules } from "node:module";
import { CreateError } from "./create-error.js";

/** The longest name that Kubernetes accepts everywhere. */
const LONGEST = 63;

/** The packages that a project installs. npm does not install a package into a project of the same name. */
const INSTALLED = ["as-proxy-wasm-sdk", "assemblyscript", "typescript", "vitest"];

/** npm does not accept the names of Node.js's modules for new packages. */
const TAKEN = new Set([...INSTALLED, ...builtinModules]);

/**
 * Checks the name of a project. The name becomes the name of the npm package, of the WasmPlugin resource and of the image,
 * so all three must accept it.
 *
 * @throws CreateError that says what is wrong, and suggests a name where one is close
 * @example
 * checkName("my-plugin"); // returns
 * checkName("My Plugin"); // throws: … try "my-plugin"
 */
export function checkName(name: string): void {
  const reason = wrong(name);
  if (reason === undefined) return;
  const suggestion = suggestedName(name);
  throw new CreateError(
    `the name ${JSON.stringify(name)} ${reason}${suggestion === undefined ? "" : `; try "${suggestion}"`}`,
  );
}

function wrong(name: string): string | undefined {
  if (name.length > LONGEST) return `is too long: expected at most ${LONGEST} characters, got ${name.length}`;
  if (TAKEN.has(name)) return "is already the name of another package or module";
  if (!/^[a-z0-9-]+$/.test(name)) {
    return 'is not valid for npm and Kubernetes: expected lower-case letters, digits and "-"';
  }
  if (!/^[a-z0-9].*[a-z0-9]$|^[a-z0-9]$/.test(name)) return 'is not valid: "-" cannot be its first or last character';
  return undefined;
}

/** The closest valid name; undefined if no letter or digit is left. */
function suggestedName(name: string): string | undefined {
  const dashed = name
    .normalize("NFD")
    // Removes accents.
    .replace(/\p{M}/gu, "")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-");
  const cut = dashed.replace(/^-+/, "").slice(0, LONGEST).replace(/-+$/, "");
  const suggested = TAKEN.has(cut) ? `my-${cut}` : cut;
  return wrong(suggested) === undefined ? suggested : undefined;
}
