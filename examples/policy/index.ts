import * as pulumi from "@pulumi/pulumi";
import { PolicyPack, type ResourceValidation, type ResourceValidationArgs } from "@pulumi/policy";

import { checkAge, checkOnDelete, checkPool, checkProtection, checkSecrecy, type OnDelete } from "./rules";

const accountConnection = "pulumi-nodejs:dynamic/fluents:AccountConnection";

/** Checks each connection before anything is sent for it. Pulumi leaves out those of `AccountConnection.get`. */
function validateConnections(
  check: (connection: ResourceValidationArgs) => string | undefined,
): ResourceValidation {
  return (resource, reportViolation) => {
    const violation = resource.type === accountConnection ? check(resource) : undefined;
    if (violation !== undefined) {
      reportViolation(violation);
    }
  };
}

new PolicyPack("fluents", {
  enforcementLevel: "mandatory",
  policies: [
    {
      name: "credentials-are-secret",
      description: "Credentials are a secret output of their connection.",
      validateResource: validateConnections(({ opts }) => checkSecrecy(opts)),
    },
    {
      name: "production-is-protected",
      description: "Connections of production are protected.",
      configSchema: {
        properties: {
          productionStacks: { type: "array", items: { type: "string" }, default: ["prod", "production"] },
        },
      },
      validateResource: validateConnections((connection) => {
        const { productionStacks } = connection.getConfig<{ productionStacks: string[] }>();
        return productionStacks.includes(pulumi.getStack()) ? checkProtection(connection.opts) : undefined;
      }),
    },
    {
      name: "on-delete-as-decided",
      description: "The team decides what becomes of a connection that is destroyed.",
      configSchema: {
        properties: { onDelete: { type: "string", enum: ["retain", "scrub"], default: "retain" } },
      },
      validateResource: validateConnections((connection) => {
        const { onDelete } = connection.getConfig<{ onDelete: OnDelete }>();
        return checkOnDelete(connection.props, onDelete);
      }),
    },
    {
      name: "pools-are-not-empty",
      description: "A declared pool has a number.",
      validateResource: validateConnections(({ props }) => checkPool(props)),
    },
    {
      name: "credentials-are-rotated",
      description: "Credentials are rotated in time.",
      enforcementLevel: "advisory",
      configSchema: { properties: { maxAgeDays: { type: "integer", minimum: 1, default: 90 } } },
      // Only the whole stack comes with its outputs.
      validateStack: (stack, reportViolation) => {
        const { maxAgeDays } = stack.getConfig<{ maxAgeDays: number }>();
        for (const { type, props, urn } of stack.resources) {
          const violation = type === accountConnection ? checkAge(props, new Date(), maxAgeDays) : undefined;
          if (violation !== undefined) {
            reportViolation(violation, urn);
          }
        }
      },
    },
  ],
});
