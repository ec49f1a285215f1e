import { Command } from "commander";

import { addProjectOptions } from "../project-options";

/** `pulumi-fluents adopt`. */
export function createAdoptCommand(): Command {
  return addProjectOptions(new Command("adopt"));
}
