/** A value in a YAML document, before scalars get their types. */
export type YamlNode = ScalarNode | SequenceNode | MappingNode | AliasNode;

export interface ScalarNode {
  kind: "scalar";
  /** From 0. */
  line: number;
  text: string;
  /** The whole tag, such as "tag:yaml.org,2002:int"; "" without one. */
  tag: string;
  /** The text has neither quotes nor a tag, or the tag "!". */
  implicit: boolean;
}

export interface SequenceNode {
  kind: "sequence";
  line: number;
  items: YamlNode[];
}

export interface MappingNode {
  kind: "mapping";
  line: number;
  entries: [key: YamlNode, value: YamlNode][];
}

export interface AliasNode {
  kind: "alias";
  line: number;
  name: string;
  target: YamlNode;
}
