import type { RouteSpec } from "../../../sdk/envoy/index.js";
import type { Scenario } from "../../scenarios/scenario.js";
import { everything, guest, request, THROUGH_ALL } from "../guest.js";

// Names and texts of the configuration that are not ASCII. Plugins, clients and upstreams get them as bytes.

const CALLED = "outbound|80||认证.dns";

const ROUTES: RouteSpec[] = [
  { name: "路径", prefix: "/路", cluster: "outbound|80||服务.dns" },
  { name: "precise-é", path: "/é", cluster: "outbound|80||服务.dns" },
  { name: "host-ü", prefix: "/", cluster: "upstream", domains: ["MÜNCHEN.example", "Ä.*", "*.例え"] },
  {
    ...{ name: "直接", prefix: "/direct" },
    directResponse: { status: 200, body: "你好", headers: [["x-text", "é 😀"]] },
  },
  { name: "中文路由", prefix: "/", cluster: "outbound|80||服务.dns" },
];

/** A text as a word of a script, encoded as UTF-8. */
const word = (text: string) =>
  `"${[...Buffer.from(text)].map((byte) => (byte > 0x7f ? `\\x${byte.toString(16)}` : String.fromCharCode(byte))).join("")}`;

const READS = [
  ...["xds\\0route_name", "xds\\0cluster_name", "xds\\0virtual_host_name", "plugin_name", "plugin_root_id"],
  ...["request\\0path", "request\\0url_path", "request\\0query", "request\\0host", "response\\0code_details"],
].map((path) => `* get_property "${path} %`);

const rest: Partial<Scenario> = {
  ...{ routes: ROUTES, pluginName: "插件", rootId: "根é" },
  clusters: {
    [CALLED]: { headers: [["x-é".replace("é", "e"), "v"]], body: "認証" },
    auth: {},
    "outbound|80||服务.dns": { body: "服务" },
  },
};

/** A request with this text as its target, encoded as UTF-8. */
const requestTo = (target: string, what = {}) => request({ ...what, target: Buffer.from(target).toString("latin1") });

const authority = (text: string) => [`request_headers replace_header_map_value 0 ":authority ${word(text)}`];

const scenarios = [
  guest("every callback reads names", [...READS, ...THROUGH_ALL], { ...rest, steps: [request(everything)] }),
  guest("routes are chosen by path", READS, {
    ...rest,
    steps: ["/路", "/路/é?é=路", "/é", "/é?a", "/éa", "/\u8def", "/direct"].map((target) => requestTo(target)),
  }),
  // A client's host must be ASCII, so a plugin writes these hosts.
  ...["münchen.example", "MÜNCHEN.example", "mÜnchen.EXAMPLE", "Ä.b", "ä.b", "a.例え", "例え"].map((host) =>
    guest(`routes are chosen by a host that a plugin has written: ${host}`, [...READS, ...authority(host)], rest),
  ),
  ...[CALLED, "outbound|80||服务.dns", "outbound|80||認証.dns", "\ufffd", ""].map((cluster) =>
    guest(
      `a call to ${JSON.stringify(cluster)}`,
      [
        `request_headers http_call ${word(cluster)} {:method=POST,:path=/${word("路").slice(1)},:authority=${word("认证.dns").slice(1)},x-a=${word("é").slice(1)} ${word("正文")} { 1000 _`,
        "request_headers return 4",
        "call get_header_map_pairs 6 %",
        "call get_buffer_bytes 4 0 100 %",
        "call set_effective_context $stream",
        "call continue_stream 0",
      ],
      rest,
    ),
  ),
  guest(
    "a call to a cluster's name in another encoding",
    ['request_headers http_call "outbound|80||\\x8b\\xa4 {:method=GET,:path=/,:authority=a { 1000 _'],
    rest,
  ),
  guest(
    "a local reply with response code details",
    [
      ...READS,
      `request_headers send_local_response 403 ${word("拒绝é")} ${word("不行")} {x-why=${word("因为").slice(1)} -1`,
    ],
    rest,
  ),
  guest(
    "shared data, queues, metrics, properties and log lines",
    [
      `configure set_shared_data ${word("键")} ${word("值")} 0`,
      `request_headers get_shared_data ${word("键")} % _`,
      `configure register_shared_queue ${word("队列")} _`,
      `request_headers resolve_shared_queue " ${word("队列")} _`,
      `configure define_metric 0 ${word("计数")} _`,
      `request_headers set_property ${word("属性")} ${word("值")}`,
      `log get_property ${word("属性")} %`,
      `request_headers log 2 ${word("日志 é 😀")}`,
    ],
    rest,
  ),
  ...["文本 é 😀", { 键: "值" }].map((config, index) => ({
    ...guest("", [], rest),
    ...{
      name: `a configuration, ${index ? "JSON" : "text"}`,
      config,
      vmConfiguration: "* get_buffer_bytes 7 0 100 %\nconfigure get_buffer_bytes 6 0 900 %\n" + "é 路",
    },
  })),
];

export default scenarios;
