import type { Scenario } from "../scenario.js";

// Names of routes, services and plugins that are not ASCII.

const service = "outbound|80||服务.dns";
const auth = "outbound|80||认证.dns";

const routes = [
  { name: "中文路由", prefix: "/a", cluster: service },
  { name: "前缀-é", prefix: "/b", cluster: "upstream" },
  { name: "other", prefix: "/c", cluster: service },
  { name: "none", prefix: "/", cluster: "upstream" },
];

const scenarios: Scenario[] = [
  {
    ...{
      name: "rules match routes and services with names that are not ASCII",
      plugin: "rules-late",
      pluginName: "规则",
      routes,
    },
    config: {
      _rules_: [
        { _match_route_: ["中文路由"], _match_service_: ["服务.dns:80"], name: "both" },
        { _match_route_: ["中文路由"], name: "route" },
        { _match_route_prefix_: ["前缀"], name: "prefix" },
        { _match_service_: ["服务.dns"], name: "service" },
      ],
    },
    steps: [
      { target: "/a", expect: { headers: { "x-rule": "both" } } },
      { target: "/b", expect: { headers: { "x-rule": "prefix" } } },
      { target: "/c", expect: { headers: { "x-rule": "service" } } },
      { target: "/", expect: { headers: { "x-rule": null } } },
      { update: { _rules_: [{ _match_route_: ["\u4e2d\u6587\u8def\u7531"], name: "new" }] }, expect: "accepted" },
      { target: "/a", expect: { headers: { "x-rule": "new" } } },
    ],
  },
  {
    ...{ name: "a call reaches a service with a name that is not ASCII", plugin: "ext-auth", routes },
    config: { service: { fqdn: "认证.dns", port: 80 } },
    clusters: { [auth]: { status: 200 } },
    steps: [
      {
        target: "/a",
        expect: {
          status: 200,
          calls: [
            { cluster: auth, headers: { host: Buffer.from("认证.dns").toString("latin1") } },
            { cluster: service, target: "/a" },
          ],
        },
      },
    ],
  },
];

export default scenarios;
