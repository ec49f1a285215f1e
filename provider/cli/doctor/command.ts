import { Command } from "commander";

import { addProjectOptions } from "../project-options";

/** `pulumi-fluents doctor`. */
export function createDoctorCommand(): Command {
  return addProjectOptions(new Command("doctor"));
}
