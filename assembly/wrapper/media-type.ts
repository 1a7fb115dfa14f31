/** Whether a content type, in lower case, is gRPC's: `application/grpc`, with `+proto` or parameters behind it. */
export function isGrpc(type: string): bool {
  if (!type.startsWith("application/grpc")) return false;
  const next = type.length == 16 ? 0 : type.charCodeAt(16);
  return next == 0 || next == 0x2b || next == 0x3b || next == 0x20; // + ; space
}
