import type { GrpcEvents, GrpcRequest, GrpcStream } from "../../host/index.js";

const PORT = 80;

/**
 * Begins a call to a real gRPC server. The call has its own connection, which ends with the call, so a test can stop
 * the server without waiting for connections.
 *
 * @returns undefined when HTTP/2 cannot carry the call's metadata
 */
export async function openCall(
  { hostname, port }: URL,
  request: GrpcRequest,
  events: GrpcEvents,
): Promise<GrpcStream | undefined> {
  // Loaded here because most tests use no real server, and these modules take long to load.
  const { GrpcClient } = await import("../../gateway/grpc.js");
  const client = new GrpcClient({ get: () => ({ address: hostname, port: Number(port || PORT) }) });
  const closed = (status: number, message: string) => {
    client.stop();
    events.closed(status, message);
  };
  // The time limit runs on the plugin's clock, not on the real one.
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
