// Parses JSON with json-as into objects of the configuration, every 50 requests, and responds with what they hold.
import { Action, HttpContext, Json, Log, ParseConfigBy, ProcessRequestHeadersBy, SetCtx } from "as-proxy-wasm-sdk";
import { JSON } from "json-as";


@json
class Part {
  name: string = "none";
  tags: string[] = [];
}


@json
class State {
  path: string = "none";
  part: Part = new Part();
}

class Config {
  state: State = new State();
  /** A value that is set again and again. */
  last: JSON.Value = JSON.Value.from<i32>(0);
  /** A value whose parts json-as parses when they are read. */
  lazy: JSON.Obj = JSON.parse<JSON.Obj>('{"a":{"b":["first","second"]},"c":"third"}');
  requests: i32 = 0;
}

SetCtx<Config>("rewrites", [
  ParseConfigBy<Config>((json: Json, config: Config, log: Log): Error | null => null),
  ProcessRequestHeadersBy<Config>(onRequestHeaders),
]);

function onRequestHeaders(ctx: HttpContext, config: Config, log: Log): Action {
  if (config.requests++ % 50 == 0) {
    const number = config.requests.toString();
    const text = `{"path":"path ${number}","part":{"name":"name ${number}","tags":["tag ${number}","b"]}}`;
    config.state = JSON.parse<State>(text, config.state);
    config.last.set<string>("last " + number);
  }
  for (let i = 0; i < 50; i++) ctx.set<string>(`garbage ${i}`, `garbage ${i}`);
  const state = config.state;
  ctx.sendResponse(
    200,
    [],
    state.path +
      ", " +
      state.part.name +
      ", " +
      state.part.tags.join() +
      "; " +
      config.last.get<string>() +
      "; " +
      lazyText(config.lazy),
  );
  return Action.Continue;
}

function lazyText(lazy: JSON.Obj): string {
  const a = lazy.get("a");
  const c = lazy.get("c");
  return a === null || c === null ? "" : JSON.stringify(a) + c.get<string>();
}
