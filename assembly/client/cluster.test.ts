import { beforeAll, expect, test } from "vitest";
import { compileAssembly, type Instance } from "../../tests/support/assembly.js";

let wasm: Instance;

// Without RouteCluster, which needs a host.
const CLUSTERS: [source: string, cluster: string, host: string][] = [
  [
    'new K8sCluster("foo", "bar", 8080, "1.0")',
    "outbound|8080|1.0|foo.bar.svc.cluster.local",
    "foo.bar.svc.cluster.local",
  ],
  [
    'new K8sCluster("foo", "", 8080, "1.0", "www.example.com")',
    "outbound|8080|1.0|foo.default.svc.cluster.local",
    "www.example.com",
  ],
  ['new K8sCluster("foo", "", 80)', "outbound|80||foo.default.svc.cluster.local", "foo.default.svc.cluster.local"],
  ['new NacosCluster("foo", "DEFAULT_GROUP", "ns", 8080)', "outbound|8080||foo.DEFAULT-GROUP.ns.nacos", "foo"],
  [
    'new NacosCluster("foo", "", "ns", 8080, true, "1.0", "h")',
    "outbound|8080|1.0|foo.DEFAULT-GROUP.ns.nacos-ext",
    "h",
  ],
  ['new StaticIpCluster("foo", 8080)', "outbound|8080||foo.static", "foo"],
  ['new StaticIpCluster("foo", 8080, "h")', "outbound|8080||foo.static", "h"],
  ['new DnsCluster("foo", "www.example.com", 443)', "outbound|443||foo.dns", "www.example.com"],
  ['new ConsulCluster("foo", "dc", 8080)', "outbound|8080||foo.dc.consul", "foo"],
  ['new FQDNCluster("foo.dns", 8080)', "outbound|8080||foo.dns", "foo.dns"],
  ['new FQDNCluster("foo.dns", 8080, "h")', "outbound|8080||foo.dns", "h"],
  ['new TargetCluster("any name", "h")', "any name", "h"],
];

beforeAll(async () => {
  wasm = await compileAssembly(`
    import { Cluster, ConsulCluster, DnsCluster, FQDNCluster, K8sCluster, NacosCluster, StaticIpCluster, TargetCluster } from "./assembly/client/cluster";
    function make(i: i32): Cluster {
      switch (i) {
        ${CLUSTERS.map(([source], i) => `case ${i}: return ${source};`).join("\n")}
        default: return new TargetCluster("", "");
      }
    }
    export function cluster(i: i32): string { return make(i).clusterName(); }
    export function host(i: i32): string { return make(i).hostName(); }
  `);
});

test.each(CLUSTERS.map((row, i) => [...row, i] as const))("%s", (_source, cluster, host, i) => {
  expect(wasm.string("cluster", i)).toBe(cluster);
  expect(wasm.string("host", i)).toBe(host);
});
