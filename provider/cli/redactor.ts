import { Redactor } from "../redact";

/** Knows the secrets of this process. */
export const redactor = new Redactor();
