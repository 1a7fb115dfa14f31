import { existsSync, statSync, writeFileSync } from "node:fs";
import { writeFiles } from "../../build/write-files.js";
import { fetchModule, nameOf, referenceText } from "../../oci/index.js";
import { sizeText, startProgress } from "../../terminal/index.js";
import { UsageError } from "../usage-error.js";
import { referenceOf } from "./push-plugin.js";
import { fetchOptionsOf } from "./fetch-options.js";

/**
 * Writes the module of an image into a file, and prints the image with its digest.
 *
 * @returns the exit code
 * @throws UsageError for a wrong reference or option, OciError when there is no module
 */
export async function pullModule(
  text: string,
  values: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
): Promise<number> {
  const reference = referenceOf(text);
  const output = String(values["output"]);
  const options = fetchOptionsOf(values, signal);
  if (output !== "-" && isFile(output) && values["force"] !== true)
    throw new UsageError(`-o ${output}: the file exists; --force replaces it`);
  let received = 0;
  const end = startProgress(() => `pulling ${nameOf(reference)}: ${sizeText(received)},`);
  const onReceived = (bytes: number) => void (received += bytes);
  // A tag may have moved, so the registry is always asked.
  const address = { url: `oci://${referenceText(reference)}`, imagePullPolicy: "Always" as const };
  const { bytes, digest } = await fetchModule(address, { ...options, onReceived }).finally(end);
  if (output === "-") {
    process.stdout.write(bytes);
    return 0;
  }
  save(output, bytes);
  console.error(`wrote ${output}, ${sizeText(bytes.length)}`);
  console.log(`${nameOf(reference)}@${digest!}`);
  return 0;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

function save(output: string, bytes: Buffer): void {
  try {
    // A device or a pipe stays what it is.
    if (existsSync(output) && !isFile(output)) writeFileSync(output, bytes);
    else writeFiles([{ path: output, content: bytes }]);
  } catch (error) {
    throw new Error(`-o ${output}: ${(error as Error).message}`, { cause: error });
  }
}
