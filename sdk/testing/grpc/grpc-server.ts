import type { GrpcEvents, GrpcRequest, GrpcStream } from "../../host/index.js";

const PORT = 80;

/**
 * Begins a call to a real server of gRPC, on a connection of its own, which ends with it: a server that a test stops is
 * waited for by nobody.
 *
 * @returns undefined where HTTP/2 cannot carry the call's metadata
 */
export async function openCall(
  { hostname, port }: URL,
  request: GrpcRequest,
  events: GrpcEvents,
): Promise<GrpcStream | undefined> {
  // Only now: most tests ask none, and these modules take long to load.
  const { GrpcClient } = await import("../../gateway/grpc.js");
  const client = new GrpcClient({ get: () => ({ address: hostname, port: Number(port || PORT) }) });
  const closed = (status: number, message: string) => {
    client.stop();
    events.closed(status, message);
  };
  // The time limit is the plugin's, whose clock is another.
  const stream = client.open({ ...request, timeoutMs: 0 }, { ...events, closed });
  if (!stream) {
    client.stop();
    return undefined;
  }
  const reset = () => {
    stream.reset();
    client.stop();
  };
  return { ...stream, reset };
}
