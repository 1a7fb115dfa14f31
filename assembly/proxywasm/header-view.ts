import { currentEntry, isPresent, ownContext, select, sendLater, setPresent } from "../abi/entry";
import { LogLevel, MapType, Status } from "../abi/enums";
import { WRITES_WAIT } from "../abi/features";
import {
  proxy_add_header_map_value,
  proxy_get_header_map_pairs,
  proxy_remove_header_map_value,
  proxy_replace_header_map_value,
  proxy_set_header_map_pairs,
} from "../abi/imports";
import { addressSlot, sizeSlot, takenBytes } from "../abi/memory";
import { Pairs } from "../abi/pairs";
import { decodeUtf8, hasLoneSurrogate } from "../abi/utf8";
import { valueRoom, writeValue } from "./field-value";
import { HeaderKey } from "./header-key";
import { requestHeader } from "./header-value";
import { ABSENT, KnownHeader, KnownHeaders, STALE, UNKNOWN } from "./known-headers";
import { report } from "./log";
import { statusName } from "./status";

/** The status of a write whose value is not allowed. No host has it. */
export const BAD_VALUE = <Status>-1;

/**
 * A cache of one header map. It saves host calls: a value that the host passes to the guest costs more than anything else
 * in the ABI.
 *
 * The cache is valid for one entry and one effective context, because nothing else can change the map in between. The first
 * read fetches all headers.
 *
 * `replace` does not call the host if the host is known to have the map: the write waits, and `send` calls the host for the
 * last value of each header, in the order in which the headers were last set. Envoy moves a header that is set to the end, so
 * the order of the headers is the same as without waiting. All other writes go to the host at once. `add` sends what waits
 * first, so that its header comes after those. `remove` need not: only the order of the headers that it leaves matters. A
 * header that the host does not have and that is removed before it was sent costs nothing.
 *
 * The collector does not know views: there is one per header map, which is never freed.
 */
// @ts-ignore: decorator
@unmanaged
export class HeaderView extends KnownHeaders {
  private entry: u32 = u32.MAX_VALUE;
  private context: u32 = 0;
  /** The host knows the context: its stream has not ended. */
  private live: bool = false;
  /** The host has no such map in this entry. */
  private missing: bool = false;

  /** The address of the `Pairs` with all headers as they were fetched, which live until the entry ends; 0: none. */
  private fetched: usize = 0;
  /** `fetched` is complete: nothing was written since. */
  private fresh: bool = false;

  constructor(private map: MapType) {
    super();
  }

  /** Switches the view to a context and to the current entry. */
  of(context: u32): HeaderView {
    if (this.entry != currentEntry() || this.context != context) {
      this.clear();
      // A callback for a map is for the map of its own context.
      if (this.entry == currentEntry() || context != ownContext()) setPresent(this.map, false);
      this.entry = currentEntry();
      this.context = context;
      this.missing = false;
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

  /** The key of a name. It is valid until the next key is made. */
  key(name: string): HeaderKey {
    if (this.isFull) this.clear();
    return this.newKey(name);
  }

  /** The first value of a header; null if there is no such header or no map. */
  first(key: HeaderKey): string | null {
    const value = this.known(key);
    if (value > STALE) return changetype<string>(value);
    if (value == ABSENT) return null;
    const pairs = changetype<Pairs>(this.fetched);
    const i = pairs.find(key.bytes, key.size);
    return i < 0 ? null : pairs.value(i);
  }

  /** Whether there is such a header. */
  has(key: HeaderKey): bool {
    const value = this.known(key);
    if (value != UNKNOWN) return value != ABSENT;
    return changetype<Pairs>(this.fetched).find(key.bytes, key.size) >= 0;
  }

  /** The address of the first value; ABSENT; or UNKNOWN, then `fetched` has the header if there is one. */
  private known(key: HeaderKey): usize {
    if (!this.live) return ABSENT;
    const header = this.find(key);
    if (header !== null) {
      const value = header.value;
      if (value == ABSENT || value > STALE) return value;
      if (value == STALE) {
        this.send();
        this.fetched = 0;
      }
    }
    if (this.fetched == 0 && !this.missing) this.fetch();
    return this.missing ? ABSENT : UNKNOWN;
  }

  /** All headers as the host has them now; null if the host has no such map. */
  all(): Pairs | null {
    if (!this.fresh && !this.isMissing) {
      this.send();
      this.fetch();
    }
    return this.isMissing ? null : changetype<Pairs>(this.fetched);
  }

  /** Sets a header to one value. */
  replace(key: HeaderKey, value: string): Status {
    const header = this.at(key);
    const room = this.room(valueRoom(value.length));
    const size = writeValue(value, room);
    if (size < 0) return BAD_VALUE;
    if (!this.live) return Status.BadArgument;
    // A value that is not well-formed UTF-16 may be read back as other characters with the same bytes.
    const isExact = !hasLoneSurrogate(value);
    if (isExact && this.canWait && this.enqueue(header, value, room, size)) {
      this.fresh = false;
      sendLater(sendViews);
      return Status.Ok;
    }
    this.keep(room, size);
    this.send();
    key = header.key;
    const status = proxy_replace_header_map_value(this.map, key.bytes, key.size, room, size);
    return this.wrote(header, isExact ? changetype<usize>(value) : STALE, status);
  }

  /** Adds a value. The host may join it with an earlier value, so the next read of this header calls the host again. */
  add(key: HeaderKey, value: string): Status {
    const header = this.at(key);
    // Before the value takes its room: a logger of the plugin may write headers.
    if (this.live) this.send();
    const room = this.room(valueRoom(value.length));
    const size = writeValue(value, room);
    if (size < 0) return BAD_VALUE;
    if (!this.live) return Status.BadArgument;
    key = header.key;
    return this.wrote(header, STALE, proxy_add_header_map_value(this.map, key.bytes, key.size, room, size));
  }

  /** Removes all values of a header. */
  remove(key: HeaderKey): Status {
    if (!this.live) return Status.BadArgument;
    const header = this.at(key);
    key = header.key;
    if (this.canWait) {
      const waits = header.place != 0;
      const isAbsent = this.isAbsent(key, waits ? header.before : header.value, waits);
      if (waits) this.dequeue(header);
      if (isAbsent) {
        header.value = ABSENT;
        return Status.Ok;
      }
    } else this.send();
    return this.wrote(header, ABSENT, proxy_remove_header_map_value(this.map, key.bytes, key.size));
  }

  /** Whether the host is known not to have a header. `value`: what is known about it, apart from a write that waits. */
  private isAbsent(key: HeaderKey, value: usize, waits: bool): bool {
    if (value != UNKNOWN) return value == ABSENT;
    // The fetch costs as much as two writes, and saves two for each header that was set and is removed again.
    if (waits && this.fetched == 0) this.fetch();
    return this.fetched != 0 && changetype<Pairs>(this.fetched).find(key.bytes, key.size) < 0;
  }

  /** Whether a write may wait: the host has the map, so it will not reject the write. Trailers may be missing at any time. */
  private get canWait(): bool {
    return WRITES_WAIT && (this.map & 1) == 0 && isPresent(this.map);
  }

  /** Notes the status of a write. */
  private wrote(header: KnownHeader, value: usize, status: Status): Status {
    if (status == Status.Ok) {
      setPresent(this.map, true);
      this.fresh = false;
      header.value = value;
    }
    return status;
  }

  /** Sends the writes that wait. */
  send(): void {
    if (!this.hasWaiting) return;
    const places = this.takeQueue();
    const live = select(this.context);
    // Logged at the end: a logger of the plugin may write headers, which changes the queue.
    let failed: string[] | null = null;
    for (let i: u32 = 0; i < places; i++) {
      const header = this.written(i);
      if (header === null) continue;
      header.place = 0;
      const key = header.key;
      const status = live
        ? proxy_replace_header_map_value(this.map, key.bytes, key.size, header.bytes, header.size)
        : Status.BadArgument;
      if (status == Status.Ok) continue;
      header.value = STALE;
      setPresent(this.map, false);
      if (failed === null) failed = [];
      failed.push("header " + decodeUtf8(key.bytes, key.size) + ": " + statusName(status));
    }
    if (failed === null) return;
    for (let i = 0; i < failed.length; i++) report(LogLevel.Error, unchecked(failed[i]));
  }

  /** Replaces all headers by encoded pairs. */
  replaceAll(pairs: ArrayBuffer): Status {
    if (!this.live) return Status.BadArgument;
    this.send();
    const status = proxy_set_header_map_pairs(this.map, changetype<usize>(pairs), pairs.byteLength);
    this.clear();
    return status;
  }

  /** Forgets all headers. */
  private clear(): void {
    this.send();
    this.forget();
    this.fetched = 0;
    this.fresh = false;
  }

  private fetch(): void {
    const status = proxy_get_header_map_pairs(this.map, addressSlot(), sizeSlot());
    const pairs = new Pairs(status == Status.Ok ? takenBytes() : new ArrayBuffer(0));
    // For a map that does not exist, the host returns Ok and no pairs. Headers always have pseudo-headers; trailers may be
    // empty.
    if (pairs.count == 0 && (!(this.map & 1) || requestHeader(this.map, ":") != Status.NotFound)) {
      this.missing = true;
      return;
    }
    // What was written since the last fetch is among the pairs, except for the writes that wait.
    const isComplete = !this.hasWaiting;
    if (isComplete) this.forget();
    this.fetched = changetype<usize>(pairs);
    this.fresh = isComplete;
  }
}

/** The addresses of the views by map type, each made at its first use. */
const VIEWS: usize = memory.data(16, 4);

function knownView(map: i32): HeaderView | null {
  return load<HeaderView | null>(VIEWS + ((<usize>map) << 2));
}

/** The view of a map, for a context and the current entry. */
export function viewOf(map: MapType, context: u32): HeaderView {
  let view = knownView(map);
  if (view === null) {
    view = new HeaderView(map);
    store<HeaderView>(VIEWS + ((<usize>map) << 2), view);
  }
  return view.of(context);
}

function sendViews(): void {
  for (let map = 0; map < 4; map++) {
    const view = knownView(map);
    if (view !== null) view.send();
  }
}
