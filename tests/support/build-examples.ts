import { buildExample, buildsOf, examples, isFresh } from "../../scripts/examples.js";

/** Builds the modules that the examples' own tests load, if they are older than their sources. */
export default function setup(): void {
  for (const name of examples()) {
    for (const build of buildsOf(name)) {
      if (build !== "release" && !isFresh(name, build)) buildExample(name, build);
    }
  }
}
