import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { isJsonObject, type JsonObject, type JsonValue } from "../spec/json.js";

const PREFIX = "org.opencontainers.image.";

/**
 * The annotations of an image from the package.json and the Git repository of a plugin: title, description, version, licenses,
 * url, source and revision. Source: OCI image specification 1.1, annotations.md.
 *
 * @example
 * await annotationsOf("."); // { "org.opencontainers.image.title": "auth", … }
 */
export async function annotationsOf(folder: string): Promise<Record<string, string>> {
  const manifest = readPackage(join(folder, "package.json"));
  const [revision, remote] = await Promise.all([
    git(folder, "rev-parse", "HEAD"),
    git(folder, "config", "--get", "remote.origin.url"),
  ]);
  const text = (name: string) => (typeof manifest[name] === "string" ? manifest[name] : "");
  const { repository } = manifest;
  const address = isJsonObject(repository) ? repository["url"] : repository;
  const all = {
    ...{ title: text("name"), description: text("description"), version: text("version"), licenses: text("license") },
    ...{ url: sourceUrl(text("homepage")), revision },
    source: sourceUrl(typeof address === "string" ? address : "") || sourceUrl(remote),
  };
  const given = Object.entries(all).filter(([, value]) => value !== "");
  return Object.fromEntries(given.map(([name, value]) => [PREFIX + name, value]));
}

function readPackage(file: string): JsonObject {
  if (!existsSync(file)) return {};
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

async function git(folder: string, ...args: string[]): Promise<string> {
  try {
    return (await promisify(execFile)("git", ["-C", folder, ...args])).stdout.trim();
  } catch {
    return ""; // No Git, no repository, or no commit.
  }
}

/**
 * The address of a repository for a browser. A user, a password and a query may be credentials, so they are left out.
 *
 * @example
 * sourceUrl("git+https://token@github.com/org/auth.git"); // "https://github.com/org/auth"
 * sourceUrl("git@github.com:org/auth.git"); // "https://github.com/org/auth"
 */
export function sourceUrl(address: string): string {
  const short = /^(?:github:)?([\w.-]+\/[\w.-]+)$/.exec(address)?.[1];
  if (short !== undefined) return `https://github.com/${short}`;
  const [, sshHost, sshPath] = /^(?:ssh:\/\/)?[\w.-]+@([\w.-]+)(?::\d+\/|[:/])(.+)$/.exec(address) ?? [];
  const plain = sshHost === undefined ? address.replace(/^git\+/, "") : `https://${sshHost}/${sshPath}`;
  if (!URL.canParse(plain)) return "";
  const { protocol, host, pathname } = new URL(plain);
  if (!["https:", "http:", "git:", "ssh:"].includes(protocol) || host === "") return "";
  return `${protocol === "http:" ? "http" : "https"}://${host}${pathname.replace(/(\.git)?\/?$/, "")}`;
}
