import { setTimeout as sleep } from "node:timers/promises";
import { Peer, type UpstreamPeers } from "./peer.js";
import { TALK, type End, type NetworkScenario, type Step } from "./scenario.js";

/** How long the effects of a step may take, at pace 1. */
const STEP_MS = 40;

/** Plays the client and the upstream of a scenario. */
export class Play {
  private readonly clients: Peer[] = [];

  constructor(
    private readonly port: number,
    private readonly upstream: UpstreamPeers,
    private readonly pace: number,
  ) {}

  private get stepMs(): number {
    return STEP_MS * this.pace;
  }

  /** Plays all steps. Returns what both sides have received, a line for each connection. */
  async all({ steps = TALK }: NetworkScenario): Promise<string[]> {
    this.upstream.begin();
    await this.step({ connect: true });
    for (const step of steps) await this.step(step);
    return [
      ...this.clients.map(({ summary }) => `client: ${summary}`),
      ...this.upstream.peers.map(({ summary }) => `upstream: ${summary}`),
    ];
  }

  /** Closes the connections that are still open, one after the other. */
  async leave(): Promise<void> {
    for (const { socket } of [...this.clients, ...this.upstream.peers]) {
      if (socket.destroyed) continue;
      socket.destroy();
      await sleep(this.stepMs);
    }
  }

  private async send(peer: Peer | undefined, bytes: string | Buffer, end?: End): Promise<void> {
    if (bytes.length > 0) peer?.send(bytes, end === "at once");
    if (end !== true) return;
    if (bytes.length > 0) await sleep(this.stepMs);
    peer?.send("", true);
  }

  private async step(step: Step): Promise<void> {
    const ends = { client: this.clients.at(-1), upstream: this.upstream.peers.at(-1) };
    if ("connect" in step) this.clients.push(await Peer.client(this.port));
    else if ("client" in step) await this.send(ends.client, step.client, step.end);
    else if ("upstream" in step) await this.send(ends.upstream, step.upstream, step.end);
    else if ("reset" in step) ends[step.reset]?.socket.resetAndDestroy();
    await sleep("waitMs" in step ? step.waitMs : this.stepMs);
  }
}
