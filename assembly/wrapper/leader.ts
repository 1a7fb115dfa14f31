import { LogLevel, Status } from "../abi/enums";
import { encodeUtf8 } from "../abi/utf8";
import { uuidV4 } from "../crypto/uuid";
import { Json, JsonWriter } from "../json";
import { report } from "../proxywasm/log";
import { getSharedData, addSharedData, setSharedData } from "../proxywasm/shared-data";
import { monotonicMs, unixMs } from "../proxywasm/time";

/** How long a leader stays leader without an election. */
const LEASE_MS: i64 = 60_000;

/** The identity of this VM. */
// @ts-ignore: decorator
@lazy let vmId: string = "";

/** The part of a plugin in the election of its leader. */
export class Candidate {
  private leadsUntil: f64 = 0;

  /** @param root the number of the root context; in one VM the newest root context of a plugin leads */
  constructor(
    private key: string,
    private root: u32,
  ) {}

  get isLeader(): bool {
    return monotonicMs() < this.leadsUntil;
  }

  /** Takes or renews the lease, unless another VM holds it. */
  elect(): bool {
    const now = monotonicMs();
    const status = this.write();
    this.leadsUntil = status == Status.Ok ? now + <f64>LEASE_MS : 0;
    return status == Status.Ok;
  }

  private write(): Status {
    if (vmId.length == 0) {
      const id = uuidV4();
      if (id === null) {
        report(LogLevel.Error, "no part in the leader election: the host has no random numbers");
        return Status.InternalFailure;
      }
      vmId = id;
    }
    const now = unixMs();
    const lease = new JsonWriter().beginObject().key("vmID").string(vmId).key("root").i64(this.root);
    const bytes = encodeUtf8(lease.key("timestamp").i64(now).endObject().toString());
    const found = getSharedData(this.key);
    if (found.status == Status.NotFound) return addSharedData(this.key, bytes);
    if (found.status != Status.Ok) return found.status;
    return this.isFree(Json.parseBytes(found.bytes), now)
      ? setSharedData(this.key, bytes, found.cas)
      : Status.CasMismatch;
  }

  /** Whether this candidate may take a lease: it is its own, or too old, or no lease at all. */
  private isFree(lease: Json, now: i64): bool {
    const age = now - lease.at("timestamp").i64();
    // A lease from the future is left from before the clock was set back.
    if (age >= LEASE_MS || age < -LEASE_MS) return true;
    return lease.at("vmID").string() == vmId && lease.at("root").i64() <= <i64>this.root;
  }
}
