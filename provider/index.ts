export {
  AccountConnection,
  type AccountConnectionArgs,
  type OpenAICredentials,
  type TwilioCredentials,
} from "./account-connection";
export { AccountConnectionType } from "./account-connection-type";
export {
  getAccountConnection,
  getAccountConnectionOutput,
  getAccountConnections,
  getAccountConnectionsOutput,
  type GetAccountConnectionArgs,
  type GetAccountConnectionOutputArgs,
  type GetAccountConnectionResult,
  type GetAccountConnectionsArgs,
  type GetAccountConnectionsOutputArgs,
  type GetAccountConnectionsResult,
} from "./lookups";
