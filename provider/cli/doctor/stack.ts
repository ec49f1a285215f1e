import { describeError } from "../../errors";
import { quoteUrn } from "../../resource-type";
import { settingVariables } from "../../settings";
import { explainNoStack, Stack, type StackState } from "../stack";
import { notice, ok, problem, type Examined, type Finding } from "./finding";

/** Opens the stack. */
export async function checkStack(cwd: string, name: string | undefined): Promise<Examined<Stack>> {
  let stack;
  try {
    stack = await Stack.open(cwd, name);
  } catch (error) {
    return { findings: [describeFailure(describeError(error), name)] };
  }
  if (stack === undefined) {
    const { reason, mend } = explainNoStack();
    return {
      findings: [problem(reason, { mend })],
    };
  }
  return { value: stack, findings: [ok(`stack ${stack.name}`)] };
}

/** Checks what interrupted runs and adoptions may have left in the state. */
export async function checkState(stack: Stack): Promise<Examined<StackState>> {
  let state;
  try {
    state = await stack.readState({ decrypts: true });
  } catch (error) {
    return { findings: [describeFailure(describeError(error), stack.name)] };
  }
  const findings = [
    ...describePendingOperations(stack.name, state),
    ...describeOtherPendingOperations(stack.name, state),
    ...describeSharedConnections(stack.name, state),
    ...describeOldConfig(stack, state),
  ];
  return {
    value: state,
    findings:
      findings.length === 0
        ? [
            ok(
              `state of ${stack.name}, nothing left unfinished; connections that it manages: ${state.managed.length}`,
            ),
          ]
        : findings,
  };
}

function describeFailure(detail: string, name: string | undefined): Finding {
  const inShell = (variable: string) => `\`read -rs ${variable} && export ${variable}\``;
  if (/passphrase/.test(detail)) {
    return problem("the secrets of the stack cannot be read", {
      detail,
      mend: `${inShell("PULUMI_CONFIG_PASSPHRASE")}, which waits for the stack's passphrase`,
    });
  }
  if (/PULUMI_ACCESS_TOKEN/.test(detail)) {
    return problem("the Pulumi CLI is not logged in", {
      detail,
      mend: "`pulumi login`; where PULUMI_BACKEND_URL names the backend, set that in this shell instead",
    });
  }
  if (/no stack named/.test(detail)) {
    return problem(`there is no stack ${name ?? ""}`, {
      detail,
      mend: `\`pulumi stack ls\` shows which there are; \`pulumi stack init ${name ?? ""}\` makes it`,
    });
  }
  return problem("the stack cannot be read", {
    detail,
    mend: "mend what Pulumi says; `pulumi config` in the project's folder must work",
  });
}

function describePendingOperations(stackName: string, { pendingOperations }: StackState): Finding[] {
  return pendingOperations.length === 0
    ? []
    : [
        problem("an interrupted run left connections unfinished", {
          detail: `${pendingOperations.join("\n")}\nIf Pulumi says that the stack is locked: \`pulumi cancel --stack ${stackName}\` first.`,
          mend:
            `\`pulumi up --stack ${stackName}\`; if a connection was created after all, its error names the ` +
            `connectionId to add. Then \`pulumi refresh --clear-pending-creates --stack ${stackName}\``,
        }),
      ];
}

function describeOtherPendingOperations(
  stackName: string,
  { otherPendingOperations }: StackState,
): Finding[] {
  return otherPendingOperations.length === 0
    ? []
    : [
        notice("an interrupted run left other resources unfinished", {
          detail: otherPendingOperations.join("\n"),
          mend: `\`pulumi refresh --stack ${stackName}\` asks for each whether it was created, and for its id`,
        }),
      ];
}

function describeOldConfig({ name, config }: Stack, { storedConfig }: StackState): Finding[] {
  if (storedConfig === undefined) {
    return [];
  }
  const changed = Object.keys(settingVariables)
    .map((setting) => `fluents:${setting}`)
    .filter((key) => storedConfig.get(key) !== config.get(key)?.value);
  return changed.length === 0
    ? []
    : [
        notice(
          `\`pulumi refresh\` and \`pulumi destroy\` have another ${changed.join(", ")}: that of the last \`pulumi up\``,
          { mend: `\`pulumi up --stack ${name}\`` },
        ),
      ];
}

function describeSharedConnections(stackName: string, { managed }: StackState): Finding[] {
  return [...new Set(managed.map(({ id }) => id))].flatMap((id) => {
    const urns = managed
      .filter((connection) => connection.id === id)
      .map(({ urn }) => urn)
      .toSorted();
    return urns.length === 1
      ? []
      : [
          problem(`${urns.length} resources manage connection ${id}`, {
            detail: urns.join("\n"),
            mend: [
              "keep one of them in the program, and take the others out of it and out of the state:",
              ...urns.slice(1).map((urn) => `\`pulumi state delete ${quoteUrn(urn)} --stack ${stackName}\``),
            ].join("\n"),
          }),
        ];
  });
}
