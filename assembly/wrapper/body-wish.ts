/** What a hook on headers wants of the body that follows. */
export enum BodyWish {
  /** What the registered hooks say. */
  Default,
  /** No hook sees it. */
  None,
  /** It is gathered, whatever it is. */
  Whole,
}
