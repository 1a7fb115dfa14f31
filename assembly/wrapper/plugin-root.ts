import { looksLikeMessage } from "../abi/protobuf";
import { RootContext, RootFactory, StreamContext } from "../context/contexts";
import { Json } from "../json";
import { looseText } from "../json/convert";
import { pluginConfiguration } from "../proxywasm/buffer";
import { environmentVariable } from "../proxywasm/environment";
import { setReporter } from "../proxywasm/log";
import { getProperty } from "../proxywasm/property";
import { Handlers } from "./handlers";
import { HttpStream } from "./http-stream";
import { Log } from "./log";
import { PluginContext } from "./plugin-context";
import { Configurations } from "./rules/configurations";
import { ISOLATION } from "./rules/isolation";

const PLUGIN_ID = "_plugin_id_";

/** Envoy hands over the value of a StringValue and of a BytesValue; of any other type, such as a Struct, its encoded bytes. */
const PROTOBUF = " (a protobuf message? use google.protobuf.StringValue, not Struct)";

/** One configuration of a plugin. */
export class PluginRoot<C> extends RootContext {
  readonly log: Log;
  /** What was taken last. */
  configurations: Configurations<C>;

  /** 0: not asked yet. */
  private holdsHeaders: i32 = 0;

  constructor(
    id: u32,
    readonly handlers: Handlers<C>,
  ) {
    super(id);
    this.log = new Log(handlers.name);
    this.configurations = new Configurations<C>(handlers);
  }

  override configure(configurationSize: i32): bool {
    setReporter(this.log);
    const bytes = configurationSize == 0 ? new ArrayBuffer(0) : pluginConfiguration(configurationSize);
    const json = configurationSize == 0 ? Json.missing() : Json.parseBytes(bytes);
    const fault = json.error;
    let error: Error | null = null;
    if (fault !== null)
      error = new Error("not valid JSON: " + fault.message + (looksLikeMessage(bytes) ? PROTOBUF : ""));
    else {
      this.takeId(json);
      const isolation = this.handlers.isolation;
      if (ISOLATION && isolation !== null) isolation.begin(this.log);
      const read = new Configurations<C>(this.handlers);
      error = read.read(new PluginContext(this.log), json);
      if (error === null) {
        this.configurations = read;
        if (ISOLATION && isolation !== null) isolation.commit(this.id);
      }
    }
    if (error === null) {
      this.log.info("plugin start successfully");
      return true;
    }
    this.log.error("configuration refused: " + error.message);
    return false;
  }

  /** Takes the plugin's id out of its configuration, where Higress puts it: the plugin does not see it. */
  private takeId(json: Json): void {
    const id = looseText(json.at(PLUGIN_ID));
    // An empty one stays, as in Go, where it makes the difference between rules alone and rules beside a global configuration.
    if (id.length == 0) return;
    this.log.setId(id);
    json.erase(PLUGIN_ID);
  }

  /** Whether the host delivers the body of a message whose headers are held. */
  get canHoldHeaders(): bool {
    if (this.holdsHeaders == 0) {
      // Only Higress tells how much memory a VM has.
      const can =
        environmentVariable("ALLOW_ON_HEADERS_STOP_ITERATION") == "true" || getProperty(["plugin_vm_memory"]).exists();
      this.holdsHeaders = can ? 1 : -1;
      if (!can) this.log.warn("HoldHeaders is Continue here: the VM does not say that its host can hold headers");
    }
    return this.holdsHeaders > 0;
  }

  override createStream(id: u32): StreamContext {
    return new HttpStream<C>(id, this);
  }
}

/** Makes a root for each configuration of a plugin. */
export class PluginRoots<C> extends RootFactory {
  constructor(private handlers: Handlers<C>) {
    super();
  }

  override create(id: u32): RootContext {
    return new PluginRoot<C>(id, this.handlers);
  }
}
