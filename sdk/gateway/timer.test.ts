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
  await new Promise<void>((resolve) => startTimer(80, resolve));
  expect(ran).toEqual(["soon", "later"]);
});

test("counts the duration of a callback for the timers that the callback starts, and for no others", async () => {
  const ran: string[] = [];
  callBegins();
  compute(600);
  startTimer(500, () => ran.push("inside"));
  await sleep(0);
  setTimeout(() => ran.push("400 ms later"), 400);
  await new Promise<void>((resolve) =>
    startTimer(500, () => {
      ran.push("outside");
      resolve();
    }),
  );
  expect(ran).toEqual(["inside", "400 ms later", "outside"]);
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
