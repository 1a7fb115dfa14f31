import {
  Cidr,
  Cookies,
  getOr,
  getProperty,
  HttpContext,
  IpAddress,
  Json,
  Query,
  queryOf,
  Regex,
  SocketAddress,
} from "as-proxy-wasm-sdk";
import { readThreshold, Threshold } from "./threshold";

const CONSUMER_HEADER = "x-mse-consumer";
const FROM_HEADER = "from-header-";
const FROM_REMOTE_ADDRESS = "from-remote-addr";

/** The fields of a rule item. If an item has several of them, the last one of this list counts. */
const TYPES = [
  "limit_by_header",
  "limit_by_param",
  "limit_by_cookie",
  "limit_by_per_header",
  "limit_by_per_param",
  "limit_by_per_cookie",
  "limit_by_consumer",
  "limit_by_per_consumer",
  "limit_by_per_ip",
];

/** Where the value comes from that a rule item limits. */
enum Source {
  Header,
  Param,
  Cookie,
  Address,
}

/** A limit for some values. */
class LimitKey {
  constructor(
    readonly threshold: Threshold,
    /** Any value when both are null. */
    readonly regex: Regex | null,
    readonly network: Cidr | null,
  ) {}

  matches(value: string, address: IpAddress | null): bool {
    const network = this.network;
    if (network !== null) return address !== null && network.contains(address);
    const regex = this.regex;
    return regex === null || regex.test(value);
  }
}

/** A request's value, and the limit for it. */
export class Hit {
  constructor(
    /** The value, as the Redis key has it. */
    readonly value: string,
    readonly threshold: Threshold,
  ) {}
}

/** A rule item: where a value comes from, and the limits for values. */
export class RuleItem {
  error: Error | null = null;
  /** Such as "limit_by_header". */
  type: string = "";
  /** The name of the header, parameter or cookie. */
  name: string = "";
  private source: Source = Source.Header;
  /** The header with the address; "" for the address of the connection. */
  private addressHeader: string = "";
  private exact: Map<string, Threshold> = new Map();
  /** In the order of the configuration. */
  private patterns: LimitKey[] = [];

  /** The limit for a request; null when the item has none. */
  hit(ctx: HttpContext): Hit | null {
    const value = this.valueOf(ctx);
    if (value === null) return null;
    const none = new Threshold();
    const exact = getOr<string, Threshold>(this.exact, value, none);
    if (exact !== none) return new Hit(value, exact);
    const address = this.source == Source.Address ? IpAddress.parse(value) : null;
    for (let i = 0; i < this.patterns.length; i++) {
      if (this.patterns[i].matches(value, address)) return new Hit(value, this.patterns[i].threshold);
    }
    return null;
  }

  /** The value of a request; null when it has none. */
  private valueOf(ctx: HttpContext): string | null {
    if (this.source == Source.Header) return ctx.requestHeaders.get(this.name);
    if (this.source == Source.Param) return Query.parse(queryOf(ctx.path)).get(this.name);
    if (this.source == Source.Address) return this.addressOf(ctx);
    const value = Cookies.parse(ctx.requestHeaders.getAll("cookie")).get(this.name);
    return value == "" ? null : value;
  }

  private addressOf(ctx: HttpContext): string | null {
    let text: string;
    if (this.addressHeader == "") text = getProperty(["source", "address"]).string();
    else {
      const values = ctx.requestHeaders.getOr(this.addressHeader, "").split(",");
      text = values[0].trim();
    }
    const socket = SocketAddress.parse(text, 0);
    if (socket !== null) return socket.ip.unmap().toString();
    // As in the Go plugin, what follows the colon of an IPv4 address does not count.
    const colon = text.indexOf(":");
    const ip = IpAddress.parse(colon < 0 ? "" : text.substring(0, colon));
    return ip === null ? null : ip.toString();
  }

  /** @internal */
  read(json: Json): Error | null {
    for (let i = 0; i < TYPES.length; i++) {
      const field = json.get(TYPES[i]);
      const isConsumer = TYPES[i].endsWith("consumer");
      const name = isConsumer && field.exists() ? CONSUMER_HEADER : field.string();
      if (name == "") continue;
      this.type = TYPES[i];
      this.name = name;
    }
    if (this.type == "") return new Error("one of 'limit_by_*' or 'limit_by_per_*' must be set");
    if (this.type.endsWith("param")) this.source = Source.Param;
    else if (this.type.endsWith("cookie")) this.source = Source.Cookie;
    else if (this.type.endsWith("ip")) this.source = Source.Address;
    if (this.source == Source.Address) {
      if (this.name.startsWith(FROM_HEADER)) {
        this.addressHeader = this.name.substring(FROM_HEADER.length);
        if (this.addressHeader == "") return new Error("limit_by_per_ip parse error: empty after 'from-header-'");
      } else if (this.name != FROM_REMOTE_ADDRESS) {
        return new Error(
          "limit_by_per_ip parse error: expected 'from-header-<name>' or 'from-remote-addr', got '" + this.name + "'",
        );
      }
    }
    return this.readKeys(json.get("limit_keys"));
  }

  private readKeys(json: Json): Error | null {
    if (!json.exists()) return new Error("missing limit_keys in config");
    const keys = json.array();
    if (keys.length == 0) return new Error("config limit_keys cannot be empty");
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i].get("key").string();
      if (key == "") return new Error("limit_keys key is required");
      const threshold = readThreshold(keys[i], key);
      const error = threshold.error !== null ? threshold.error : this.addKey(key, threshold);
      if (error !== null) return error;
    }
    return null;
  }

  private addKey(key: string, threshold: Threshold): Error | null {
    if (this.source == Source.Address) {
      const network = Cidr.parse(key.includes("/") ? key : key + (key.includes(":") ? "/128" : "/32"));
      if (network === null)
        return new Error("failed to parse IPNet for key '" + key + "': expected an IP address or a network");
      this.patterns.push(new LimitKey(threshold, null, network));
    } else if (!this.type.startsWith("limit_by_per_")) {
      // The first limit for a value counts.
      if (!this.exact.has(key)) this.exact.set(key, threshold);
    } else if (key == "*") {
      this.patterns.push(new LimitKey(threshold, null, null));
    } else if (key.startsWith("regexp:")) {
      const regex = Regex.parse(key.substring("regexp:".length));
      const error = regex.error;
      if (error !== null) return new Error("failed to compile regex for key '" + key + "': " + error.message);
      this.patterns.push(new LimitKey(threshold, regex, null));
    } else {
      return new Error("the '" + this.type + "' restriction must start with 'regexp:' or be exactly '*'");
    }
    return null;
  }
}

export function readRuleItem(json: Json): RuleItem {
  const item = new RuleItem();
  item.error = item.read(json);
  return item;
}
