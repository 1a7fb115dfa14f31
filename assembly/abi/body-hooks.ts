/**
 * Whether the plugin may have a hook on a body, which needs to know of headers. The transform makes it false where no source
 * of the plugin names one; then the compiler leaves out what is only there for them.
 */
export const BODY_HOOKS: bool = true;
