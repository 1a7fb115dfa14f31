import { setTimeout as sleep } from "node:timers/promises";
import type { Blob } from "./image.js";
import { OciError } from "./oci-error.js";
import type { Registry, RegistryResponse } from "./registry.js";
import { NotFoundError } from "./registry.js";
import { TemporaryError, isDropped } from "./retry.js";
import { withHost } from "./socket-error.js";
import { beginningOf } from "./transport.js";

/** How many bytes one request sends. */
const CHUNK = 16 * 1024 * 1024;

export interface UploadOptions {
  /** A repository of the same registry that may have the blob. */
  mountFrom?: string | undefined;
  /** Called with the number of bytes that were sent. */
  onSent?: ((bytes: number) => void) | undefined;
  /** The most bytes of one request; 16 MiB by default. */
  chunkBytes?: number;
}

/** How a blob has come into the repository. */
export type Uploaded = "present" | "mounted" | "pushed";

/**
 * Puts a blob into a repository, unless the blob is there. After a broken connection, the upload continues where the registry
 * has got to; a registry that has forgotten the upload gets the blob from its beginning.
 *
 * @throws OciError when the registry does not take the blob
 */
export async function uploadBlob(
  registry: Registry,
  repository: string,
  blob: Blob,
  options: UploadOptions = {},
): Promise<Uploaded> {
  const { tries = 5, signal } = registry.options;
  for (let attempt = 1; ; attempt++) {
    const upload = new Upload(registry, repository, blob, options);
    try {
      return await upload.run();
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof LostUpload)) throw withHost(error, registry.base.host);
      if (attempt >= tries)
        throw new OciError(`${upload.what}: ${registry.base.host} has lost the upload ${attempt} times`);
      await upload.pause(attempt);
    }
  }
}

/** The registry has forgotten an upload. */
class LostUpload extends Error {}

/** Where an upload goes on. */
interface Place {
  location: URL;
  /** How many bytes the registry has. */
  offset: number;
}

class Upload {
  readonly what: string;
  private failures = 0;

  constructor(
    private readonly registry: Registry,
    private readonly repository: string,
    private readonly blob: Blob,
    private readonly options: UploadOptions,
  ) {
    this.what = `the layer ${blob.digest}`;
  }

  async run(): Promise<Uploaded> {
    if (await this.isPresent()) return "present";
    let place = await this.begin();
    if (place === "mounted") return "mounted";
    for (;;) {
      const isLast = place.offset >= this.blob.bytes.length;
      try {
        if (isLast) {
          await this.finish(place.location);
          return "pushed";
        }
        place = await this.sendChunk(place);
      } catch (error) {
        if (error instanceof NotFoundError) throw new LostUpload();
        const { tries = 5 } = this.registry.options;
        if (!(isDropped(error) || error instanceof TemporaryError) || ++this.failures >= tries) throw error;
        await this.pause(this.failures, error instanceof TemporaryError ? error.waitMs : 0);
        if (isLast && (await this.isPresent())) return "pushed";
        place = await this.ask(place.location);
      }
    }
  }

  async pause(count: number, waitMs = 0): Promise<void> {
    const { pauseMs = 300, signal } = this.registry.options;
    const ms = Math.max(Math.min(waitMs, 20_000), pauseMs * 2 ** (count - 1));
    await sleep(ms, undefined, { ...(signal ? { signal } : {}) }).catch(() => signal?.throwIfAborted());
  }

  private isPresent(): Promise<boolean> {
    const { registry, repository, blob, what } = this;
    // A redirect leads to the blob's storage.
    const request = { method: "HEAD", target: `/v2/${repository}/blobs/${blob.digest}`, what, scopes: this.scopes() };
    return registry.request({ ...request, expected: [200, 302, 303, 307, 308, 404] }, async ({ status, message }) => {
      await beginningOf(message);
      return status !== 404;
    });
  }

  private async begin(): Promise<Place | "mounted"> {
    const { mountFrom } = this.options;
    if (mountFrom !== undefined && mountFrom !== this.repository) {
      const scopes = [...this.scopes(), `repository:${mountFrom}:pull`];
      const query = new URLSearchParams({ mount: this.blob.digest, from: mountFrom }).toString();
      try {
        return await this.post(`?${query}`, scopes);
      } catch (error) {
        // The user may not read the other repository.
        if (!(error instanceof OciError) || error instanceof TemporaryError) throw error;
      }
    }
    return this.post("", this.scopes());
  }

  private post(query: string, scopes: string[]): Promise<Place | "mounted"> {
    const { registry, repository, what } = this;
    const request = { method: "POST", target: `/v2/${repository}/blobs/uploads/${query}`, what, scopes };
    return registry.request({ ...request, expected: query === "" ? [202] : [201, 202] }, async (response) => {
      await beginningOf(response.message);
      if (response.status === 201) return "mounted";
      return { location: this.locationOf(response), offset: 0 };
    });
  }

  private sendChunk({ location, offset }: Place): Promise<Place> {
    const { registry, blob, what } = this;
    const end = Math.min(offset + (this.options.chunkBytes ?? CHUNK), blob.bytes.length);
    const request = {
      ...{ method: "PATCH", target: location, what, scopes: this.scopes(), expected: [202, 204] },
      headers: { "content-type": "application/octet-stream", "content-range": `${offset}-${end - 1}` },
      ...{ body: blob.bytes.subarray(offset, end), onSent: this.options.onSent },
    };
    return registry.once(request, async (response) => {
      await beginningOf(response.message);
      const next = offsetOf(response.headers["range"]) ?? end;
      if (next > end) throw new OciError(`${what}: ${registry.base.host} says that it has more bytes than were sent`);
      if (next <= offset) throw new TemporaryError(`${what}: ${registry.base.host} took no bytes`);
      return { location: this.locationOf(response, location), offset: next };
    });
  }

  /** Asks how far an upload has got. */
  private ask(location: URL): Promise<Place> {
    const { registry, what } = this;
    const request = { method: "GET", target: location, what, scopes: this.scopes(), expected: [200, 204, 404] };
    return registry.request(request, async (response) => {
      await beginningOf(response.message);
      const offset = offsetOf(response.headers["range"]);
      if (response.status === 404 || offset === undefined || offset > this.blob.bytes.length) throw new LostUpload();
      return { location: this.locationOf(response, location), offset };
    });
  }

  private finish(location: URL): Promise<void> {
    const { registry, blob, what } = this;
    const target = new URL(location);
    target.searchParams.set("digest", blob.digest);
    const request = { method: "PUT", target, what, scopes: this.scopes(), expected: [201] };
    return registry.once(request, async ({ headers, message }) => {
      await beginningOf(message);
      assertDigest(headers["docker-content-digest"], blob.digest, what);
    });
  }

  private locationOf({ headers, url }: RegistryResponse, before?: URL): URL {
    if (before && headers.location === undefined) return before;
    return this.registry.resolve(headers.location, url, "place of the upload");
  }

  private scopes(): string[] {
    return [`repository:${this.repository}:pull,push`];
  }
}

/** The number of bytes of "0-1023". Registries say "0-0" before the first byte. */
function offsetOf(range: string | string[] | undefined): number | undefined {
  const [, end] = /^(?:bytes=)?0-(\d{1,15})$/.exec(String(range ?? "")) ?? [];
  if (end === undefined) return undefined;
  return end === "0" ? 0 : Number(end) + 1;
}

/** @throws OciError when the registry says that it has stored something else */
export function assertDigest(header: string | string[] | undefined, digest: string, what: string): void {
  if (typeof header !== "string" || !header.startsWith("sha256:") || header === digest) return;
  throw new OciError(`${what}: the registry has stored other bytes than were sent`);
}
