/** The media types of images that Istio and Higress take. */

export const OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
export const OCI_INDEX = "application/vnd.oci.image.index.v1+json";
export const OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
export const OCI_LAYER = "application/vnd.oci.image.layer.v1.tar+gzip";

export const DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
export const DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
export const DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/** The layer and the configuration of the layout "artifact". Source: the Wasm artifact image specification of Solo.io. */
export const WASM_LAYER = "application/vnd.module.wasm.content.layer.v1+wasm";
export const WASM_CONFIG = "application/vnd.module.wasm.config.v1+json";

/** The layers of Higress's layout. Source: Higress, pkg/cmd/hgctl/plugin/build. */
export const HUB_SPEC = "application/vnd.module.wasm.spec.v1+yaml";
export const HUB_README = "application/vnd.module.wasm.doc.v1+markdown";
export const HUB_README_ZH = "application/vnd.module.wasm.doc.v1.zh+markdown";
export const HUB_README_EN = "application/vnd.module.wasm.doc.v1.en+markdown";
export const HUB_ICON = "application/vnd.module.wasm.icon.v1+png";

/** Whether a manifest of this type lists other manifests. */
export function isIndexType(mediaType: string): boolean {
  return mediaType === OCI_INDEX || mediaType === DOCKER_LIST;
}
