/** @throws TypeError when the address is not http://HOST:PORT or https://HOST:PORT */
export function checkServer(server: URL, what: string): void {
  const { protocol, host, href } = server;
  if ((protocol === "http:" || protocol === "https:") && href === `${protocol}//${host}/`) return;
  throw new TypeError(
    `${what}: expected http://HOST:PORT or https://HOST:PORT, such as http://127.0.0.1:8080, without a path; got ${href}`,
  );
}
