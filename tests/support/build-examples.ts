import { Compilers } from "../../scripts/compilers.js";
import { buildExample, buildsOf, examples, isFresh } from "../../scripts/examples.js";

/** Builds the modules that the examples' own tests load, if they are older than their sources. */
export default async function setup(): Promise<void> {
  const compilers = new Compilers();
  try {
    const needed = examples().flatMap((name) =>
      buildsOf(name)
        .filter((build) => build !== "release" && !isFresh(name, build))
        .map((build) => buildExample(compilers, name, build)),
    );
    await Promise.all(needed);
  } finally {
    compilers.close();
  }
}
