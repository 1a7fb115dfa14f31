import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { digestOf } from "./digest.js";
import { imageOf, LAYOUTS } from "./image.js";
import type { Descriptor, Manifest } from "./manifest.js";
import { parseManifest } from "./manifest.js";
import { DOCKER_LAYER, DOCKER_MANIFEST, OCI_LAYER, OCI_MANIFEST, WASM_LAYER } from "./media-types.js";
import { moduleOf } from "./module-of.js";
import { tarOf } from "./tar-writer.js";

const MODULE = Buffer.from("\0asm\x01\0\0\0", "latin1");
const tar = (...names: string[]) => tarOf(names.map((name) => ({ name, content: MODULE })));
const layer = gzipSync(tar("plugin.wasm"));

/** An image of layers: the type and the bytes of each. */
function find(layers: [type: string, bytes: Buffer][], mediaType = OCI_MANIFEST, size?: number): Promise<Buffer> {
  const blobs = new Map(layers.map(([, bytes]) => [digestOf(bytes), bytes]));
  const described = layers.map(([type, bytes]): Descriptor => ({
    ...{ mediaType: type, digest: digestOf(bytes), size: size ?? bytes.length, annotations: {} },
  }));
  const manifest: Manifest = { mediaType, config: undefined, layers: described, manifests: [], annotations: {} };
  return moduleOf(manifest, ({ digest }) => Promise.resolve(blobs.get(digest)!));
}

const TAR = "application/vnd.oci.image.layer.v1.tar";
const other = gzipSync(tar("other"));

test.each<[string, ...Parameters<typeof find>]>([
  ["a layer of OCI", [[OCI_LAYER, layer]]],
  ["the same without a media type in the manifest", [[OCI_LAYER, layer]], ""],
  ["a layer of Docker", [[DOCKER_LAYER, layer]], DOCKER_MANIFEST],
  ["a module in a folder", [[OCI_LAYER, gzipSync(tar("a/b/plugin.wasm"))]]],
  ["a module behind other files", [[OCI_LAYER, gzipSync(tar("x", "./plugin.wasm", "y"))]]],
  [
    "a module in the last of several layers",
    [
      ["text/plain", other],
      ["application/zstd", other],
      [OCI_LAYER, layer],
    ],
  ],
  ["a layer that says a larger size", [[OCI_LAYER, layer]], OCI_MANIFEST, 100_000],
  [
    "an artifact",
    [
      [WASM_LAYER, MODULE],
      ["application/json", Buffer.from("{}")],
    ],
  ],
  [
    "an artifact with the module last",
    [
      ["application/json", Buffer.from("{}")],
      [WASM_LAYER, MODULE],
    ],
  ],
  [
    "an artifact beside a layer without a module",
    [
      [WASM_LAYER, MODULE],
      [OCI_LAYER, other],
    ],
  ],
])("takes %s", async (_, layers, mediaType, size) => {
  expect(await find(layers, mediaType, size)).toEqual(MODULE);
});

test.each<[string, [string, Buffer][], string, string?]>([
  ["an image without layers", [], "the image has no layer"],
  ["a layer without gzip", [[TAR, tar("plugin.wasm")]], `has the type "${TAR}"; Istio takes ${OCI_LAYER}`],
  ["tar under the type of gzip", [[OCI_LAYER, tar("plugin.wasm")]], "the last layer: expected gzip"],
  ["zstd", [[`${TAR}+zstd`, layer]], "push the image with gzip"],
  ["a layer of Docker in a manifest of OCI", [[DOCKER_LAYER, layer]], "Istio takes application/vnd.oci"],
  [
    "a layer of OCI in a manifest of Docker",
    [[OCI_LAYER, layer]],
    "Istio takes application/vnd.docker",
    DOCKER_MANIFEST,
  ],
  [
    "an artifact in a manifest of Docker",
    [
      [WASM_LAYER, MODULE],
      [DOCKER_LAYER, other],
    ],
    "has no file plugin.wasm",
    DOCKER_MANIFEST,
  ],
  ["another file name", [[OCI_LAYER, gzipSync(tar("main.wasm"))]], "the last layer has no file plugin.wasm"],
  ["a file name in upper case", [[OCI_LAYER, gzipSync(tar("PLUGIN.WASM"))]], "the last layer has no file plugin.wasm"],
  [
    "a module in a layer before the last",
    [
      [OCI_LAYER, layer],
      [OCI_LAYER, other],
    ],
    "has no file plugin.wasm",
  ],
  [
    "a folder in front of the module",
    [[OCI_LAYER, gzipSync(Buffer.concat([folderEntry(), tar("plugin.wasm")]))]],
    "is a folder, not a file",
  ],
  ["an artifact with one layer", [[WASM_LAYER, MODULE]], "has two layers, this image has 1"],
  [
    "an artifact with three layers",
    [
      [WASM_LAYER, MODULE],
      ["a", other],
      ["b", layer],
    ],
    "has two layers, this image has 3",
  ],
  [
    "a gzipped module in an artifact",
    [
      [WASM_LAYER, gzipSync(MODULE)],
      ["a", other],
    ],
    "is not WebAssembly",
  ],
  ["the layout of the CNCF", [["application/wasm", MODULE]], "the layout of the CNCF is for other hosts"],
  [
    "a file of 7 bytes",
    [[OCI_LAYER, gzipSync(tarOf([{ name: "plugin.wasm", content: MODULE.subarray(0, 7) }]))]],
    "got 7 bytes",
  ],
  [
    "a file that is no module",
    [[OCI_LAYER, gzipSync(tarOf([{ name: "plugin.wasm", content: Buffer.alloc(64, "#") }]))]],
    "is not WebAssembly",
  ],
])("rejects %s", async (_, layers, reason, mediaType) => {
  await expect(find(layers, mediaType)).rejects.toThrow(reason);
});

/** A folder named plugin.wasm, without the end of an archive. */
function folderEntry(): Buffer {
  const block = tarOf([{ name: "plugin.wasm/", content: Buffer.alloc(0) }]).subarray(0, 512);
  block.write("5", 156);
  block.fill(" ", 148, 156);
  block.write(
    `${block
      .reduce((all, byte) => all + byte, 0)
      .toString(8)
      .padStart(6, "0")}\0`,
    148,
  );
  return block;
}

test.each(LAYOUTS)("takes the layout %s", async (layout) => {
  const image = imageOf({ layout, module: MODULE, files: new Map([["spec.yaml", Buffer.from("a: 1")]]) });
  const blobs = new Map(image.blobs.map(({ digest, bytes }) => [digest, bytes]));
  const found = await moduleOf(parseManifest(image.root.bytes), ({ digest }) => Promise.resolve(blobs.get(digest)!));
  expect(found).toEqual(MODULE);
});

test("the same module gives the same image, and an index has one layer", () => {
  const make = () => imageOf({ layout: "compat", module: MODULE, hasIndex: true });
  expect(make()).toEqual(make());
  const { root, children, blobs } = make();
  expect(JSON.parse(root.bytes.toString())).toMatchObject({
    manifests: [
      { platform: { architecture: "amd64", os: "linux" } },
      { platform: { architecture: "arm64", os: "linux" } },
    ],
  });
  const layers = children.map(({ bytes }) => parseManifest(bytes).layers.map(({ digest }) => digest));
  expect(layers[0]).toEqual(layers[1]);
  expect(blobs).toHaveLength(3);
});

test.each([
  ["[]", "the manifest is not a JSON object"],
  ["{", "the manifest is not JSON"],
  ['{"layers":{}}', "the manifest's layers: expected a list"],
  ['{"layers":[1]}', "the manifest's layers[0]: expected an object"],
  ['{"layers":[{"digest":"md5:1"}]}', 'the manifest\'s layers[0].digest: expected sha256:… in lower case, got "md5:1"'],
  [`{"layers":[{"digest":"${digestOf("")}","size":-1}]}`, "the manifest's layers[0].size: expected a number of bytes"],
  ['{"annotations":{"a":1}}', "the manifest's annotations: expected an object of texts"],
  ['{"config":{"digest":"x"}}', 'the manifest\'s config.digest: expected sha256:… in lower case, got "x"'],
  ['{"mediaType":1}', "the manifest's mediaType: expected a text"],
])("rejects the manifest %s", (text, reason) => {
  expect(() => parseManifest(Buffer.from(text))).toThrow(reason);
});
