import { currentEntry, select } from "../abi/entry";
import { MapType, Status } from "../abi/enums";
import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
} from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes, takenText } from "../abi/memory";
import { Pairs } from "../abi/pairs";
import { encodeUtf8, hasLoneSurrogate } from "../abi/utf8";
import { askHeader } from "./header-value";

/**
 * What is known about one header map, so that the host is asked as seldom as possible: a value that it hands over costs
 * more than anything else in the ABI.
 *
 * It holds for one entry and one effective context, since nobody else can change the map in between. A write goes to the
 * host at once; the first read asks for that header, the second for all of them. Names are lower case.
 */
export class HeaderView {
  private entry: u32 = 0;
  private context: u32 = 0;
  /** The host knows the context: its stream has not ended. */
  private live: bool = false;
  /** The host has no such map now. */
  private missing: bool = false;
  private asked: bool = false;

  /** All headers, as the host had them when it was asked. */
  private pairs: Pairs | null = null;
  /** Nothing was written since. */
  private fresh: bool = false;

  // What is known about single headers, which overrides `pairs`: the first value (null: absent), or, of a forgotten one,
  // only that the host must be asked.
  private known: i32 = 0;
  private names: string[] = [];
  private values: (string | null)[] = [];
  private forgotten: bool[] = [];

  constructor(private map: MapType) {}

  /** The view of a context's map, as of this entry. */
  of(context: u32): HeaderView {
    if (this.entry != currentEntry() || this.context != context) {
      this.entry = currentEntry();
      this.context = context;
      this.missing = false;
      this.asked = false;
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

  /** The first value of a header; null if there is none, or no map. */
  first(name: string): string | null {
    if (!this.live) return null;
    const at = this.indexOf(name);
    if (at >= 0 && !unchecked(this.forgotten[at])) return unchecked(this.values[at]);
    if (this.isMissing) return null;
    if (at < 0) {
      if (this.asked && this.pairs === null) this.fetch();
      const pairs = this.pairs;
      if (pairs !== null) return pairs.first(name);
      if (this.missing) return null;
    }
    this.asked = true;
    const status = askHeader(this.map, name);
    if (status != Status.Ok && status != Status.NotFound) {
      this.missing = true;
      return null;
    }
    const value = status == Status.Ok ? takenText() : null;
    this.note(name, value, false);
    return value;
  }

  /** All headers as the host has them now; null where it has no such map. */
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
      // What is not well-formed UTF-16 may come back as other characters of the same bytes.
      this.note(name, value, hasLoneSurrogate(value));
    }
    return status;
  }

  /** Adds a value. Whether the host joins it to an earlier one is its own affair, so the header is forgotten. */
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

  private fetch(): void {
    const status = proxy_get_header_map_pairs(this.map, addressSlot(), sizeSlot());
    const pairs = new Pairs(status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
    // A map that is not there answers Ok and nothing; one that is there has at least its pseudo-headers.
    if (pairs.count == 0) {
      this.missing = true;
      return;
    }
    this.pairs = pairs;
    this.fresh = true;
    this.asked = true;
    // Everything that was known is in there too, and nothing was written since.
    this.known = 0;
  }

  private indexOf(name: string): i32 {
    const names = this.names;
    for (let i = 0, known = this.known; i < known; i++) {
      if (unchecked(names[i]) == name) return i;
    }
    return -1;
  }

  /** Notes the first value of a header, or that the host must be asked for it. */
  private note(name: string, value: string | null, forgotten: bool): void {
    let at = this.indexOf(name);
    if (at < 0) {
      at = this.known++;
      if (at == this.names.length) {
        this.names.push(name);
        this.values.push(value);
        this.forgotten.push(forgotten);
        return;
      }
      unchecked((this.names[at] = name));
    }
    unchecked((this.values[at] = value));
    unchecked((this.forgotten[at] = forgotten));
  }
}
