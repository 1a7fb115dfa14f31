import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { isJsonObject, type JsonObject, type JsonValue } from "../spec/json.js";
import { helperCredentials } from "./credential-helper.js";
import type { Credentials } from "./credentials.js";
import { OciError } from "./oci-error.js";

/**
 * The credentials that `docker login` has stored for a registry: in config.json, or in a credential helper.
 *
 * @param folder the folder of config.json; DOCKER_CONFIG or ~/.docker by default
 * @returns undefined when nothing is stored
 * @throws OciError when config.json or the helper does not work; the message has no credentials
 */
export async function dockerCredentials(
  registry: string,
  folder: string = process.env["DOCKER_CONFIG"] || join(homedir(), ".docker"),
): Promise<Credentials | undefined> {
  const file = join(folder, "config.json");
  if (!existsSync(file)) return undefined;
  const config = readConfig(file);
  const server = registry === "index.docker.io" ? "https://index.docker.io/v1/" : registry;
  const helper = objectOf(config["credHelpers"])[server] ?? config["credsStore"];
  if (typeof helper === "string" && helper !== "") {
    const found = await helperCredentials(helper, server);
    if (found) return found;
  }
  const auths = objectOf(config["auths"]);
  const key =
    Object.keys(auths).find((one) => one === server) ?? Object.keys(auths).find((one) => hostOf(one) === registry);
  return key === undefined ? undefined : entryCredentials(objectOf(auths[key]), `${file}: auths["${key}"]`);
}

/** Parser errors quote the text, which has credentials. */
function readConfig(file: string): JsonObject {
  let value: JsonValue;
  try {
    value = JSON.parse(readFileSync(file, "utf8").replace(/^\ufeff/, "")) as JsonValue;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OciError(`${file}: ${code === undefined ? "expected JSON" : `cannot be read (${code})`}`);
  }
  if (!isJsonObject(value)) throw new OciError(`${file}: expected a JSON object`);
  return value;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** The host of a key: "https://ghcr.io/v2/" is "ghcr.io". */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*$/, "");
}

function entryCredentials(entry: JsonObject, where: string): Credentials | undefined {
  const text = (name: string) => (typeof entry[name] === "string" ? entry[name] : "");
  if (text("identitytoken") !== "") return { kind: "identityToken", token: text("identitytoken") };
  if (text("registrytoken") !== "") return { kind: "registryToken", token: text("registrytoken") };
  if (text("username") !== "") return { kind: "password", username: text("username"), password: text("password") };
  if (text("auth") === "") return undefined;
  const pair = Buffer.from(text("auth"), "base64").toString("utf8").replace(/\0+$/, "");
  const colon = pair.indexOf(":");
  if (colon < 1) throw new OciError(`${where}.auth: expected USER:PASSWORD in base64`);
  return { kind: "password", username: pair.slice(0, colon), password: pair.slice(colon + 1) };
}
