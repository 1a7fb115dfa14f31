/**
 * Marks a class as a configuration: its fields, their initial values and their doc comments are the parser, the messages
 * about mistakes and the JSON Schema. docs/configuration.md describes the types and the tags.
 *
 * @example
 * ```ts
 * enum Mode { Fast, Safe }
 *
 * @config
 * class Limit {
 *   rate: i32 = 10;
 *   keys: string[] = [];
 *   mode: Mode = Mode.Fast;
 * }
 *
 * SetCtx<Limit>("limit", [ProcessRequestHeaders<Limit>((ctx, config) => Action.Continue)]);
 * ```
 */
export function config<T>(target: T): void {}
