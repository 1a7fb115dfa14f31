import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { callBegins, startTimer } from "./timer.js";

function compute(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("runs when the time is over, unless stopped", async () => {
  const ran: string[] = [];
  startTimer(30, () => ran.push("later"));
  startTimer(5, () => ran.push("soon"));
  startTimer(10, () => ran.push("never"))();
  startTimer(0, () => ran.push("stopped"))();
  await sleep(80);
  expect(ran).toEqual(["soon", "later"]);
});

test("counts the duration of a callback for the timers that the callback starts, and for no others", async () => {
  const began = performance.now();
  callBegins();
  compute(600);
  const inside = new Promise<number>((resolve) => startTimer(500, () => resolve(performance.now() - began)));
  await sleep(0);
  const outside = new Promise<number>((resolve) => startTimer(500, () => resolve(performance.now() - began)));
  expect(await inside).toBeLessThan(1000);
  expect(await outside).toBeGreaterThanOrEqual(1099);
});

test("handles network events that arrived during a callback before timers", async () => {
  const server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const order: string[] = [];
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () => order.push("connected"));
  startTimer(20, () => order.push("timer"));
  compute(60);
  await sleep(40);
  socket.destroy();
  server.close();
  expect(order).toEqual(["connected", "timer"]);
});
