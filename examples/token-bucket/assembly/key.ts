import { getProperty, HttpContext } from "as-proxy-wasm-sdk";

/** The longest key. Longer keys are cut, so that a client cannot fill the memory. */
const LONGEST: i32 = 256;

/** What selects the bucket of a request. */
export enum KeyBy {
  none,
  header,
  address,
  consumer,
}

/** The part of a request that selects its bucket. */
export class KeySource {
  constructor(
    readonly by: KeyBy,
    readonly header: string,
  ) {}

  /** Returns the key of a request; "" if the request has no key. All requests without a key share a bucket. */
  of(ctx: HttpContext): string {
    if (this.by == KeyBy.none) return "";
    if (this.by == KeyBy.address) return withoutPort(getProperty(["source", "address"]).string());
    // Higress's authentication plugins write the consumer to x-mse-consumer.
    const name = this.by == KeyBy.consumer ? "x-mse-consumer" : this.header;
    const value = ctx.requestHeaders.getOr(name, "");
    return value.length > LONGEST ? value.substring(0, LONGEST) : value;
  }
}

/** Removes the port and the brackets from an address such as `10.0.0.7:51234` or `[::1]:51234`. */
function withoutPort(address: string): string {
  const colon = address.lastIndexOf(":");
  if (colon < 0) return address;
  if (address.startsWith("[")) return address.substring(1, address.indexOf("]"));
  return address.substring(0, colon);
}
