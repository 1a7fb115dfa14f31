import type { Row } from "./rows.js";

const ADDRESSES = [
  ...["1.2.3.4", "::1", "fe80::1%eth0", "::ffff:1.2.3.4", "2001:db8::1:2", "[::1]:80", "1.2.3.4:65535", "10.0.0.0/8"],
  ...["2001:db8::/32", ".", ":", "::", "%", "/", "[", "]", "0", "255", "256", "ffff", "-1", "128", "00", "g"],
];
const TARGETS = [
  ...["https://u:p@a.example:8080/b/c;d?e=f&g#h", "/a/b?c=d", "mailto:a@b", "//h", "http://[fe80::1%25en0]:80/"],
  ...[
    "/",
    "?",
    "#",
    "&",
    "=",
    "%",
    "%41",
    "%zz",
    "%2f",
    "+",
    ":",
    "@",
    "[",
    "]",
    ";",
    " ",
    "a",
    "é",
    "\udcff",
    "\0",
    "*",
  ],
];
const COOKIES = ["a=1; b=2", 'c="3"', ";", "=", " ", '"', "a", ",", "\\", "\t", "é", "\r\n", "; a=1"];

/** The results of `Pairs` for any bytes: the number of pairs, then sizes, then texts that end with NUL. */
const PAIRS = [
  "\x01\0\0\0\x07\0\0\0\x03\0\0\0:status\x00200\0",
  ...["\0\0\0\0", "\x01\0\0\0", "\x02\0\0\0", "\x01", "\0", "a\0", "\udcff\udcff\udcff\udcff", ":status", "\x03\0\0\0"],
];

export const NET_ROWS: readonly Row[] = [
  {
    name: "IpAddress",
    code: `
      const ip = IpAddress.parse(a);
      if (ip === null) return;
      keep(ip.toString().length + i32(ip.isLoopback()) + i32(ip.isPrivate()) + i32(ip.isLinkLocal()));
      keep(i32(ip.equals(ip.unmap())) + ip.zone.length);`,
    a: ADDRESSES,
  },
  {
    name: "SocketAddress",
    code: "const at = SocketAddress.parse(a, b.length); keep(at === null ? 0 : at.toString().length);",
    a: ADDRESSES,
  },
  {
    name: "Cidr",
    code: `
      const network = Cidr.parse(a);
      const ip = IpAddress.parse(b);
      if (network !== null) keep(network.toString().length + (ip === null ? 0 : i32(network.contains(ip))));`,
    a: ADDRESSES,
  },
  {
    name: "IpSet",
    code: `
      const set = IpSet.parse(a.split(","), b);
      const ip = IpAddress.parse(b);
      keep(i32(set.error !== null) + (ip === null ? 0 : i32(set.has(ip))));`,
    a: [...ADDRESSES, ",", "10.0.0.0/8,", "::/0,", "1.2.3.4,"],
    b: ADDRESSES,
  },
  {
    name: "Url",
    code: `
      let url = Url.parse(a);
      keep(url.toString().length + url.requestUri().length + url.hostname().length + url.port().length);
      keep(i32(url.setPath(b) !== null) + i32(url.setFragment(b) !== null) + url.toString().length);
      url = Url.parseRequestUri(b);
      keep(url.toString().length + url.query().encode().length + url.escapedPath().length);`,
    a: TARGETS,
  },
  {
    name: "Query",
    code: `
      const query = Query.parse(a);
      const value = query.get(b);
      keep(query.getAll(b).length + query.entries().length + i32(query.has(b)) + (value === null ? 0 : value.length));
      query.append(b, a);
      query.set(b, a);
      keep(query.toString().length + query.encode().length);
      query.delete(b);
      keep(query.toString().length + i32(query.error !== null));`,
    a: ["a=b&c=d", "a", ...TARGETS],
  },
  {
    name: "percent encoding",
    code: `
      const path = decodePath(a);
      const component = decodeQueryComponent(a);
      keep((path === null ? 0 : path.length) + (component === null ? 0 : component.length));
      keep(encodePathSegment(a).length + encodeQueryComponent(a).length);`,
    a: TARGETS,
  },
  {
    name: "pathOf, queryOf, targetOf",
    code: "keep(pathOf(a).length + queryOf(a).length + targetOf(a, b).length);",
    a: TARGETS,
  },
  {
    name: "Cookies",
    code: "const all = Cookies.parse([a, b]); keep(all.getAll(b).length + all.entries().length + i32(all.get(a) === null));",
    a: COOKIES,
  },
  {
    name: "SetCookie",
    code: `
      const cookie = new SetCookie(a, b);
      cookie.path = b;
      cookie.domain = a;
      cookie.expiresMs = bits(a);
      cookie.maxAge = bits(b);
      cookie.sameSite = <SameSite>(a.length % 6);
      cookie.isQuoted = (b.length & 1) != 0;
      keep(cookie.toString().length + i32(cookie.check() !== null));`,
    a: [...COOKIES, "__Host-a", "a.example", ".a", "/"],
  },
  {
    name: "elementFromRight",
    code: "const one = elementFromRight([a, b], a.length % 5 - 1); keep(one === null ? 0 : one.length);",
    a: ["a, b", ",", " ", '"', "a", "\t", ",,"],
  },
  {
    name: "MediaType",
    code: `
      const type = MediaType.parse(a);
      keep(type.type.length + type.getOr(b, "").length + type.parameters().length + i32(type.error !== null));`,
    a: [
      'multipart/form-data; boundary="x y"',
      'form-data; name="a"; filename="b.txt"',
      ";",
      "=",
      '"',
      "\\",
      "/",
      "a",
      " ",
      "é",
    ],
    b: ["boundary", "name", "filename"],
  },
  {
    name: "Multipart",
    code: `
      const form: Multipart = Multipart.parse(encodeText(a), b);
      const value = form.get("a");
      keep((value === null ? 0 : value.length) + i32(form.error !== null) + form.bytes().byteLength);
      for (let i = 0; i < form.parts.length; i++) keep(form.parts[i].text().length + i32(form.parts[i].isFile));
      form.parts.push(MultipartPart.field(a, b));
      keep(form.bytes().byteLength);`,
    a: [
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n',
      ...[
        "--x\r\n",
        "--x--",
        "\r\n\r\n",
        "\r\n",
        "\n",
        "--",
        "x",
        "content-disposition: form-data; ",
        'name="a"',
        "; filename=b",
      ],
    ],
    b: ["x", "", "y"],
  },
  {
    name: "clusters",
    code: `
      keep(new FQDNCluster(a, b.length, b).clusterName().length + new DnsCluster(a, b, 1).clusterName().length);
      keep(new K8sCluster(a, b, 1, a, b).clusterName().length + new StaticIpCluster(a, 1, b).clusterName().length);
      keep(new NacosCluster(a, b, a, 1, false, b).clusterName().length);
      keep(new ConsulCluster(a, b, 1, b).clusterName().length + new TargetCluster(a, b).hostName().length);`,
    a: ["a.example", ".", "|", "_", "-", "a", "é", "\0"],
  },
  {
    name: "getUpstreamHosts",
    code: `
      const found: UpstreamHosts = getUpstreamHosts();
      for (let i = 0; i < found.hosts.length; i++) {
        const host: UpstreamHost = found.hosts[i];
        keep(host.address.length + host.details.length);
      }
      keep(i32(setUpstreamOverrideHost(b) === null));`,
    a: ["\x01\0\0\0\x0b\0\0\0\x02\0\0\x0010.0.0.1:80\0{}\0", ...PAIRS],
    b: ADDRESSES,
  },
  {
    name: "HttpResponse",
    code: `
      const response = new HttpResponse(new Pairs(encodeText(a)), encodeText(b), new Pairs(encodeText(b)));
      keep(response.status + response.headers().length + response.trailers().length + response.text().length);
      keep(response.forwardableHeaders().length + i32(response.header(b) === null));`,
    a: PAIRS,
  },
  {
    name: "GrpcResponse",
    code: "const response = new GrpcResponse(<i32>bits(a), a, encodeText(b)); keep(i32(response.ok) + response.bytes().byteLength);",
    a: ["", "a"],
  },
  {
    name: "RedisReply",
    code: `
      const reply: RedisReply = parseReply(encodeText(a));
      keep(reply.string().length + <i32>reply.integer() + i32(isNaN(reply.float())) + i32(reply.bool()));
      keep(reply.array().length + reply.bytes().byteLength + i32(reply.isNull));
      keep(i32(reply.type == RedisReplyType.Array) + i32(reply.error !== null));`,
    a: [
      ...["*2\r\n$1\r\na\r\n:1\r\n", "+OK\r\n", "-ERR no\r\n", "$-1\r\n", "*-1\r\n", "*0\r\n", "*1\r\n", "$0\r\n\r\n"],
      ...["*", "$", ":", "+", "-", "\r\n", "\r", "\n", "0", "1", "9999999999", "-1", "a", ":-7\r\n", "*99999999\r\n"],
    ],
  },
];
