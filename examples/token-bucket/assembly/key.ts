import { getProperty, HttpContext } from "as-proxy-wasm-sdk";

/** Longer keys are cut, so that a client cannot fill the memory. */
const LONGEST: i32 = 256;

/** Whose requests share a bucket. */
export class KeySource {
  constructor(
    /** `none`, `header`, `address` or `consumer`. */
    readonly by: string,
    readonly header: string,
  ) {}

  /** The key of a request; "" for one that has none, all of which share a bucket. */
  of(ctx: HttpContext): string {
    if (this.by == "none") return "";
    if (this.by == "address") return withoutPort(getProperty(["source", "address"]).string());
    // Higress's authentication plugins write the consumer there.
    const name = this.by == "consumer" ? "x-mse-consumer" : this.header;
    const value = ctx.requestHeaders.getOr(name, "");
    return value.length > LONGEST ? value.substring(0, LONGEST) : value;
  }
}

/** `10.0.0.7:51234` and `[::1]:51234` without the port, and without the brackets. */
function withoutPort(address: string): string {
  const colon = address.lastIndexOf(":");
  if (colon < 0) return address;
  if (address.startsWith("[")) return address.substring(1, address.indexOf("]"));
  return address.substring(0, colon);
}
