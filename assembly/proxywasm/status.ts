import { integerText } from "../abi/decimal";
import { Status } from "../abi/enums";

/** The ABI's name of a status, such as "NotFound"; "status 99" for a number that the ABI does not define. */
export function statusName(status: Status): string {
  switch (status) {
    case Status.Ok:
      return "Ok";
    case Status.NotFound:
      return "NotFound";
    case Status.BadArgument:
      return "BadArgument";
    case Status.SerializationFailure:
      return "SerializationFailure";
    case Status.InvalidMemoryAccess:
      return "InvalidMemoryAccess";
    case Status.Empty:
      return "Empty";
    case Status.CasMismatch:
      return "CasMismatch";
    case Status.InternalFailure:
      return "InternalFailure";
    case Status.Unimplemented:
      return "Unimplemented";
    default:
      return "status " + integerText(<i32>status);
  }
}
