// Runs a guest in a worker thread, and posts its log lines to the parent.
import { parentPort, workerData } from "node:worker_threads";
import { Bench, benchServices } from "../../bench.js";

const services = benchServices({ log: ({ message }) => parentPort!.postMessage(message) });
new Bench(workerData as string, "", services).open();
