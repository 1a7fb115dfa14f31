// The thread in which StartTrial starts a plugin that takes long.
import { parentPort, workerData } from "node:worker_threads";
import { tryStart, type TrialRequest } from "./try-start.js";

parentPort!.postMessage(await tryStart(workerData as TrialRequest));
