import { parseArgs, type ParseArgsConfig } from "node:util";
import { unknownOption } from "../options/unknown-option.js";
import { UsageError } from "./usage-error.js";

/** The options of a command, as `parseArgs` of node:util takes them. */
export type OptionTypes = NonNullable<ParseArgsConfig["options"]>;

/** A command line, taken apart. */
export interface CommandLine<Types extends OptionTypes> {
  values: ReturnType<typeof parseArgs<{ options: Types }>>["values"];
  positionals: string[];
}

/**
 * Reads a command line like `parseArgs` of node:util, with messages of our own.
 *
 * @throws UsageError for an unknown option, a missing value, or a value for an option that takes none
 * @example
 * parseCommandLine(["--seed", "7", "100"], { seed: { type: "string" } }); // { values: { seed: "7" }, positionals: ["100"] }
 */
export function parseCommandLine<Types extends OptionTypes>(
  args: readonly string[],
  options: Types,
): CommandLine<Types> {
  const config = { args: [...args], options, allowPositionals: true } as const;
  const known = Object.keys(options).map((name) => `--${name}`);
  for (const token of parseArgs({ ...config, strict: false, tokens: true }).tokens) {
    if (token.kind !== "option") continue;
    const type = Object.hasOwn(options, token.name) ? options[token.name]!.type : undefined;
    if (type === undefined) throw new UsageError(unknownOption(token.rawName, known, "see --help"));
    if (type === "boolean" && token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
    if (type === "string" && !hasValue(token)) throw new UsageError(`${token.rawName} needs a value`);
  }
  return parseArgs(config);
}

/** `--wasm --help` has no value: the second word is an option. */
function hasValue({ value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined }): boolean {
  return value !== undefined && (inlineValue === true || !/^-./.test(value));
}
