export {
  AccountConnection,
  type AccountConnectionArgs,
  type OpenAICredentials,
  type TwilioCredentials,
} from "./account-connection";
export { AccountConnectionType } from "./account-connection-type";
