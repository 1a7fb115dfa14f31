import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { writeFiles } from "../build/write-files.js";
import { sha256 } from "./digest.js";

/** The folder of the modules of images in the user's cache. */
export function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "as-proxy-wasm", "images");
}

/**
 * Modules on disk: by their own SHA-256, by the digests of manifests, and by tags. A module is compared with its SHA-256
 * whenever it is read. To remove the cache, remove the folder.
 */
export class ModuleCache {
  /** @param onProblem gets the reason when the cache cannot be written. The module is then used without the cache */
  constructor(
    private readonly folder: string = cacheFolder(),
    private readonly onProblem: (reason: string) => void = () => {},
  ) {}

  /** The module with a SHA-256. */
  module(hash: string): Buffer | undefined {
    return this.verified(hash);
  }

  /** The module of a manifest. */
  ofManifest(digest: string): Buffer | undefined {
    return this.verified(this.text("manifests", hashOf(digest)));
  }

  /** The digest of the manifest that a tag led to when it was pulled last, by the name with the tag. */
  digestOf(name: string): string | undefined {
    const hash = this.text("tags", sha256(name));
    return hash === undefined ? undefined : `sha256:${hash}`;
  }

  /**
   * Adds a module.
   *
   * @param manifest the digest of its manifest
   */
  add(bytes: Buffer, manifest?: string): void {
    const hash = sha256(bytes);
    const files: { path: string; content: Uint8Array | string }[] = [];
    if (!this.verified(hash)) files.push({ path: this.path("modules", hash), content: bytes });
    if (manifest !== undefined) files.push({ path: this.path("manifests", hashOf(manifest)), content: hash });
    this.write(files);
  }

  /** Remembers the digest of the manifest that a tag leads to. */
  addTag(name: string, digest: string): void {
    this.write([{ path: this.path("tags", sha256(name)), content: hashOf(digest) }]);
  }

  private verified(hash: string | undefined): Buffer | undefined {
    if (hash === undefined) return undefined;
    const bytes = this.read("modules", hash);
    return bytes && sha256(bytes) === hash ? bytes : undefined;
  }

  /** A hash that a file has; undefined when the file is missing or damaged. */
  private text(kind: string, name: string): string | undefined {
    const hash = this.read(kind, name)?.toString("latin1");
    return hash !== undefined && /^[0-9a-f]{64}$/.test(hash) ? hash : undefined;
  }

  private read(kind: string, name: string): Buffer | undefined {
    try {
      return readFileSync(this.path(kind, name));
    } catch {
      return undefined;
    }
  }

  private write(files: { path: string; content: Uint8Array | string }[]): void {
    try {
      writeFiles(files);
    } catch (error) {
      this.onProblem(`the cache ${this.folder} cannot be written: ${(error as Error).message}`);
    }
  }

  private path(kind: string, name: string): string {
    if (!/^[0-9a-f]{64}$/.test(name)) throw new RangeError(`expected 64 hexadecimal digits, got "${name}"`);
    return join(this.folder, kind, kind === "modules" ? `${name}.wasm` : name);
  }
}

/** A digest without its algorithm. */
function hashOf(digest: string): string {
  return digest.replace("sha256:", "");
}
