// Runs a guest in a thread of its own, and tells what it logs.
import { parentPort, workerData } from "node:worker_threads";
import { Bench, benchServices } from "../../bench.js";

const services = benchServices({ log: ({ message }) => parentPort!.postMessage(message) });
new Bench(workerData as string, "", services).open();
