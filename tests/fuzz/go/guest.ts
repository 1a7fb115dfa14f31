/**
 * The functions of main.go, on the SDK. Each takes and returns texts as bytes: a size of four bytes, then the bytes, for
 * each text.
 */
export const GUEST = `
  import { IpAddress } from "./assembly/net/ip-address";
  import { Cidr } from "./assembly/net/cidr";
  import { IpSet } from "./assembly/net/ip-set";
  import { SocketAddress } from "./assembly/net/socket-address";
  import { Cookies } from "./assembly/net/cookies";
  import { SetCookie } from "./assembly/net/set-cookie";
  import { decodePath, decodeQueryComponent, encodePathSegment, encodeQueryComponent } from "./assembly/net/percent";
  import { Query } from "./assembly/net/query";
  import { Url } from "./assembly/net/url";
  import { decodeText, encodeText } from "./assembly/text/text";
  import { integerText } from "./assembly/abi/decimal";

  export function run(op: string, input: ArrayBuffer): ArrayBuffer {
    return packed(results(op, unpacked(input)));
  }

  function results(op: string, input: string[]): string[] {
    if (op == "parse") return urlOf(Url.parse(input[0]));
    if (op == "parseRequestUri") return urlOf(Url.parseRequestUri(input[0]));
    if (op == "build") return build(input);
    if (op == "query") return query(input);
    if (op == "changed") return changed(input);
    if (op == "encodeQueryComponent") return [encodeQueryComponent(input[0])];
    if (op == "encodePathSegment") return [encodePathSegment(input[0])];
    if (op == "decodeQueryComponent") return valueOf(decodeQueryComponent(input[0]));
    if (op == "decodePath") return valueOf(decodePath(input[0]));
    if (op == "cookies") return cookies(input);
    if (op == "setCookie") return setCookie(input);
    if (op == "ip") return ip(input);
    if (op == "cidr") return cidr(input);
    if (op == "ipSet") return ipSet(input);
    return socketAddress(input);
  }

  function flag(is: bool): string { return is ? "1" : "0"; }
  function valueOf(text: string | null): string[] { return text === null ? [] : [text]; }

  function urlOf(u: Url): string[] {
    if (u.error !== null) return [];
    const password = u.password;
    return [
      u.scheme, u.opaque, flag(u.hasUser), u.username, flag(password !== null), password === null ? "" : password,
      u.host, flag(u.omitsHost), u.path, u.rawPath, u.rawQuery, flag(u.forcesQuery), u.fragment, u.rawFragment,
      u.escapedPath(), u.escapedFragment(), u.hostname(), u.port(), u.requestUri(), u.toString(),
    ];
  }

  function build(input: string[]): string[] {
    const u = new Url();
    u.scheme = input[0];
    u.opaque = input[1];
    u.hasUser = input[2] == "1";
    u.username = input[3];
    u.password = input[4] == "1" ? input[5] : null;
    u.host = input[6];
    u.omitsHost = input[7] == "1";
    u.path = input[8];
    u.rawPath = input[9];
    u.rawQuery = input[10];
    u.forcesQuery = input[11] == "1";
    u.fragment = input[12];
    u.rawFragment = input[13];
    return [u.escapedPath(), u.escapedFragment(), u.hostname(), u.port(), u.requestUri(), u.toString()];
  }

  function query(input: string[]): string[] {
    const q = Query.parse(input[0]);
    const name = input[1];
    const value = q.get(name);
    const all = q.getAll(name);
    const own = new Query();
    for (let i = 0; i < all.length; i++) own.append(name, all[i]);
    const out: string[] = [flag(q.error !== null), q.encode(), flag(q.has(name)), value === null ? "" : value, own.encode()];
    q.append(name, input[2]);
    out.push(q.encode());
    q.set(name, input[2]);
    out.push(q.encode());
    q.delete(name);
    out.push(q.encode());
    return out;
  }

  /** The texts of a query after each kind of change. */
  function changed(input: string[]): string[] {
    const read = Query.parse(input[0]);
    const set = Query.parse(input[0]);
    set.set(input[1], input[2]);
    const appended = Query.parse(input[0]);
    appended.append(input[1], input[2]);
    const deleted = Query.parse(input[0]);
    deleted.delete(input[1]);
    return [read.toString(), set.toString(), appended.toString(), deleted.toString()];
  }

  function cookies(input: string[]): string[] {
    const entries = Cookies.parse(input).entries();
    const out: string[] = [];
    for (let i = 0; i < entries.length; i++) {
      out.push(entries[i][0]);
      out.push(entries[i][1]);
    }
    return out;
  }

  function setCookie(input: string[]): string[] {
    const cookie = new SetCookie(input[0], input[1]);
    cookie.path = input[2];
    cookie.domain = input[3];
    if (input[4] != "") cookie.expiresMs = I64.parseInt(input[4]);
    cookie.maxAge = I64.parseInt(input[5]);
    cookie.httpOnly = input[6] == "1";
    cookie.secure = input[7] == "1";
    cookie.partitioned = input[8] == "1";
    cookie.isQuoted = input[9] == "1";
    cookie.sameSite = I32.parseInt(input[10]);
    return [cookie.toString(), flag(cookie.check() === null)];
  }

  function ip(input: string[]): string[] {
    const ip = IpAddress.parse(input[0]);
    if (ip === null) return [];
    return [
      ip.toString(), flag(ip.isIPv4), ip.zone, flag(ip.isMapped()), ip.unmap().toString(),
      flag(ip.isLoopback()), flag(ip.isPrivate()), flag(ip.isLinkLocal()),
    ];
  }

  function cidr(input: string[]): string[] {
    const cidr = Cidr.parse(input[0]);
    return cidr === null ? [] : [cidr.toString(), integerText(cidr.bits)];
  }

  function ipSet(input: string[]): string[] {
    const list = input.slice(1);
    const set = IpSet.parse(list);
    if (set.error !== null) return ["malformed"];
    const ip = IpAddress.parse(input[0]);
    if (ip === null) return ["no address"];
    let isIn = false;
    for (let i = 0; i < list.length; i++) {
      const network = Cidr.parse(list[i]);
      isIn = isIn || (network === null ? ip.unmap().equals(IpAddress.parse(list[i])!.unmap()) : network.contains(ip));
    }
    // An address with a zone equals none of the list.
    if (isIn != set.has(ip) && ip.zone == "") return ["IpSet and Cidr differ"];
    return [flag(set.has(ip))];
  }

  function socketAddress(input: string[]): string[] {
    const address = SocketAddress.parse(input[0]);
    return address === null ? [] : [address.toString(), address.ip.toString(), integerText(address.port)];
  }

  function unpacked(input: ArrayBuffer): string[] {
    const texts: string[] = [];
    for (let p = 0; p < input.byteLength; ) {
      const size = load<i32>(changetype<usize>(input) + p);
      texts.push(decodeText(input.slice(p + 4, p + 4 + size)));
      p += 4 + size;
    }
    return texts;
  }

  function packed(texts: string[]): ArrayBuffer {
    const parts = new Array<ArrayBuffer>();
    let size = 0;
    for (let i = 0; i < texts.length; i++) {
      parts.push(encodeText(texts[i]));
      size += 4 + parts[i].byteLength;
    }
    const bytes = new ArrayBuffer(size);
    let p = changetype<usize>(bytes);
    for (let i = 0; i < parts.length; i++) {
      store<i32>(p, parts[i].byteLength);
      memory.copy(p + 4, changetype<usize>(parts[i]), parts[i].byteLength);
      p += 4 + parts[i].byteLength;
    }
    return bytes;
  }
`;
