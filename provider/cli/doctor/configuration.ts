import { findNearest, isNear } from "../../lifecycle/nearest";
import {
  apiKeyMend,
  settingVariables,
  type SettingName,
  type Settings,
  type SettingsResult,
} from "../../settings";
import { readStackSettings } from "../connect";
import { redactor } from "../redactor";
import type { Stack } from "../stack";
import { notice, ok, problem, type Examined, type Finding } from "./finding";
import type { Project } from "./project";

/** The settings, and how to change one where it is set. */
export interface Configuration {
  readonly settings: Settings;
  /** Commands that set another API key, or take another setting back to its default. */
  readonly describeChange: (name: SettingName) => string;
}

type Source = "stack" | "environment" | "default";

/** Checks the settings and tells where each comes from; of their values it shows the base URL only. */
export function checkConfiguration(stack: Stack, project: Project): Examined<Configuration> {
  const result = readStackSettings(stack);
  redactor.add(process.env[settingVariables.apiKey]);
  const names = Object.keys(settingVariables) as SettingName[];
  const findings = names.flatMap((name) => [
    ...describeSetting(stack, name, result),
    ...describeShadow(stack, name),
  ]);
  const { settings } = result;
  return {
    findings: [...findings, ...describeUnknown(stack, project.name), ...describePlainKey(stack)],
    ...(settings === undefined
      ? {}
      : { value: { settings, describeChange: (name) => describeChange(stack, name) } }),
  };
}

function describeSetting(
  stack: Stack,
  name: SettingName,
  { settings, problems = [] }: SettingsResult,
): Finding[] {
  const source = findSource(stack, name);
  const from = {
    stack: `stack configuration of ${stack.name}`,
    environment: `environment variable ${settingVariables[name]}`,
    default: "default",
  }[source];
  const wrong = problems.find((text) => text.startsWith(`config fluents:${name} `));
  if (wrong !== undefined) {
    return [
      problem(wrong.replace(`: ${apiKeyMend}`, ""), {
        ...(source === "stack" ? { detail: `from ${from}` } : {}),
        mend: describeChange(stack, name),
      }),
    ];
  }
  if (source === "default" && name !== "baseUrl") {
    return [];
  }
  const shown = name === "baseUrl" && settings !== undefined ? ` ${settings.baseUrl}` : "";
  return [ok(`fluents:${name}${shown} (${from})`)];
}

function describeShadow(stack: Stack, name: SettingName): Finding[] {
  const variable = settingVariables[name];
  const ofEnvironment = process.env[variable] ?? "";
  const ofStack = stack.config.get(`fluents:${name}`)?.value;
  return ofStack === undefined || ofEnvironment === "" || ofStack === ofEnvironment
    ? []
    : [
        notice(`${variable} is not what fluents:${name} of ${stack.name} is, which counts`, {
          mend: `\`unset ${variable}\``,
        }),
      ];
}

/** In a project that is called "fluents" most names of this namespace are its own. */
function describeUnknown({ name: stackName, config }: Stack, projectName: string | undefined): Finding[] {
  const names = Object.keys(settingVariables);
  return [...config.keys()].flatMap((key) => {
    const [namespace = "", name = ""] = key.split(/:(.*)/s);
    if (namespace.toLowerCase() !== "fluents" || (namespace === "fluents" && names.includes(name))) {
      return [];
    }
    const nearest = findNearest(name, names);
    if (isNear(name, nearest)) {
      const mend = `set fluents:${nearest} instead, and \`pulumi config rm ${key} --stack ${stackName}\``;
      return [notice(`${key} of ${stackName} is no setting: did you mean fluents:${nearest}?`, { mend })];
    }
    return projectName === namespace
      ? []
      : [
          notice(`${key} of ${stackName} is no setting of pulumi-fluents`, {
            mend: `if one of ${names.join(", ")} was meant, set that; if not, \`pulumi config rm ${key} --stack ${stackName}\``,
          }),
        ];
  });
}

function describePlainKey(stack: Stack): Finding[] {
  return stack.config.get("fluents:apiKey")?.isSecret === false
    ? [
        problem(`fluents:apiKey stands in clear in the stack configuration of ${stack.name}`, {
          detail: "after a `pulumi up` also in the state and its history, and wherever these are backed up",
          mend: `\`pulumi config set --secret fluents:apiKey --stack ${stack.name}\`, with a new key; then \`pulumi up\`, and revoke the old one`,
        }),
      ]
    : [];
}

function findSource({ config }: Stack, name: SettingName): Source {
  if (config.has(`fluents:${name}`)) {
    return "stack";
  }
  return (process.env[settingVariables[name]] ?? "") === "" ? "default" : "environment";
}

function describeChange(stack: Stack, name: SettingName): string {
  const variable = settingVariables[name];
  const source = findSource(stack, name);
  if (name === "apiKey") {
    return source === "environment"
      ? `\`read -rs ${variable} && export ${variable}\`, which waits for the key`
      : `\`pulumi config set --secret fluents:apiKey --stack ${stack.name}\``;
  }
  const purpose = name === "environmentConnectionId" ? "to check none" : "for the default";
  return {
    stack: `\`pulumi config rm fluents:${name} --stack ${stack.name}\` ${purpose}, or set the right value`,
    environment: `\`unset ${variable}\` ${purpose}, or set the right value`,
    default: `\`pulumi config set fluents:${name} VALUE --stack ${stack.name}\``,
  }[source];
}
