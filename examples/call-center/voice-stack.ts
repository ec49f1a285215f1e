import * as pulumi from "@pulumi/pulumi";
import * as fluents from "pulumi-fluents";

/** The vendors' keys outlive a brand: none of them stays at Fluents in a connection that nobody manages. */
const onDelete = "scrub";

/** Secrets of the vendors, which all brands share. */
export interface VendorSecrets {
  readonly twilioAuthToken: pulumi.Input<string>;
  readonly deepgramApiKey: pulumi.Input<string>;
  readonly openaiApiKey: pulumi.Input<string>;
  readonly elevenLabsApiKey: pulumi.Input<string>;
}

/** Arguments of {@link VoiceStack}. */
export interface VoiceStackArgs {
  /** Name of the brand, as the dashboard shows it. */
  readonly title: string;
  /** Twilio subaccount of the brand. */
  readonly twilioAccountSid: string;
  /** Phone numbers to call from. */
  readonly numbers: readonly string[];
  /** Voice of the brand's agent, by its name at ElevenLabs. */
  readonly voice: string;
  /** Whether customers call already: the connections are protected then. */
  readonly isLive: boolean;
  readonly secrets: VendorSecrets;
  /** Password with which Twilio calls the brand's webhook. */
  readonly webhookPassword: pulumi.Input<string>;
}

/** What one brand needs to answer the phone: telephony, speech-to-text, LLM and text-to-speech. */
export class VoiceStack extends pulumi.ComponentResource {
  readonly telephonyId: pulumi.Output<string>;

  constructor(name: string, args: VoiceStackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("call-center:index:VoiceStack", name, {}, opts);
    const { title, secrets } = args;
    const childOptions = { parent: this, protect: args.isLive };

    const speechToText = new fluents.AccountConnection(
      `${name}-speech-to-text`,
      {
        type: fluents.AccountConnectionType.Deepgram,
        label: `${title}: speech-to-text`,
        credentials: { deepgram_api_key: secrets.deepgramApiKey },
        onDelete,
      },
      childOptions,
    );
    const llm = new fluents.AccountConnection(
      `${name}-llm`,
      {
        type: fluents.AccountConnectionType.OpenAI,
        label: `${title}: LLM`,
        credentials: { openai_api_key: secrets.openaiApiKey },
        onDelete,
      },
      childOptions,
    );
    const textToSpeech = new fluents.AccountConnection(
      `${name}-text-to-speech`,
      {
        type: fluents.AccountConnectionType.ElevenLabs,
        label: `${title}: text-to-speech`,
        credentials: { elevenlabs_api_key: secrets.elevenLabsApiKey },
        config: { voice: args.voice },
        onDelete,
      },
      childOptions,
    );
    const telephony = new fluents.AccountConnection(
      `${name}-telephony`,
      {
        type: fluents.AccountConnectionType.Twilio,
        label: `${title}: telephony`,
        credentials: {
          twilio_account_sid: args.twilioAccountSid,
          twilio_auth_token: secrets.twilioAuthToken,
          webhook_password: args.webhookPassword,
        },
        steeringPool: [...args.numbers],
        config: {
          pipeline: { speech_to_text: speechToText.id, llm: llm.id, text_to_speech: textToSpeech.id },
        },
        onDelete,
      },
      childOptions,
    );

    this.telephonyId = telephony.id;
    this.registerOutputs({ telephonyId: this.telephonyId });
  }
}
