/** The text is not YAML. `parseYaml` turns this error into a `ManifestError` with the file. */
export class YamlSyntaxError extends Error {
  override readonly name = "YamlSyntaxError";

  constructor(
    /** From 0, within the text that was parsed. */
    readonly line: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}
