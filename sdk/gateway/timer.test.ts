import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { callBegins, startTimer } from "./timer.js";

function compute(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end;);
}

test("a timer runs once its time is over, and not when it was stopped", async () => {
  const ran: string[] = [];
  startTimer(30, () => ran.push("later"));
  startTimer(5, () => ran.push("soon"));
  startTimer(10, () => ran.push("never"))();
  startTimer(0, () => ran.push("stopped"))();
  await sleep(80);
  expect(ran).toEqual(["soon", "later"]);
});

test("time that a callback takes counts for the timers that it starts, and for no others", async () => {
  const began = performance.now();
  callBegins();
  compute(60);
  const inside = new Promise<number>((resolve) => startTimer(50, () => resolve(performance.now() - began)));
  await sleep(0);
  const outside = new Promise<number>((resolve) => startTimer(50, () => resolve(performance.now() - began)));
  expect(await inside).toBeLessThan(100);
  expect(await outside).toBeGreaterThanOrEqual(109);
});

test("what has come from the network while a callback computed is dealt with before its timers", async () => {
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
