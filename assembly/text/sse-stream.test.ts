import { beforeAll, describe, expect, it } from "vitest";
import { compileCounting, type Instance } from "../../tests/support/assembly.js";
import { NIGHTLY } from "../../tests/support/nightly.js";
import { Random } from "../../tests/support/random.js";

let wasm: Instance;

beforeAll(async () => {
  wasm = await compileCounting(`
    import { encodeText } from "./assembly/text/text";
    import { SseEvent } from "./assembly/text/sse-event";
    import { joinEvents, SseStream } from "./assembly/text/sse-stream";
    import { unifySSEChunk } from "./assembly/text/unify-sse-chunk";
    let stream = new SseStream();
    let all: SseEvent[] = [];
    export function begin(limit: i32): void { stream = new SseStream(limit); all = []; }
    export function push(chunk: ArrayBuffer, isLast: bool): i32 {
      const events = stream.push(chunk, isLast);
      for (let i = 0; i < events.length; i++) all.push(events[i]);
      return events.length;
    }
    export function joined(): ArrayBuffer { return joinEvents(all); }
    export function rest(): ArrayBuffer { return stream.rest(); }
    export function error(): string { const error = stream.error; return error === null ? "" : error.message; }
    export function count(): i32 { return all.length; }
    export function data(i: i32): string { return all[i].data; }
    export function event(i: i32): string { return all[i].event; }
    export function id(i: i32): string { const id = all[i].id; return id === null ? "(none)" : id; }
    export function retry(i: i32): i32 { return <i32>all[i].retryMs; }
    export function comment(i: i32): string { return all[i].comment; }
    export function hasData(i: i32): bool { return all[i].hasData; }
    export function isComplete(i: i32): bool { return all[i].isComplete; }
    export function bytes(i: i32): ArrayBuffer { return all[i].bytes(); }
    export function setData(i: i32, data: string): void { all[i].setData(data); }
    export function setEvent(i: i32, event: string): string { const e = all[i].setEvent(event); return e === null ? "" : e.message; }
    export function setId(i: i32, id: string): string { const e = all[i].setId(id); return e === null ? "" : e.message; }
    export function setRetry(i: i32, ms: i32): void { all[i].setRetryMs(ms); }
    export function setComment(i: i32, comment: string): void { all[i].setComment(comment); }
    export function removeId(i: i32): void { all[i].setId(null); }
    export function create(): void { all = [new SseEvent()]; }
    export function unify(bytes: ArrayBuffer): ArrayBuffer { return unifySSEChunk(bytes); }
  `);
});

const LIMIT = 1 << 20;

interface Event {
  data: string | null;
  event: string;
  id: string;
  retry: number;
  comment: string;
}

/** Splits chunks with one stream, and returns all events. */
function read(chunks: readonly (string | Uint8Array)[], limit = LIMIT): Event[] {
  wasm.number("begin", limit);
  chunks.forEach((chunk, i) => wasm.number("push", Buffer.from(chunk), i === chunks.length - 1));
  return Array.from({ length: wasm.number("count") }, (_, i) => ({
    data: wasm.number("hasData", i) ? wasm.string("data", i) : null,
    event: wasm.string("event", i),
    id: wasm.string("id", i),
    retry: wasm.number("retry", i),
    comment: wasm.string("comment", i),
  }));
}

const text = (name: string, ...args: (number | string)[]) => Buffer.from(wasm.bytes(name, ...args)).toString();
const none: Event = { data: null, event: "", id: "(none)", retry: -1, comment: "" };

/** The events that a client dispatches: an independent reading of the HTML standard, of the whole text at once. */
function dispatched(whole: string): Omit<Event, "comment">[] {
  const events: Omit<Event, "comment">[] = [];
  let fields: { data: string[]; event: string; id: string; retry: number } = { ...{ data: [] as string[], event: "" }, id: "(none)", retry: -1 }; // prettier-ignore
  const lines = whole.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  lines.pop();
  for (const line of lines) {
    if (line === "") {
      if (fields.data.length > 0) events.push({ ...fields, data: fields.data.join("\n") });
      fields = { ...{ data: [], event: "" }, id: "(none)", retry: -1 };
      continue;
    }
    const [, name, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line)!;
    if (name === "data") fields.data.push(value);
    else if (name === "event") fields.event = value;
    else if (name === "id" && !value.includes("\0")) fields.id = value;
    else if (name === "retry" && /^\d{1,15}$/.test(value)) fields.retry = Number(value);
  }
  return events;
}

describe("SseStream", () => {
  it("reads the fields of events", () => {
    expect(
      read(["event: a\nid: 7\nretry: 1500\ndata: one\ndata:two\ndata\n: hi\n:there\nother: x\n\n", "data:\n\n"]),
    ).toEqual([
      { data: "one\ntwo\n", event: "a", id: "7", retry: 1500, comment: " hi\nthere" },
      { ...none, data: "" },
    ]);
  });

  it.each([
    ["a space after the colon, once", "data:  x\n\n", { data: " x" }],
    ["a second colon", "data: a:b\n\n", { data: "a:b" }],
    ["a retry that is no number", "retry: 1e3\n\n", {}],
    ["a retry with too many digits", "retry: 9999999999999999\n\n", {}],
    ["an id with NUL", "id: a\0b\n\n", {}],
    ["an empty id", "id\n\n", { id: "" }],
    ["a name in capitals", "Data: x\n\n", {}],
    ["a byte order mark at the beginning", "\ufeffdata: x\n\n", { data: "x" }],
    ["an event without a blank line", "data: x\n", { data: "x" }],
    ["an event without a line end", "data: x", { data: "x" }],
    ["a line break before the event", "\r\ndata: x\n\n", { data: "x" }],
  ])("reads %s", (_, stream, fields) => {
    expect(read([stream]).at(-1)).toEqual({ ...none, ...fields });
    expect(text("joined")).toBe(stream);
  });

  it("reads a byte order mark at the beginning only", () => {
    expect(read(["data: 1\n\n\ufeffdata: 2\n\n"]).map(({ data }) => data)).toEqual(["1", null]);
  });

  it("returns an event with the chunk that ends it, also for CR, and a LF in the next chunk belongs to that CR", () => {
    wasm.number("begin", LIMIT);
    const push = (chunk: string, isLast = false) => wasm.number("push", Buffer.from(chunk), isLast);
    expect([push("data: 1\r\n\r"), push("\ndata: 2\n"), push("\n"), push("data: 3\r"), push("\r"), push("\n", true)]).toEqual([1, 0, 1, 0, 1, 1]); // prettier-ignore
    expect([0, 1, 2, 3].map((i) => text("bytes", i))).toEqual(["data: 1\r\n\r", "\ndata: 2\n\n", "data: 3\r\r", "\n"]);
    expect([0, 1, 2, 3].map((i) => wasm.number("isComplete", i))).toEqual([1, 1, 1, 0]);
  });

  it("returns every byte unchanged, and the events of the standard, however the stream is split", () => {
    const random = new Random();
    console.log(`seed ${String(random.seed)}`);
    const parts = ["data: x", "data:é😀", "data", "event: a", "id: 1", "id", "retry: 10", ": c", ":", "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "x", " ", "\u20ac", "\0"]; // prettier-ignore
    for (let i = 0; i < (NIGHTLY ? 200_000 : 3_000); i++) {
      const stream = (random.below(8) ? "" : "\ufeff") + Array.from({ length: random.below(14) }, () => random.pick(parts)).join(""); // prettier-ignore
      const noise = random.below(4) === 0 ? random.bytes(random.below(6)) : new Uint8Array();
      const bytes = Buffer.concat([Buffer.from(stream), noise]);
      const cuts = Array.from({ length: random.below(8) }, () => random.below(bytes.length + 1)).sort((x, y) => x - y);
      const chunks = [...cuts, bytes.length].map((end, at) => bytes.subarray(at === 0 ? 0 : cuts[at - 1], end));
      const events = read(chunks);
      const label = JSON.stringify(chunks.map((chunk) => chunk.toString("latin1")));
      expect(Buffer.from(wasm.bytes("joined")), label).toEqual(bytes);
      const complete = events.filter((event, at) => event.data !== null && wasm.number("isComplete", at));
      if (noise.length === 0) {
        const expected = dispatched(stream);
        expect(
          complete.map(({ data, event, id, retry }) => ({ data, event, id, retry })),
          label,
        ).toEqual(expected);
      }
      if (i % 200 === 0) wasm.collect();
    }
  });

  it("reports an event that is larger than the limit, and returns its bytes as the rest", () => {
    expect(read(["data: 1\n\n", "data: ", "123456789"], 12)).toEqual([{ ...none, data: "1" }]);
    expect(wasm.string("error")).toBe("an event is larger than the limit of 12 bytes");
    expect(text("rest")).toBe("data: 123456789");
    expect([wasm.number("push", Buffer.from("\n\ndata: 2\n\n"), true), text("rest")]).toEqual([0, ""]);
    expect(read(["data: 12345\n\n"], 13)).toHaveLength(1);
    expect(wasm.string("error")).toBe("");
    expect(read(["data: 12345\n\n"], 12)).toEqual([]);
    expect(text("rest")).toBe("data: 12345\n\n");
  });

  it("takes a large event byte by byte in linear time", () => {
    const work = (size: number): number => {
      wasm.number("begin", size);
      const byte = Buffer.from("x");
      let work = 0;
      for (let i = 0; i < size - 2; i++) {
        work += wasm.work(() => wasm.number("push", byte, false));
        if (i % 10_000 === 0) wasm.collect();
      }
      work += wasm.work(() => wasm.number("push", Buffer.from("\n\n"), true));
      expect(wasm.bytes("bytes", 0)).toHaveLength(size);
      return work;
    };
    expect(work(1 << 16)).toBeLessThan(9 * work(1 << 13));
  });
});

describe("SseEvent", () => {
  it("writes a changed event anew, and leaves the others as they are", () => {
    read(["id: 1\r\ndata: a\r\n\r\n", "event:e\nid:2\nretry:5\ndata:b\n: c\n\n", "data: last"]);
    wasm.number("setData", 1, "x\r\ny\rz");
    expect(text("joined")).toBe(
      "id: 1\r\ndata: a\r\n\r\n: c\nevent: e\nid: 2\nretry: 5\ndata: x\ndata: y\ndata: z\n\ndata: last",
    );
    wasm.number("setData", 2, "end");
    expect(text("bytes", 2)).toBe("data: end\n");
  });

  it("writes a new event", () => {
    wasm.number("create");
    expect(text("joined")).toBe("\n");
    wasm.number("setComment", 0, "a\nb");
    expect(wasm.string("setEvent", 0, "e")).toBe("");
    expect(wasm.string("setId", 0, "")).toBe("");
    wasm.number("setRetry", 0, 0);
    wasm.number("setData", 0, "");
    expect(text("joined")).toBe(":a\n:b\nevent: e\nid: \nretry: 0\ndata: \n\n");
    wasm.number("removeId", 0);
    expect(text("joined")).toBe(":a\n:b\nevent: e\nretry: 0\ndata: \n\n");
  });

  it("does not accept a line break in a type or an id, nor NUL in an id", () => {
    wasm.number("create");
    expect(wasm.string("setEvent", 0, "a\ndata: x")).toBe("the type of the event contains a line break");
    expect(wasm.string("setEvent", 0, "a\r")).toBe("the type of the event contains a line break");
    expect(wasm.string("setId", 0, "a\r")).toBe("the id contains a line break or NUL");
    expect(wasm.string("setId", 0, "a\0")).toBe("the id contains a line break or NUL");
    expect(text("joined")).toBe("\n");
  });
});

describe("unifySSEChunk", () => {
  it.each([
    ["", ""],
    ["a\nb", "a\nb"],
    ["a\r\nb\rc\r", "a\nb\nc\n"],
    ["\r\r\n\n", "\n\n\n"],
  ])("%j", (chunk, unified) => {
    expect(Buffer.from(wasm.bytes("unify", Buffer.from(chunk))).toString()).toBe(unified);
  });
});
