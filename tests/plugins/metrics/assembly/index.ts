// Counts. The header x-do chooses what a request does; the statuses and values reach the client in a local reply.
import {
  Action,
  HttpContext,
  MetricValue,
  ProcessRequestHeaders,
  SetCtx,
  Status,
  counter,
  gauge,
  histogram,
  metricName,
} from "as-proxy-wasm-sdk";

class NoConfig {}

const requests = counter("metrics_requests");
const level = gauge("metrics_level");

SetCtx<NoConfig>("metrics", [ProcessRequestHeaders<NoConfig>(onRequestHeaders)]);

function onRequestHeaders(ctx: HttpContext, config: NoConfig): Action {
  const verb = ctx.requestHeaders.getOr("x-do", "");
  const arg = ctx.requestHeaders.getOr("x-arg", "");
  let text = verb;
  if (verb == "count") {
    text =
      requests.increment().toString() +
      requests.increment(2).toString() +
      counter("metrics_requests").increment(0).toString();
    text += " " + shown(requests.get()) + " " + shown(counter("metrics_requests").get());
  } else if (verb == "gauge") {
    text = level.set(10).toString() + level.add(-3).toString() + level.add(0).toString() + " " + shown(level.get());
  } else if (verb == "histogram") {
    text = histogram("metrics_wait").record(12).toString() + histogram("metrics_wait").record(40).toString();
  } else if (verb == "same name") {
    // A counter and a gauge of one name are two metrics.
    text = counter("metrics_both").increment(5).toString() + gauge("metrics_both").set(1).toString();
    text += " " + shown(counter("metrics_both").get()) + " " + shown(gauge("metrics_both").get());
  } else if (verb == "too large") text = requests.increment(u64.MAX_VALUE).toString();
  else if (verb == "tags") {
    const name = metricName("input_token", [["route", arg], ["model", ""], ["wrong"], []]);
    text = name + " " + counter(name).increment().toString();
  } else if (verb == "many") {
    let first = -1;
    for (let i = 0; i < 10_001 && first < 0; i++) {
      if (counter("metrics_many_" + i.toString()).increment() == Status.InternalFailure) first = i;
    }
    text = (first >= 9_990 && first <= 10_000).toString() + " " + shown(requests.get());
  }
  ctx.sendResponse(200, [], text);
  return Action.Continue;
}

function shown(value: MetricValue): string {
  return value.status == Status.Ok ? value.value.toString() : "status " + value.status.toString();
}
