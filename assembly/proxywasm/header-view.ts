import { currentEntry, select } from "../abi/entry";
import { MapType, Status } from "../abi/enums";
import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_set_header_map_pairs,
} from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes, takenText } from "../abi/memory";
import { Pairs } from "../abi/pairs";
import { encodeUtf8, hasLoneSurrogate } from "../abi/utf8";
import { requestHeader } from "./header-value";

/**
 * A cache of one header map. It saves host calls: a value that the host passes to the guest costs more than anything else
 * in the ABI.
 *
 * The cache is valid for one entry and one effective context, because nothing else can change the map in between. A write
 * goes to the host at once. The first read fetches one header, the second read fetches all headers. Names are lower case.
 */
export class HeaderView {
  private entry: u32 = 0;
  private context: u32 = 0;
  /** The host knows the context: its stream has not ended. */
  private live: bool = false;
  /** The host has no such map in this entry. */
  private missing: bool = false;
  /** A read has already called the host. */
  private hasRead: bool = false;

  /** All headers, as they were when they were fetched. */
  private pairs: Pairs | null = null;
  /** `pairs` is complete: nothing was written since it was fetched. */
  private fresh: bool = false;

  // Single headers, which override `pairs`: the first value (null: absent), or a mark that the value must be read from the
  // host again.
  private known: i32 = 0;
  private names: string[] = [];
  private values: (string | null)[] = [];
  private stale: bool[] = [];

  constructor(private map: MapType) {}

  /** Switches the view to a context and to the current entry. */
  of(context: u32): HeaderView {
    if (this.entry != currentEntry() || this.context != context) {
      this.entry = currentEntry();
      this.context = context;
      this.missing = false;
      this.hasRead = false;
      this.pairs = null;
      this.fresh = false;
      this.known = 0;
    }
    this.live = select(context);
    return this;
  }

  /** Whether the host knows the context. */
  get isLive(): bool {
    return this.live;
  }

  /** Whether the last read found that the host has no such map. */
  get isMissing(): bool {
    return this.missing || !this.live;
  }

  /** The first value of a header; null if there is no such header or no map. */
  first(name: string): string | null {
    if (!this.live) return null;
    const at = this.indexOf(name);
    if (at >= 0 && !unchecked(this.stale[at])) return unchecked(this.values[at]);
    if (this.isMissing) return null;
    if (at < 0) {
      if (this.hasRead && this.pairs === null) this.fetch();
      const pairs = this.pairs;
      if (pairs !== null) return pairs.first(name);
      if (this.missing) return null;
    }
    this.hasRead = true;
    const status = requestHeader(this.map, name);
    if (status != Status.Ok && status != Status.NotFound) {
      this.missing = true;
      return null;
    }
    const value = status == Status.Ok ? takenText() : null;
    this.note(name, value, false);
    return value;
  }

  /** All headers as the host has them now; null if the host has no such map. */
  all(): Pairs | null {
    if (!this.fresh && !this.isMissing) this.fetch();
    return this.isMissing ? null : this.pairs;
  }

  /** Sets a header to one value. */
  replace(name: string, value: string): Status {
    if (!this.live) return Status.BadArgument;
    const key = encodeUtf8(name);
    const bytes = encodeUtf8(value);
    const status = proxy_replace_header_map_value(
      this.map,
      changetype<usize>(key),
      key.byteLength,
      changetype<usize>(bytes),
      bytes.byteLength,
    );
    if (status == Status.Ok) {
      this.fresh = false;
      // A value that is not well-formed UTF-16 may be read back as other characters with the same bytes.
      this.note(name, value, hasLoneSurrogate(value));
    }
    return status;
  }

  /** Adds a value. The host may join it with an earlier value, so the next read of this header calls the host again. */
  add(name: string, value: string): Status {
    if (!this.live) return Status.BadArgument;
    const key = encodeUtf8(name);
    const bytes = encodeUtf8(value);
    const status = proxy_add_header_map_value(
      this.map,
      changetype<usize>(key),
      key.byteLength,
      changetype<usize>(bytes),
      bytes.byteLength,
    );
    if (status == Status.Ok) {
      this.fresh = false;
      this.note(name, null, true);
    }
    return status;
  }

  /** Removes all values of a header. */
  remove(name: string): Status {
    if (!this.live) return Status.BadArgument;
    const key = encodeUtf8(name);
    const status = proxy_remove_header_map_value(this.map, changetype<usize>(key), key.byteLength);
    if (status == Status.Ok) {
      this.fresh = false;
      this.note(name, null, false);
    }
    return status;
  }

  /** Replaces all headers by encoded pairs. */
  replaceAll(pairs: ArrayBuffer): Status {
    if (!this.live) return Status.BadArgument;
    const status = proxy_set_header_map_pairs(this.map, changetype<usize>(pairs), pairs.byteLength);
    this.known = 0;
    this.pairs = null;
    this.fresh = false;
    return status;
  }

  private fetch(): void {
    const status = proxy_get_header_map_pairs(this.map, addressSlot(), sizeSlot());
    const pairs = new Pairs(status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
    // For a map that does not exist, the host returns Ok and no pairs. A map that exists has at least its pseudo-headers.
    if (pairs.count == 0) {
      this.missing = true;
      return;
    }
    this.pairs = pairs;
    this.fresh = true;
    this.hasRead = true;
    // The fetched pairs include all single headers.
    this.known = 0;
  }

  private indexOf(name: string): i32 {
    const names = this.names;
    for (let i = 0, known = this.known; i < known; i++) {
      if (unchecked(names[i]) == name) return i;
    }
    return -1;
  }

  /** Keeps the first value of a header, or marks it as stale: the next read calls the host. */
  private note(name: string, value: string | null, stale: bool): void {
    let at = this.indexOf(name);
    if (at < 0) {
      at = this.known++;
      if (at == this.names.length) {
        this.names.push(name);
        this.values.push(value);
        this.stale.push(stale);
        return;
      }
      unchecked((this.names[at] = name));
    }
    unchecked((this.values[at] = value));
    unchecked((this.stale[at] = stale));
  }
}
