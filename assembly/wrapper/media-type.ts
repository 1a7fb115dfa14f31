/** Whether a content type (lower case) is gRPC: `application/grpc`, with or without `+proto` or parameters. */
export function isGrpc(type: string): bool {
  if (!type.startsWith("application/grpc")) return false;
  const next = type.length == 16 ? 0 : type.charCodeAt(16);
  return next == 0 || next == 0x2b || next == 0x3b || next == 0x20; // + ; space
}
