import type { Random } from "../../support/random.js";
import type { Call } from "./reference.js";

/** Pieces of URLs, cookies and addresses, with the characters that parsers treat specially. */
const PIECES = {
  scheme: ["http", "https", "HTTP", "mailto", "a+b-c.1", "postgres", "1a", "ht tp", ""],
  host: [
    ...[
      "example.com",
      "a",
      "",
      "EXAMPLE.com.",
      "a b",
      "ex%41mple",
      "%C3%BC.de",
      "ü",
      "a<b>",
      "[::1]",
      "[fe80::1%25en0]",
    ],
    ...[
      "[fe80::1%25%20x]",
      "[::ffff:1.2.3.4]",
      "[1.2.3.4]",
      "[::1",
      "a]",
      "a[b]",
      "1.2.3.4",
      "%25",
      "%zz",
      'x"y',
      "a\\b",
    ],
    ...["h1,h2", "[::1%25%41]", "[]", "[%3a%3a1]", "[::1%en0]"],
  ],
  port: ["", ":", ":80", ":8x", ":-1", ":80:90", ":00099999999", ":%38"],
  user: [
    "",
    "@",
    "user@",
    "user:@",
    ":@",
    "u:p@",
    "u:p:q@",
    "u@v@",
    "%41:%2f@",
    "%zz@",
    "a b@",
    "ü@",
    "a;b=c@",
    "[@",
    "u/x@",
  ],
  path: [
    ...[
      "",
      "/",
      "/a",
      "/a/b",
      "a",
      "a:b",
      "a/b:c",
      "//",
      "//x",
      "///",
      "/a b",
      "/%41",
      "/%2f",
      "/%2F",
      "/%",
      "/%4",
      "/%zz",
    ],
    ...[
      "/ü",
      "/%C3%BC",
      "/%ff",
      "/a;b,c",
      "/[x]",
      "/!$&'()*+,;=:@",
      "/a?",
      "*",
      ".",
      "..",
      "/~-_.",
      "/a%25b",
      "/%c3",
      "?",
    ],
  ],
  query: ["", "?", "?a", "?a=b", "?a=b&c=d", "??", "?a?b", "?a b", "?%zz", "?a=%C3", "?#"],
  fragment: ["", "#", "#a", "#a b", "#%41", "#%zz", "#a#b", "#ü", "#(!*)", "#'", "#?/"],
  pair: [
    ...[
      "a=1",
      "b=2",
      "a=",
      "=1",
      "a",
      "",
      "=",
      "a=1=2",
      "a;b",
      "a=1;b=2",
      "%61=3",
      "a%3d=1",
      "c+d=e+f",
      "%zz=1",
      "a=%zz",
    ],
    ...["a=%4", "%C3%BC=ü", "ü=1", "a=%ff", "%ff=1", "A=1", "a=&", "%", "a=%26", "\u{1f600}=1", "\uffee=1", "a=\r\n"],
  ],
  cookie: [
    ...[
      "a=1",
      " b = 2 ",
      'c="3"',
      'd="',
      'e=""',
      "f",
      "=1",
      "",
      "a b=1",
      'g="a,b"',
      "h=a b",
      "i=a\\b",
      'j="a"b"',
      "k=ü",
      "a=2",
    ],
    ...["\ta=\t1", "a=1=2", "a==", "a=\x7f", "a=\x01", "ü=1", "a=,", "a=1\r"],
  ],
  group: ["0", "1", "00", "ffff", "FFFF", "abcd", "12345", "g", "", "0db8", "2001", "fe80", "fc00"],
  octet: [
    "0",
    "1",
    "10",
    "127",
    "255",
    "256",
    "00",
    "01",
    "",
    "169",
    "254",
    "172",
    "16",
    "192",
    "168",
    "a",
    "-1",
    "1e1",
  ],
  bits: [
    "0",
    "1",
    "8",
    "24",
    "32",
    "33",
    "64",
    "95",
    "96",
    "97",
    "104",
    "128",
    "129",
    "",
    "08",
    "+8",
    "-1",
    "99999999999",
    " 8",
    "8 ",
  ],
  domain: [
    "a.com",
    ".a.com",
    "a",
    "-a",
    "a-",
    "a..b",
    "1.2.3.4",
    "::1",
    "1.2",
    "a_b",
    "A.COM",
    ".",
    "",
    "a.",
    "1.2.3.4.a",
    "ü",
  ],
} as const;

const BYTES = [0x00, 0x0a, 0x20, 0x22, 0x23, 0x25, 0x26, 0x2b, 0x2e, 0x2f, 0x3a, 0x3b, 0x3d, 0x3f, 0x40, 0x5b, 0x5d, 0x7f, 0x80, 0xc3, 0xff]; // prettier-ignore

/** Makes random calls: valid and malformed texts of each kind, and random bytes. */
export class Inputs {
  constructor(private readonly random: Random) {}

  call(): Call {
    const { random } = this;
    switch (random.below(12)) {
      case 0:
        return this.#call("parse", this.#url());
      case 1:
        return this.#call(
          "parseRequestUri",
          random.below(2) ? this.#url() : this.#piece("path") + this.#piece("query"),
        );
      case 2:
        return this.#build();
      case 3:
        return this.#call("query", this.#query(), ...this.#parameter());
      case 4:
        return this.#call(random.pick(["encodeQueryComponent", "encodePathSegment"]), this.#text());
      case 5:
        return this.#call(random.pick(["decodeQueryComponent", "decodePath"]), this.#text());
      case 6:
        return this.#call("cookies", ...this.#list(3, () => this.#joined("cookie", "; ")));
      case 7:
        return this.#setCookie();
      case 8:
        return this.#call("ip", this.#address());
      case 9:
        return this.#call("cidr", this.#network());
      case 10:
        return this.#call("ipSet", this.#address(), ...this.#list(12, () => this.#validNetwork()));
      default:
        return this.#call("socketAddress", this.#socketAddress());
    }
  }

  /** Now and then, some bytes of an input are changed. */
  #call(op: string, ...texts: string[]): Call {
    return { op, in: texts.map((text) => this.#mutated(Buffer.from(text))) };
  }

  #mutated(bytes: Uint8Array): Uint8Array {
    const { random } = this;
    if (random.below(30) === 0) return random.bytes(random.below(20));
    if (random.below(5) !== 0) return bytes;
    const changed = [...bytes];
    for (let i = random.below(3); i >= 0; i--) {
      const byte = random.below(3) ? random.pick(BYTES) : random.below(256);
      changed.splice(random.below(changed.length + 1), random.below(2), byte);
    }
    return Uint8Array.from(changed);
  }

  #piece(kind: keyof typeof PIECES): string {
    return this.random.pick(PIECES[kind]);
  }

  #list(most: number, one: () => string): string[] {
    return Array.from({ length: this.random.below(most) }, one);
  }

  #joined(kind: keyof typeof PIECES, separator: string): string {
    return this.#list(6, () => this.#piece(kind)).join(separator);
  }

  #url(): string {
    const authority = `//${this.#piece("user")}${this.#piece("host")}${this.#piece("port")}`;
    const scheme = this.random.below(4) ? `${this.#piece("scheme")}:` : "";
    return [scheme, this.random.below(4) ? authority : "", this.#piece("path"), this.#piece("query"), this.#piece("fragment")].join(""); // prettier-ignore
  }

  #build(): Call {
    const { random } = this;
    const flag = () => String(random.below(2));
    const decoded = () => this.#piece("path").replace("%", "");
    const user = [flag(), this.#piece("user"), flag(), this.#piece("user")];
    const host = this.#piece("host") + this.#piece("port");
    const opaque = random.below(5) ? "" : this.#piece("path");
    return this.#call(
      ...(["build", this.#piece("scheme"), opaque, ...user, host, flag(), decoded(), this.#piece("path")] as const),
      ...[
        this.#joined("pair", "&"),
        flag(),
        random.below(2) ? "" : decoded(),
        random.below(2) ? "" : this.#piece("path"),
      ],
    );
  }

  #query(): string {
    return this.#joined("pair", "&");
  }

  #parameter(): [string, string] {
    return [this.random.pick(["a", "b", "c d", "ü", "", "x", "%zz"]), this.#text()];
  }

  #text(): string {
    const kinds = ["path", "pair", "user", "host"] as const;
    return this.#list(4, () => this.#piece(this.random.pick(kinds))).join("");
  }

  #setCookie(): Call {
    const { random } = this;
    const flag = () => String(random.below(2));
    const name = random.pick(["a", "session", "", "a b", "__Host-a", "ü"]);
    const expires = random.below(2) ? "" : String((random.below(2 ** 31) - 2 ** 29) * 155_000 + random.below(1000));
    const maxAge = String(random.pick([0, -1, 1, 3600]));
    const flags = [flag(), flag(), flag(), flag(), String(random.below(4))];
    const call = this.#call("setCookie", name, this.#piece("cookie"), this.#piece("path"), this.#piece("domain"));
    call.in.push(...[expires, maxAge, ...flags].map((text) => Buffer.from(text)));
    return call;
  }

  #address(): string {
    const { random } = this;
    const octets = [0, 1, 2, 3]
      .map(() => String(random.pick([0, 1, 10, 127, 255, 169, 254, 192, 168, 172, 16])))
      .join(".");
    const loose = Array.from({ length: 2 + random.below(4) }, () => this.#piece("octet")).join(".");
    const groups = Array.from({ length: 1 + random.below(8) }, () => this.#piece("group")).join(":");
    const zone = random.below(8) ? "" : random.pick(["%eth0", "%", "%a%b", "%25x"]);
    switch (random.below(7)) {
      case 0:
        return octets;
      case 1:
        return loose;
      case 2:
        return `::ffff:${octets}${zone}`;
      case 3:
        return `${groups}::${groups}${zone}`;
      case 4:
        return groups + zone;
      case 5:
        return (
          random.pick(["::", "::1", "fe80::1", "1::", "2001:db8::1", "64:ff9b::1.2.3.4", ":1", "1:", ":::"]) + zone
        );
      default:
        return Array.from({ length: 8 }, () => random.pick(["0", "1", "ffff", "0", "0"])).join(":") + zone;
    }
  }

  #network(): string {
    return this.random.below(20) ? `${this.#address()}/${this.#piece("bits")}` : this.#address();
  }

  /** Nearly always a valid entry of a set, near the addresses of `#address`. */
  #validNetwork(): string {
    const { random } = this;
    if (random.below(100) === 0) return this.#network();
    const octets = [0, 1, 2, 3]
      .map(() => String(random.pick([0, 1, 10, 127, 255, 169, 254, 192, 168, 172, 16])))
      .join(".");
    const groups = Array.from({ length: 8 }, () => random.pick(["0", "1", "ffff", "0", "0"])).join(":");
    const bits = (most: number) => String(random.below(3) ? random.below(most + 1) : most);
    switch (random.below(4)) {
      case 0:
        return `${octets}/${bits(32)}`;
      case 1:
        return random.pick([octets, "::1", "fe80::/10", "fc00::/7", "0.0.0.0/0", "2001:db8::/32", groups]);
      case 2:
        return `${groups}/${bits(128)}`;
      default:
        return `::ffff:${octets}/${random.below(2) ? String(96 + random.below(33)) : bits(128)}`;
    }
  }

  #socketAddress(): string {
    const port = this.random.pick([":80", ":", "", ":0", ":65535", ":65536", ":+80", ":080", ":8_0", ":x"]);
    return this.random.below(2) ? `[${this.#address()}]${port}` : this.#address() + port;
  }
}
