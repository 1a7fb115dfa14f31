import { addSharedData, getSharedData, Log, monotonicMs, setSharedData, SharedValue, Status } from "as-proxy-wasm-sdk";
import { Buckets, Rate } from "./bucket";

/** The number of buckets per shared value. Shared data cannot be removed, so there must not be a value for each key. */
const WAYS: i32 = 8;

/** The number of attempts to take a token while other workers change the same value. */
const TRIES: i32 = 100;

// A value contains up to eight buckets, the most recently used first. The layout of a bucket:
// ┌ 0 ──────┬ 8 ──┬ 16 ──────┬ 20 ────┐
// │ tokens  │ at  │ key size │ key …  │
// └─────────┴─────┴──────────┴────────┘
const HEADER: i32 = 20;

/**
 * Buckets in shared data, which all workers share. Keys are distributed over values by their hash. A full value drops its
 * least recently used bucket. All threads of a process have the same monotonic clock.
 */
export class ProcessBuckets extends Buckets {
  private ways: i32;
  private values: u32;

  /** @param name identifies these buckets in the process; it stays the same after an update */
  constructor(
    private name: string,
    private rate: Rate,
    maxKeys: i32,
    private log: Log,
  ) {
    super();
    this.ways = min(maxKeys, WAYS);
    this.values = (maxKeys + this.ways - 1) / this.ways;
  }

  take(key: string): bool {
    const bytes = String.UTF8.encode(key);
    // cannot trap: values is at least 1, since maxKeys is at least 1
    const place = this.name + "/" + (hash(bytes) % this.values).toString();
    for (let i = 0; i < TRIES; i++) {
      const value = getSharedData(place);
      if (!value.exists() && value.status != Status.NotFound) break;
      const now = monotonicMs();
      const at = find(value.bytes, bytes);
      let tokens = this.rate.capacity;
      if (at >= 0) {
        const bucket = changetype<usize>(value.bytes) + <usize>at;
        tokens = this.rate.refilled(load<f64>(bucket), now - load<f64>(bucket, 8));
      }
      const taken = tokens >= 1;
      // The bucket is empty and already the first: nothing to write.
      if (!taken && at == 0) return false;
      const status = this.write(place, value, this.changed(value.bytes, at, bytes, taken ? tokens - 1 : tokens, now));
      if (status == Status.Ok) return taken;
      if (status != Status.CasMismatch) break;
    }
    this.log.warn("request rejected: no token could be taken from the shared value " + place);
    return false;
  }

  private write(place: string, old: SharedValue, bytes: ArrayBuffer): Status {
    return old.exists() ? setSharedData(place, bytes, old.cas) : addSharedData(place, bytes);
  }

  /**
   * Returns the value with this bucket first. It replaces the bucket at `at`, or, for a new key, the last bucket of a
   * full value.
   */
  private changed(old: ArrayBuffer, at: i32, key: ArrayBuffer, tokens: f64, now: f64): ArrayBuffer {
    let end = old.byteLength;
    let next = end;
    if (at >= 0) {
      end = at;
      next = at + sizeAt(old, at);
    } else if (count(old) >= this.ways) {
      end = startOf(old, this.ways - 1);
      next = old.byteLength;
    }
    const size = HEADER + key.byteLength;
    const bytes = new ArrayBuffer(size + end + old.byteLength - next);
    const to = changetype<usize>(bytes);
    const from = changetype<usize>(old);
    store<f64>(to, tokens);
    store<f64>(to, now, 8);
    store<i32>(to, key.byteLength, 16);
    memory.copy(to + <usize>HEADER, changetype<usize>(key), <usize>key.byteLength);
    memory.copy(to + <usize>size, from, <usize>end);
    memory.copy(to + <usize>(size + end), from + <usize>next, <usize>(old.byteLength - next));
    return bytes;
  }
}

/** The size of the bucket at `at`. If the bytes are not valid, all remaining bytes count as one bucket. */
function sizeAt(bytes: ArrayBuffer, at: i32): i32 {
  const left = bytes.byteLength - at;
  if (left < HEADER) return left;
  const key = load<i32>(changetype<usize>(bytes) + <usize>at, 16);
  return key < 0 || key > left - HEADER ? left : HEADER + key;
}

/** The offset of the bucket of a key; -1 if the value has no bucket for the key. */
function find(bytes: ArrayBuffer, key: ArrayBuffer): i32 {
  const size = HEADER + key.byteLength;
  for (let at = 0; at < bytes.byteLength; at += sizeAt(bytes, at)) {
    if (sizeAt(bytes, at) != size) continue;
    const found = changetype<usize>(bytes) + <usize>(at + HEADER);
    if (memory.compare(found, changetype<usize>(key), <usize>key.byteLength) == 0) return at;
  }
  return -1;
}

function count(bytes: ArrayBuffer): i32 {
  let buckets = 0;
  for (let at = 0; at < bytes.byteLength; at += sizeAt(bytes, at)) buckets++;
  return buckets;
}

/** The offset of a bucket, by its number. */
function startOf(bytes: ArrayBuffer, number: i32): i32 {
  let at = 0;
  for (let i = 0; i < number; i++) at += sizeAt(bytes, at);
  return at;
}

/** FNV-1a. */
function hash(bytes: ArrayBuffer): u32 {
  let h: u32 = 0x811c9dc5;
  for (let i = 0; i < bytes.byteLength; i++) h = (h ^ load<u8>(changetype<usize>(bytes) + <usize>i)) * 0x01000193;
  return h;
}
