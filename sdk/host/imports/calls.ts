import { Status } from "../abi.js";
import { decodePairs } from "../message/pairs.js";
import { host, type HostTable } from "./table.js";

/** HTTP calls to upstreams. */
export const calls: HostTable = {
  proxy_http_call: host(
    "iiiiiiiiii>i",
    (
      vm,
      cluster: number,
      clusterSize: number,
      pairs: number,
      pairsSize: number,
      body: number,
      bodySize: number,
      trailers: number,
      trailersSize: number,
      timeout: number,
      tokenAt: number,
    ) => {
      const name = vm.memory.text(cluster, clusterSize);
      const headers = vm.memory.bytes(pairs, pairsSize);
      const bytes = vm.memory.bytes(body, bodySize);
      const tail = vm.memory.bytes(trailers, trailersSize);
      if (name === undefined || headers === undefined || bytes === undefined || tail === undefined) {
        return Status.InvalidMemoryAccess;
      }
      // Checks that the token can be written before the call is made.
      if (!vm.memory.writeU32(tokenAt, 0)) return Status.InvalidMemoryAccess;
      const { root } = vm.context;
      if (!root) return Status.InternalFailure;
      const sent = root.httpCalls.send(name, decodePairs(headers), bytes, decodePairs(tail), timeout | 0);
      if ("status" in sent) return sent.status;
      vm.memory.writeU32(tokenAt, sent.token);
      return Status.Ok;
    },
  ),
};
