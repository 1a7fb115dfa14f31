/** An address in Envoy's configuration. */
export function socketAddress(address: string, port_value: number): object {
  return { socket_address: { address, port_value } };
}
