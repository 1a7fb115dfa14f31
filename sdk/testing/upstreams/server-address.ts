/** @throws TypeError for an address with more than protocol, host and port, or of another protocol */
export function checkServer(server: URL, what: string): void {
  const { protocol, host, href } = server;
  if ((protocol === "http:" || protocol === "https:") && href === `${protocol}//${host}/`) return;
  throw new TypeError(
    `${what}: expected an address such as http://127.0.0.1:8080, host and port only, as the path is the request's; got ${href}`,
  );
}
