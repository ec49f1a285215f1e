import type { Connection } from "../api/wire";
import { FluentsError } from "../errors";
import type { AccountConnectionInputs } from "./inputs";
import type { Managers } from "./managers";
import type { Session } from "./session";
import { describeResource } from "./state";

/**
 * Makes sure that no connection like the declared one exists, where that is not allowed.
 *
 * @param existing the connections that were there before this process created any
 * @throws FluentsError `duplicate_connection`
 */
export async function guardAgainstDuplicate(
  session: Session,
  inputs: AccountConnectionInputs,
  existing: readonly Connection[],
  urn: string | undefined,
): Promise<void> {
  if (inputs.allowDuplicate === true) {
    return;
  }
  if (!hasLabel(inputs)) {
    await session.warn(
      "without a label nothing tells this connection from others: give it one, so that it is not created twice after a crash",
      urn,
    );
    return;
  }
  const twins = existing
    .filter(({ id, type, label }) => {
      const updated = session.client.updatedNames.get(id);
      return (updated?.type ?? type) === inputs.type && (updated?.label ?? label) === inputs.label;
    })
    .map(({ id }) => id);
  if (twins.length > 0) {
    throw new FluentsError(
      "duplicate_connection",
      `Fluents has a connection with this type and label already: ${twins.join(", ")}. ` +
        `${advise(session.managers, inputs, twins, urn)}To create another one all the same, add allowDuplicate: true`,
    );
  }
}

/** Whether a label tells the declared connection from others. */
export function hasLabel({ label }: AccountConnectionInputs): boolean {
  return label !== undefined && label !== "";
}

function advise(
  managers: Managers,
  { onDelete }: AccountConnectionInputs,
  twins: readonly string[],
  urn: string | undefined,
): string {
  const free = twins.find((id) => managers.findOther(id, urn) === undefined);
  if (free === undefined) {
    const manager = managers.findOther(twins[0] ?? "", urn);
    return `It is ${describeResource({ __urn: manager })} of this stack that manages it: give this one another label. `;
  }
  const exception =
    onDelete === "scrub" ? ', and take onDelete: "scrub" out, since what is adopted is never scrubbed' : "";
  return (
    `To manage it, add this line to the resource${exception}:\n\n    connectionId: "${free}",\n\n` +
    "What is declared, credentials too, then replaces what it has. " +
    'If you renamed the resource, give it the option aliases: [{ name: "OLD_NAME" }] instead; if --replace or ' +
    "replaceOnChanges replaces it, leave that out. "
  );
}
