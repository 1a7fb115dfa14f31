import { deflateSync } from "node:zlib";
import { encodePairs } from "../../../sdk/host/message/pairs.js";
import { lengthField, varintField } from "../../../sdk/host/properties/protobuf.js";
import { Random } from "../../support/random.js";
import { MATERIAL, MATERIAL_END } from "./layout.js";

/** Address and size of some bytes in a guest's memory. */
export type Place = readonly [address: number, size: number];

const random = new Random(1);
const garbage = (size: number) => Buffer.from(random.bytes(size));
const numbers = (...words: number[]) => Buffer.from(new Uint32Array(words).buffer);
/** A copy with a few bytes changed. */
function corrupted(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  for (let i = 0; i < 2 && copy.length > 0; i++) copy[random.below(copy.length)] = random.below(256);
  return copy;
}

const PAIRS = [
  encodePairs([[":status", "200"]]),
  encodePairs([[":path", "/a"], [":method", "GET"], [":authority", "h"]]), // prettier-ignore
  encodePairs([[":path", "/b"], [":method", "POST"], [":authority", "h"], ["x-a", "1"], ["x-a", "2"]]), // prettier-ignore
  encodePairs([["content-type", "application/grpc"], ["content-length", "7"], ["", ""]]), // prettier-ignore
  encodePairs(Array.from({ length: 100 }, (_, i) => [`x-${i}`, "v".repeat(i)] as const)),
  encodePairs([[":status", "junk"], ["host", "other"], ["connection", "close"]]), // prettier-ignore
  numbers(0),
  numbers(0xffffffff),
  numbers(1, 0xffffffff, 0xffffffff),
  numbers(2, 1, 1),
];

const KEYS = ["", "a", "b", "key", "x".repeat(300), "\0", "__proto__", "constructor", "wasm.a"];
const PEM = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END PRIVATE KEY-----\n"; // prettier-ignore

const ROOTS = ["request", "response", "connection", "source", "destination", "upstream", "xds", "metadata", "filter_state", "plugin_name", "plugin_root_id", "plugin_vm_id", "connection_id", "plugin_vm_memory", "node", "route_name", "cluster_name", "a", "tenant", "__proto__", "toString"]; // prettier-ignore
const FIELDS = ["path", "url_path", "query", "host", "method", "headers", "headers\0x-a", "headers\0__proto__", "time", "size", "total_size", "duration", "code", "code_details", "trailers", "flags", "grpc_status", "address", "port", "id", "mtls", "route_name", "cluster_name", "node", "node\0metadata\0a\0b", "node\0id", "route_metadata", "route_metadata\0filter_metadata\0a", "upstream_host_metadata", "constructor", "wasm.a", "0"]; // prettier-ignore

const EXPRESSIONS = [
  ...["request.path", "1 + 1", "1 / 0", "request.headers['x-a'] == 'b'", "[1,2].map(x, x + 1)", "{'a': 1}.a"],
  ...["has(request.path)", "xds.node.id", "size(request.headers)", "-9223372036854775808", "1.5 > 1", "b'a' + b'b'"],
  ...["request.path.matches('[')", "'é'.size()", "timestamp('2026-01-01T00:00:00Z') - duration('1h')", "((((1))))"],
  ...["a ? b : c", "!true", "x in [1]", "uint(-1)", "int(1e300)", "'a' < 1", "", "'", "\\", "request", "__proto__"],
  ...["[[[[[[[[1]]]]]]]]".repeat(3), "(".repeat(200), "!".repeat(500) + "true", "1" + "+1".repeat(500), "string(1u)"],
  ...["request.headers.all(x, x.size() > 0)", "[1].exists_one(x, x / 0 == 1)", "duration('99999999999999999h')"],
  ...["string(request)", "timestamp('275760-09-13T00:00:00Z')", "{}.toString", "[].constructor", "f(1)", "toString()"],
];

const ARGUMENTS = [
  Buffer.alloc(0),
  ...EXPRESSIONS.map((one) => Buffer.from(one, "latin1")),
  ...[0, 1, 2, 0xffffffff].map((one) => numbers(one)),
  numbers(1, 2),
  deflateSync(Buffer.from("compressed ".repeat(50))),
  // Larger, when uncompressed, than the guest can allocate.
  deflateSync(Buffer.alloc(1024 * 1024)),
  corrupted(deflateSync(Buffer.from("compressed ".repeat(50)))),
  Buffer.concat([lengthField(1, "envoy.string"), lengthField(2, "v"), varintField(3, 2)]),
  Buffer.concat([lengthField(1, "envoy.tcp_proxy.per_connection_idle_timeout_ms"), lengthField(2, "99")]),
  Buffer.concat([lengthField(1, "a"), varintField(2, 1), varintField(5, 2)]),
  Buffer.concat([lengthField(1, "tenant"), varintField(2, 0), varintField(5, 1)]),
  Buffer.concat([lengthField(1, "body"), varintField(2, 1)]),
  Buffer.concat([varintField(1, 5), lengthField(2, "x")]),
  Buffer.concat([lengthField(1, "sha256"), lengthField(2, garbage(40)), lengthField(3, "s"), lengthField(4, "t")]),
  Buffer.concat([lengthField(1, "sha256"), lengthField(3, "text"), lengthField(4, PEM)]),
  Buffer.concat([lengthField(1, "sha512"), lengthField(5, PEM), lengthField(3, "s"), lengthField(4, "t")]),
  Buffer.concat([lengthField(1, "md5"), lengthField(2, "k")]),
  Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
  Buffer.from("ffffffffffffffffffff01", "hex"),
  garbage(8),
  garbage(100),
];

const texts = (list: readonly string[]) => list.map((one) => Buffer.from(one, "latin1"));
const service = (name: string) => lengthField(1, lengthField(1, name));

const GROUPS = {
  text: [...texts(["", "a line", "é", "x".repeat(5000)]), garbage(50)],
  name: texts([":path", ":method", ":authority", ":status", "host", "Host", "x-a", "X-A", "", "content-length", "content-type", "cookie", "grpc-status", "x-new", "\n", "\0", "é", "__proto__"]), // prettier-ignore
  value: [
    ...texts(["", "1", "200", "99", "-1", "application/grpc", "junk", "/elsewhere", "v".repeat(3000)]),
    garbage(9),
  ],
  pairs: [Buffer.alloc(0), ...PAIRS, ...PAIRS.slice(0, 6).map(corrupted), garbage(60)],
  body: [...texts(["", "b", "body"]), garbage(300), Buffer.alloc(2000, 97)],
  path: [...ROOTS, ...ROOTS.slice(0, 9).flatMap((one) => FIELDS.map((field) => `${one}\0${field}`)), "", "\0", "\0\0", "a\0"].map((one) => Buffer.from(one, "latin1")), // prettier-ignore
  setting: texts(["a", "tenant", "clear_route_cache", "wasm_need_rebuild", "set_decoder_buffer_limit", "set_encoder_buffer_limit", "", "a\0b", "__proto__", "request\0path"]), // prettier-ignore
  settingValue: texts(["", "off", "on", "true", "0", "10", "99999999999999999999999", "-1"]),
  cluster: texts(["up", "up", "up", "down", "", "up?db=1", "up?db=-1&db", "up?%", "toString", "up?db=1e999"]),
  service: [service("up"), service("up"), service("down"), Buffer.concat([service("up"), lengthField(5, Buffer.concat([lengthField(1, "k"), lengthField(2, "v")]))]), Buffer.from("up"), Buffer.from("\x0a\x05up"), corrupted(service("up")), Buffer.alloc(0), garbage(20)], // prettier-ignore
  key: texts(KEYS),
  foreign: texts(["compress", "uncompress", "clear_route_cache", "set_envoy_filter_state", "declare_property", "expr_create", "expr_create", "expr_evaluate", "expr_evaluate", "expr_delete", "verify_signature", "sign", "get_log_level", "set_global_max_requests_per_io_cycle", "inject_encoded_data_to_filter_chain", "inject_encoded_data_to_filter_chain_on_header", "toString", ""]), // prettier-ignore
  argument: ARGUMENTS,
  address: texts(["127.0.0.1:80", "", "nowhere", "[::1]:99999"]),
  vectors: [numbers(MATERIAL, 5, MATERIAL + 9, 0), numbers(0, 0xffffffff), numbers(...Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? 0 : 9000)))], // prettier-ignore
} satisfies Record<string, readonly Buffer[]>;

export type Group = keyof typeof GROUPS;

const placed: Partial<Record<Group, Place[]>> = {};
const chunks: Buffer[] = [];
let end = MATERIAL;
for (const [group, list] of Object.entries(GROUPS)) {
  placed[group as Group] = list.map((bytes) => {
    chunks.push(bytes);
    end += bytes.length;
    return [end - bytes.length, bytes.length] as const;
  });
}
if (end > MATERIAL_END) throw new Error(`too much material: ${end}`);

/** Valid and invalid arguments of host calls. Every guest has them in its memory from the start. */
export const MATERIAL_BYTES: Uint8Array = Buffer.concat(chunks);

/** Address and size of the values of each group. */
export const PLACES = placed as Readonly<Record<Group, readonly Place[]>>;
