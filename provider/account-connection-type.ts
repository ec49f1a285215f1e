/**
 * The types of account connection that Fluents documents, by name.
 *
 * A value of the form `account_connection_*` that is not listed here is passed on with a warning, so that a vendor
 * that Fluents adds after this release can be used at once.
 */
export const AccountConnectionType = {
  Twilio: "account_connection_twilio",
  OpenAI: "account_connection_openai",
  Google: "account_connection_google",
  AzureLLM: "account_connection_azure_llm",
  ElevenLabs: "account_connection_elevenlabs",
  Deepgram: "account_connection_deepgram",
  Cartesia: "account_connection_cartesia",
  PlayHT: "account_connection_playht",
  Rime: "account_connection_rime",
  AzureSpeech: "account_connection_azure_speech",
  AssemblyAI: "account_connection_assemblyai",
  DeepSeek: "account_connection_deepseek",
  TogetherAI: "account_connection_togetherai",
  Telnyx: "account_connection_telnyx",
  UnPwOAuth: "account_connection_un_pw_oauth",
  LoginKeyOAuth: "account_connection_login_key_oauth",
  ExternalApiKey: "account_connection_external_api_key",
} as const;

/** A type of account connection: one of {@link AccountConnectionType}'s values, or a newer one of the same form. */
export type AccountConnectionType =
  (typeof AccountConnectionType)[keyof typeof AccountConnectionType] | (`account_connection_${string}` & {});
