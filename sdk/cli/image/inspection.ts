/** What `inspect` finds out about an image. */
export interface Inspection {
  /** The image with the digest of the manifest for linux/amd64, as Istio takes it. */
  image: string;
  /** The digest and the type of what the reference points to: a manifest, or an index. */
  digest: string;
  mediaType: string;
  /** The digest of the manifest for linux/amd64. */
  manifest: string;
  /** The platforms of an index. */
  platforms: string[];
  layers: { mediaType: string; digest: string; size: number; title?: string }[];
  annotations: Readonly<Record<string, string>>;
  /** Undefined when Istio would not take the image. */
  module?: {
    sha256: string;
    size: number;
    imports: string[];
    gateways: string[];
    needsHigress: string[];
    problem?: string;
  };
  /** Why Istio would not take the image. */
  problem?: string;
  /** The text of spec.yaml, which has the schema of the configuration. */
  spec?: string;
}
