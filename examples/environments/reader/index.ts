import * as pulumi from "@pulumi/pulumi";

// In its own repository in real life. Each of its stacks reads the environment of the same name.
const connections = new pulumi.StackReference(`organization/fluents-environments/${pulumi.getStack()}`);

export const twilioConnectionId = connections.requireOutput("twilioConnectionId");
/** Secret here too, because it is one there. */
export const twilioAuthToken = connections.requireOutput("twilioAuthToken");
