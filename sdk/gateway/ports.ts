import type { GatewaySpec } from "../spec/gateway-spec.js";
import { Port } from "./port.js";

type Wanted = Pick<GatewaySpec["listeners"][number], "name" | "port">;

/** The ports for the listeners of a spec. */
export interface PortPlan {
  /** The ports by the names of listeners. */
  ports: Map<string, Port>;
  /** The ports among them that are new. */
  opened: Port[];
}

/**
 * Finds the ports for the listeners of a spec, and opens new ones. A listener keeps its port unless the spec names
 * another one. A listener can also get the port of another listener that no longer needs it.
 *
 * @param current the open ports by the names of listeners
 * @throws Error when a port is in use or two listeners want the same port; no new port is then open
 */
export async function planPorts(listeners: readonly Wanted[], current: ReadonlyMap<string, Port>): Promise<PortPlan> {
  const ports = new Map<string, Port>();
  const taken = new Map<Port, string>();
  const opened: Port[] = [];
  const take = (name: string, port: Port) => {
    ports.set(name, port);
    taken.set(port, name);
  };
  const wanting = (number: number, name: string) =>
    listeners.find((one) => one.name !== name && one.port === number)?.name;
  const open = async (name: string, number: number) => {
    const port = new Port(number);
    await port.open();
    opened.push(port);
    take(name, port);
  };
  try {
    for (const { name, port: number = 0 } of listeners) {
      if (number === 0) continue;
      const other = wanting(number, name);
      if (other !== undefined) throw new Error(`the listeners "${other}" and "${name}" have the same port ${number}`);
      const same = [...current.values()].find((port) => port.number === number);
      if (same) take(name, same);
      else await open(name, number);
    }
    for (const { name, port: number = 0 } of listeners) {
      if (number !== 0) continue;
      const own = current.get(name);
      if (own && !taken.has(own)) take(name, own);
      else await open(name, 0);
    }
    return { ports, opened };
  } catch (error) {
    for (const port of opened) void port.close();
    throw error;
  }
}
