import { Action } from "../action";
import { Body } from "../body";
import { TcpContext } from "./tcp-context";

/** The function of a hook on a new connection. */
export type TcpConnectionFunction<C> = (ctx: TcpContext, config: C) => Action;

/** The function of a hook on data. */
export type TcpDataFunction<C> = (ctx: TcpContext, config: C, data: Body, isLast: bool) => Action;

/** The function of a hook on the end of a connection or of one of its sides. */
export type TcpEndFunction<C> = (ctx: TcpContext, config: C) => void;

/** The hooks on a TCP connection. */
export class TcpHooks<C> {
  connection: TcpConnectionFunction<C> | null = null;
  downstream: TcpDataFunction<C> | null = null;
  upstream: TcpDataFunction<C> | null = null;
  downstreamClose: TcpEndFunction<C> | null = null;
  upstreamClose: TcpEndFunction<C> | null = null;
  done: TcpEndFunction<C> | null = null;
}
