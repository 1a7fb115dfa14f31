// The thread in which the servers of EchoServers run.
import { parentPort } from "node:worker_threads";
import { startEcho, type EchoProtocol } from "./start-echo.js";

export interface EchoRequest {
  /** Stands in the result as well. */
  key: string;
  service: string;
  protocol: EchoProtocol;
}

export type EchoResult = { key: string } & ({ port: number; error?: undefined } | { port?: undefined; error: string });

const parent = parentPort!;
parent.on("message", ({ key, service, protocol }: EchoRequest) => {
  const send = (result: EchoResult) => parent.postMessage(result);
  startEcho(service, protocol).then(
    (port) => send({ key, port }),
    (error: Error) => send({ key, error: error.message }),
  );
});
