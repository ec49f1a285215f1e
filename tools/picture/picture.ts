import { join } from "node:path";

import { findSecrets } from "../demo/secrets";
import { cutScene } from "./scene";
import { drawTerminal } from "./svg";

/** Where the README's picture is. */
export const pictureFile = join(__dirname, "..", "..", "docs", "terminal.svg");

/**
 * Draws the README's picture.
 *
 * @param demoOutput what the demo printed, with colours
 * @throws if it would show a secret
 */
export async function drawPicture(demoOutput: string): Promise<string> {
  const lines = cutScene(demoOutput);
  const secrets = findSecrets(lines.join("\n"));
  if (secrets.length > 0) {
    throw new Error(`the picture would show secrets: ${secrets.join(", ")}`);
  }
  return drawTerminal(lines, "A changed secret, and the `pulumi up` that rotates it");
}
