import { spawnSync } from "node:child_process";
import { crc32, gzipSync } from "node:zlib";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../tests/support/temporary.js";
import { ByteSource } from "./byte-source.js";
import { findInTar } from "./find-in-tar.js";
import { gunzip, gzip } from "./gzip.js";
import { tarOf } from "./tar-writer.js";

const CONTENT = Buffer.from("the module");

async function find(tar: Buffer, limit = 1 << 20, name = "plugin.wasm") {
  const source = new ByteSource(gunzip(gzip(tar)), limit);
  return findInTar(source, (one) => one.replace(/\/+$/, "").split("/").at(-1) === name).finally(() => source.end());
}

test("an archive is read by tar, and its bytes are always the same", () => {
  const folder = temporaryFolder();
  const files = [
    { name: "plugin.wasm", content: CONTENT },
    { name: "empty", content: Buffer.alloc(0) },
  ];
  writeFileSync(join(folder, "a.tar"), tarOf(files));
  const list = spawnSync("tar", ["-tvf", "a.tar", "--numeric-owner", "--utc"], { cwd: folder, encoding: "utf8" });
  expect(list.stdout).toBe(
    "-rw-r--r-- 0/0              10 1970-01-01 00:00 plugin.wasm\n-rw-r--r-- 0/0               0 1970-01-01 00:00 empty\n",
  );
  expect(gzip(tarOf(files))).toEqual(gzip(tarOf(files)));
  expect(() => tarOf([{ name: "ä", content: CONTENT }])).toThrow('"ä" is no name for a file in an archive');
});

describe.each(["v7", "oldgnu", "gnu", "ustar", "pax"])("archives of GNU tar in the format %s", (format) => {
  const long = "folder/".repeat(12);

  test("have the first file of the name in any folder", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, long), { recursive: true });
    writeFileSync(join(folder, "other.wasm"), "x".repeat(1000));
    symlinkSync("other.wasm", join(folder, "link"));
    writeFileSync(join(folder, long, "plugin.wasm"), CONTENT);
    const names = ["other.wasm", "link", `${long}plugin.wasm`];
    const made = spawnSync("tar", ["-c", `--format=${format}`, ...names], { cwd: folder });
    expect(made.status).toBe(0);
    expect(await find(made.stdout)).toEqual({ name: `${long}plugin.wasm`, kind: undefined, content: CONTENT });
    expect(await find(made.stdout, 1 << 20, "gone")).toBeUndefined();
  });
});

test("a header for all files that has the name counts, as in Go, and is no file", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "plugin.wasm"), CONTENT);
  const { stdout } = spawnSync("tar", ["-c", "--format=pax", "--pax-option=path=a/plugin.wasm", "plugin.wasm"], {
    cwd: folder,
  });
  expect(await find(stdout)).toEqual({
    name: "a/plugin.wasm",
    kind: "a header for all files",
    content: Buffer.alloc(0),
  });
});

test("long names of GNU tar and pax are read", async () => {
  const folder = temporaryFolder();
  const long = `${"folder-with-a-long-name/".repeat(12)}`;
  mkdirSync(join(folder, long), { recursive: true });
  writeFileSync(join(folder, long, "plugin.wasm"), CONTENT);
  for (const format of ["gnu", "pax"]) {
    const { stdout } = spawnSync("tar", ["-c", `--format=${format}`, "folder-with-a-long-name"], { cwd: folder });
    expect(await find(stdout)).toMatchObject({ name: `${long}plugin.wasm`, content: CONTENT });
  }
});

describe.each([
  ["gnu", []],
  ["pax", ["--sparse-version=0.0"]],
  ["pax", ["--sparse-version=0.1"]],
  ["pax", ["--sparse-version=1.0"]],
])("sparse files in the format %s %j", (format, version) => {
  test("have their zeros, whether they are found or passed over", async () => {
    const folder = temporaryFolder();
    for (const name of ["before", "plugin.wasm"]) {
      const file = openSync(join(folder, name), "w");
      for (let index = 0; index < 30; index++) writeSync(file, `part ${index}`, index * 100_000);
      ftruncateSync(file, 4_000_000);
      closeSync(file);
    }
    const args = ["-c", "--sparse", `--format=${format}`, ...version, "before", "plugin.wasm"];
    const { stdout } = spawnSync("tar", args, { cwd: folder });
    expect(stdout.length).toBeLessThan(1_000_000);
    const found = await find(stdout, 1 << 23);
    expect(found?.content.equals(readFileSync(join(folder, "plugin.wasm")))).toBe(true);
    await expect(find(stdout, 1_000_000)).rejects.toThrow("the sparse file has more than 1000000 bytes");
  });
});

/** An archive with one entry of a type. */
function entry(name: string, type: string, content: Buffer = Buffer.alloc(0)): Buffer {
  const tar = tarOf([{ name, content }]);
  tar.write(type, 156, "latin1");
  tar.fill(" ", 148, 156);
  const sum = tar.subarray(0, 512).reduce((all, byte) => all + byte, 0);
  tar.write(`${sum.toString(8).padStart(6, "0")}\0`, 148, "latin1");
  return tar;
}

test.each([
  ["1", "a hard link"],
  ["2", "a symbolic link"],
  ["3", "a device"],
  ["5", "a folder"],
  ["6", "a pipe"],
])("an entry of the type %s is no file", async (type, kind) => {
  expect(await find(entry("plugin.wasm", type))).toMatchObject({ kind });
  await expect(find(entry("plugin.wasm", type, CONTENT))).rejects.toThrow(`plugin.wasm is ${kind}, not a file`);
});

test("an entry of an old archive whose name ends with a slash is a folder", async () => {
  expect(await find(entry("plugin.wasm/", "\0"))).toMatchObject({ kind: "a folder" });
});

test("a name with .. is only a name", async () => {
  expect(await find(tarOf([{ name: "../../plugin.wasm", content: CONTENT }]))).toMatchObject({ content: CONTENT });
});

test("the limit counts up to the end of the file", async () => {
  const tar = tarOf([
    { name: "before", content: Buffer.alloc(512) },
    { name: "plugin.wasm", content: CONTENT },
    { name: "after", content: Buffer.alloc(100_000) },
  ]);
  const end = 3 * 512 + CONTENT.length;
  expect(await find(tar, end)).toMatchObject({ content: CONTENT });
  await expect(find(tar, end - 1)).rejects.toThrow(`more than ${end - 1} bytes up to the end of the file`);
  await expect(find(tar, 600)).rejects.toThrow("more than 600 bytes");
});

test("what is no archive, or ends early, is an error", async () => {
  await expect(find(Buffer.alloc(2000, "a"))).rejects.toThrow("expected a tar archive");
  const tar = tarOf([{ name: "plugin.wasm", content: Buffer.alloc(2000) }]);
  await expect(find(tar.subarray(0, 1000))).rejects.toThrow("the tar archive is cut off");
  await expect(find(tar.subarray(0, 300))).rejects.toThrow("the tar archive is cut off");
  const damaged = Buffer.from(tar);
  damaged[0] = 0x71;
  await expect(find(damaged)).rejects.toThrow("expected a tar archive");
  expect(await find(Buffer.alloc(0))).toBeUndefined();
});

test("a size that lies, and a header that is too long, take no memory", async () => {
  const tar = tarOf([{ name: "plugin.wasm", content: CONTENT }]);
  tar.write("77777777777", 124, "latin1"); // 8 GiB
  const sum = (block: Buffer) => {
    block.fill(" ", 148, 156);
    block.write(
      `${block
        .subarray(0, 512)
        .reduce((all, byte) => all + byte, 0)
        .toString(8)
        .padStart(6, "0")}\0`,
      148,
    );
    return block;
  };
  await expect(find(sum(tar))).rejects.toThrow("the tar archive is cut off");
  await expect(find(entry("x", "x", Buffer.alloc(1024 * 1024 + 1)), 1 << 24)).rejects.toThrow(
    "a name that is too long",
  );
});

/** The records of an extended header, as a file before the next one. */
function records(type: "x" | "g", pairs: readonly (readonly [string, string])[]): Buffer {
  const lines = pairs.map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    const length = [1, 2, 3].map((digits) => rest.length + digits).find((sum, index) => `${sum}`.length === index + 1);
    return `${length}${rest}`;
  });
  return entry("records", type, Buffer.from(lines.join(""))).subarray(0, -1024);
}

describe("extended headers", () => {
  const file = tarOf([{ name: "plugin.wasm", content: CONTENT }]);
  const wrong = [["mtime", "yesterday"]] as const;

  test("count for the next file only, so a wrong record that another header replaces does no harm, as in Go", async () => {
    await expect(find(Buffer.concat([records("x", wrong), file]))).rejects.toThrow("a malformed extended header");
    const right = records("x", [["mtime", "1.5"]]);
    expect(await find(Buffer.concat([records("x", wrong), right, file]))).toMatchObject({ content: CONTENT });
    expect(await find(Buffer.concat([records("g", wrong), file]))).toMatchObject({ content: CONTENT });
    await expect(find(Buffer.concat([right, records("x", wrong), file]))).rejects.toThrow(
      "a malformed extended header",
    );
  });

  const sparse = (...pairs: [string, string][]) =>
    find(
      Buffer.concat([
        records(
          "x",
          pairs.map(([key, value]) => [`GNU.sparse.${key}`, value] as const),
        ),
        file,
      ]),
    );
  const size = String(CONTENT.length);

  test.each<[string, ...[string, string][]]>([
    ["offsets and sizes in turn", ["size", size], ["numblocks", "1"], ["offset", "0"], ["numbytes", size]],
    ["a map", ["size", size], ["numblocks", "1"], ["map", `0,${size}`]],
  ])("list the parts of a sparse file: %s", async (_, ...pairs) => {
    expect(await sparse(...pairs)).toMatchObject({ content: CONTENT });
  });

  test.each<[string, ...[string, string][]]>([
    ["a size first", ["size", size], ["numblocks", "1"], ["numbytes", size], ["offset", "0"]],
    ["two offsets", ["size", size], ["numblocks", "1"], ["offset", "0"], ["offset", "0"]],
    ["several numbers in one record", ["size", size], ["numblocks", "2"], ["offset", `0,${size}`], ["numbytes", "0,0"]],
    ["no count", ["size", size], ["map", `0,${size}`]],
    ["another count", ["size", size], ["numblocks", "2"], ["map", `0,${size}`]],
    ["an offset without a size", ["size", size], ["numblocks", "1"], ["offset", "0"]],
  ])("reject a sparse file with %s, as Go does", async (_, ...pairs) => {
    await expect(sparse(...pairs)).rejects.toThrow("the tar archive has a malformed");
  });
});

describe("gzip", () => {
  const text = async (bytes: Buffer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of gunzip(bytes)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test("members that follow each other are one content, as estargz has it", async () => {
    expect(await text(Buffer.concat([gzipSync("one "), gzipSync(""), gzipSync("two")]))).toBe("one two");
  });

  test("a header may have a name and more", async () => {
    const plain = gzipSync("text");
    const header = Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 255, 2, 0, 7, 7]);
    const whole = Buffer.concat([header, Buffer.from("a name\0"), Buffer.from("a comment\0")]);
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(crc32(whole) & 0xffff);
    expect(await text(Buffer.concat([whole, checksum, plain.subarray(10)]))).toBe("text");
    checksum[0]! ^= 1;
    await expect(text(Buffer.concat([whole, checksum, plain.subarray(10)]))).rejects.toThrow(
      "the gzip header is damaged",
    );
  });

  test("what is no gzip is an error", async () => {
    await expect(text(Buffer.from("plain"))).rejects.toThrow("expected gzip");
    await expect(text(Buffer.alloc(0))).rejects.toThrow("expected gzip");
    await expect(text(Buffer.concat([gzipSync("one"), Buffer.from("rest of the file")]))).rejects.toThrow(
      "expected gzip",
    );
  });

  test("a missing end comes after the content", async () => {
    expect(await text(gzipSync("text").subarray(0, -8))).toBe("text");
  });
});
